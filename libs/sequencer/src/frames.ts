// Collects the records that the engine writes into frames, and what each command's record said for its caller.

import { RecordWriter, type CommandIdentity, type MarketEvent, type RecordCause } from '@tokenbourse/domain';
import type { RecordSink } from '@tokenbourse/engine';
import { FIRST_PLACE, sealFrame, type CommandPlace, type Frame, type FrameId } from '@tokenbourse/log';

/** A frame is sealed when its payload has grown to this: with the largest record it stays below the log's limit. */
const FRAME_BYTES = 256 * 1024;

/** Stands for an answer without events yet; never written. */
const NO_EVENTS: MarketEvent[] = [];

export class FrameBuilder implements RecordSink {
  /** Events of the last record that answers a command. */
  answer: MarketEvent[] = NO_EVENTS;
  private readonly writer = new RecordWriter();
  private readonly sealed: Frame[] = [];
  private inAnswer = false;
  /** The record in hand passes the place without an answer. */
  private passes = false;
  /** The place behind the command in hand: that of the next one, once its record has ended. */
  answering: CommandPlace;
  private answeredBefore: CommandPlace;

  /**
   * @param predecessor id of the frame that the first one continues
   * @param sequence last record before the first frame
   * @param digest gives the state's digest after the record in hand
   * @param answered the next command that the frame before has not answered
   */
  constructor(
    private predecessor: FrameId,
    private sequence: number,
    private readonly digest: () => number,
    private answered: CommandPlace = FIRST_PLACE,
  ) {
    this.answeredBefore = answered;
    this.answering = answered;
  }

  begin(atUs: number, cause: RecordCause, causeSequence: number, identity: CommandIdentity | null): void {
    this.inAnswer = identity !== null;
    if (this.inAnswer) this.answer = NO_EVENTS;
    this.writer.begin(atUs, cause, causeSequence, identity);
  }

  write(event: MarketEvent): void {
    this.writer.write(event);
    if (!this.inAnswer) {
      this.passes ||= event.type === 'CommandsDropped';
      return;
    }
    // Most records have one event: an array that is made with it is no larger than need be.
    if (this.answer === NO_EVENTS) this.answer = [event];
    else this.answer.push(event);
  }

  end(): void {
    this.writer.end();
    if (this.inAnswer || this.passes) this.answered = this.answering;
    this.passes = false;
    if (this.writer.size >= FRAME_BYTES) this.seal();
  }

  /** Bytes of the frame in hand. */
  get size(): number {
    return this.writer.size;
  }

  /** The frames made since the last call; the last one is sealed however small it is. */
  takeFrames(): Frame[] {
    if (this.writer.records > 0) this.seal();
    return this.sealed.splice(0);
  }

  private seal(): void {
    const { answered, answeredBefore } = this;
    const recordCount = this.writer.records;
    const frame = sealFrame(
      {
        predecessor: this.predecessor,
        firstSequence: this.sequence + 1,
        recordCount,
        digest: this.digest(),
        answers: {
          fromOffset: answeredBefore.offset,
          fromIndex: answeredBefore.index,
          toOffset: answered.offset,
          toIndex: answered.index,
        },
      },
      this.writer.payload,
    );
    this.writer.clear();
    this.answeredBefore = answered;
    this.predecessor = frame.id;
    this.sequence += recordCount;
    this.sealed.push(frame);
  }
}

/** The log on Kafka: a frame is appended when the log's own reader has seen it count, whatever became of the requests that brought it there. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type EventLog,
  type Frame,
  FrameNotCounted,
  LogUnavailable,
  type PlacedFrame,
  type Position,
  assertCounts,
  encodeFrame,
  explainVerdict,
  hex,
  judgeFrame,
  positionAfter,
} from '@tokenbourse/log';
import { messageOf } from './frame-message';
import { KafkaLogReader, type KafkaLogOptions, copyOf } from './kafka-log-reader';
import { partitionOf } from './kafkajs-partition';
import { BrokerAway, BrokerRefuses, type NewMessage, type Partition } from './partition';

/** One request's messages. */
const SEND_BYTES = 1 << 20;
/** What was acknowledged and isn't seen after so long is sent again. */
const SEEN_MS = 5_000;
/** Closing waits for appends so long. */
const CLOSING_MS = 5_000;
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 1_000;

/** A frame on its way, and who waits for it. */
interface Append {
  readonly frame: Frame;
  readonly message: NewMessage & { readonly value: Buffer };
  /** What the broker has acknowledged, and when. */
  sent: { readonly offset: number; readonly atMs: number } | undefined;
  settled: boolean;
  readonly done: (position: Position) => void;
  readonly failed: (error: Error) => void;
}

export class KafkaEventLog extends KafkaLogReader implements EventLog {
  /** In order: of those only the first can be the next to count. */
  private pending: Append[] = [];
  private sending: Promise<void> | undefined;
  private lastAppend: Promise<Position> | undefined;
  private closing: Promise<void> | undefined;
  private readonly producer: Partition;

  private constructor(options: KafkaLogOptions) {
    super(options);
    this.producer = partitionOf(options.settings, options.topic);
  }

  static override async open(options: KafkaLogOptions): Promise<KafkaEventLog> {
    const log = new KafkaEventLog(options);
    await log.start();
    return log;
  }

  async append(frame: Frame): Promise<Position> {
    if (this.closing) throw new LogUnavailable('closed', this.topic);
    if (this.failure) throw new LogUnavailable('failed before', this.topic, { cause: this.failure });
    encodeFrame(frame); // refuses one that is too large
    const before = this.pending.at(-1);
    const last = before ? positionAfter(before.frame, 1) : this.position;
    if (!assertCounts(frame, last)) return before ? this.lastAppend!.then(copyOf) : copyOf(this.position);
    const message = messageOf(frame, this.options.market, this.options.text);
    const appended = new Promise<Position>((done, failed) => {
      this.pending.push({ frame, message, sent: undefined, settled: false, done, failed });
    });
    this.lastAppend = appended.then(copyOf);
    this.lastAppend.catch(() => undefined); // it is reported to whoever appended
    this.bell.ring();
    this.sending ??= this.sendPending();
    return appended;
  }

  /** Waits for appends in flight, a while, then ends readers and followers. */
  override close(): Promise<void> {
    this.closing ??= (async () => {
      const giveUp = AbortSignal.timeout(CLOSING_MS);
      while (this.pending.length > 0 && !giveUp.aborted) await this.bell.next(this.bell.count, giveUp);
      await super.close();
      this.producer.close();
      this.rejectPending(new LogUnavailable('closed', this.topic, { advice: 'whether it was appended is unknown' }));
      await this.sending;
    })();
    return this.closing;
  }

  protected override counted({ frame, position }: PlacedFrame): void {
    const next = this.pending[0];
    if (!next) return;
    if (hex(next.frame.id) === hex(frame.id)) {
      this.pending.shift();
      next.settled = true;
      next.done(copyOf(position));
    } else {
      const verdict = judgeFrame(next.frame, position);
      const { firstSequence } = next.frame;
      const explanation = explainVerdict(next.frame, position);
      this.rejectPending(new FrameNotCounted(verdict, firstSequence, position.sequence, explanation));
    }
  }

  private rejectPending(error: Error): void {
    const rejected = this.pending;
    this.pending = [];
    for (const append of rejected) {
      append.settled = true;
      append.failed(error);
    }
    this.bell.ring();
  }

  /** One request at a time brings what waits, as long as something waits. An unclear one is repeated: by the chain a frame counts once. */
  private async sendPending(): Promise<void> {
    let backoff = BACKOFF_MS_MIN;
    while (this.pending.length > 0) {
      if (this.failure) {
        this.rejectPending(new LogUnavailable('medium failed', this.topic, { cause: this.failure }));
        break;
      }
      const batch = this.nextBatch();
      try {
        if (batch.length === 0) await this.untilSeen();
        else await this.send(batch);
        backoff = BACKOFF_MS_MIN;
      } catch (error) {
        if (!(error instanceof BrokerAway)) {
          this.fail(error);
          break;
        }
        if (this.closed) break;
        this.options.onTrouble?.(error);
        await pause(backoff);
        backoff = Math.min(2 * backoff, BACKOFF_MS_MAX);
      }
    }
    this.sending = undefined;
  }

  /** What is not yet acknowledged, up to a request's size. */
  private nextBatch(): Append[] {
    let bytes = 0;
    return this.pending
      .filter(({ sent }) => sent === undefined)
      .filter(({ message }, index) => {
        bytes += message.value.length;
        return index === 0 || bytes <= SEND_BYTES;
      });
  }

  /** Until it is acknowledged, or all of it has been seen. */
  private async send(batch: readonly Append[]): Promise<void> {
    const produced = this.producer.produce(batch.map(({ message }) => message)).then((first) => {
      const atMs = performance.now();
      for (const [index, append] of batch.entries()) append.sent = { offset: first + index, atMs };
    });
    produced.catch(() => undefined); // it may have been seen all the same
    await Promise.race([produced, this.untilSettled(batch)]);
  }

  private async untilSettled(batch: readonly Append[]): Promise<void> {
    while (!batch.every(({ settled }) => settled) && !this.failure && !this.closed) {
      await this.bell.next(this.bell.count);
    }
  }

  /** All that waits is acknowledged: until the tail has moved, or more comes. What isn't seen in the end is sent again. */
  private async untilSeen(): Promise<void> {
    await this.bell.next(this.bell.count, undefined, SEEN_MS);
    const { sent } = this.pending[0] ?? {};
    if (!sent || this.failure) return;
    if (sent.offset < this.tailOffset) {
      const detail = 'is not what was written there: its text does not give its bytes';
      throw new Error(`what stands at offset ${sent.offset} ${detail}`);
    }
    if (performance.now() - sent.atMs > SEEN_MS) for (const append of this.pending) append.sent = undefined;
  }

  private fail(error: unknown): void {
    const refused = error instanceof BrokerRefuses && error.reason === 'no permission';
    this.failure ??= new LogUnavailable(refused ? 'no permission' : 'medium failed', this.topic, { cause: error });
    this.rejectPending(this.failure as LogUnavailable);
  }
}

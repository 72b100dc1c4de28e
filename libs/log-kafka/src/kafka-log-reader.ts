/** Reads a market's log from its events topic: one tail, always open, tells what counts; whoever reads or follows is served from there. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import {
  Bell,
  type LogReader,
  LogUnavailable,
  type PlacedFrame,
  type Position,
  PositionForeign,
  PositionPastEnd,
  type ReadOptions,
  assertOurs,
  decodeFrame,
  encodeFrame,
  followFrames,
  lastSequence,
  originPosition,
  samePosition,
} from '@tokenbourse/log';
import { ChainReader, type PayloadText, type Skipped } from './frame-message';
import { partitionOf } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import { nameFailure } from './log-failures';
import { BrokerAway, type Partition } from './partition';
import { readPartition, unlessAborted } from './partition-reader';
import { RecentFrames } from './recent-frames';
import { assertStandsThere } from './starting-position';

const PATIENCE_MS = 30_000;
const RECENT_BYTES = 16 << 20;
/** Reading lets other work of its thread run at least this often. */
const TURN_MS = 5;
const NO_CHAIN = 'no frame that counts leads from there to the end';

export interface KafkaLogOptions {
  readonly settings: KafkaSettings;
  readonly topic: string;
  readonly market: string;
  readonly text: PayloadText;
  /** Trusted, as from a snapshot of one's own: what stands before is not read. The origin without it. */
  readonly from?: Position;
  /** How long questions wait for brokers that are away; 30,000 without it. */
  readonly patienceMs?: number;
  /** Memory for frames that may be read again without asking the broker; 16 MiB without it. */
  readonly recentBytes?: number;
  /** Told of failed attempts; the log goes on by itself. */
  readonly onTrouble?: (error: Error) => void;
  /** Told of messages that don't count. */
  readonly onSkipped?: (why: Skipped, offset: number) => void;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

export class KafkaLogReader implements LogReader {
  protected readonly bell = new Bell();
  protected readonly topic: string;
  /** Set when the tail can't go on; nothing is known any more then. */
  protected failure: Error | undefined;
  /** Offset of the next message that the tail will read. */
  protected tailOffset: number;
  private readonly ended = new AbortController();
  private readonly tail: Partition;
  private readonly questions: Partition;
  private readonly chain: ChainReader;
  private readonly recent: RecentFrames;
  private readonly skipped = new Map<Skipped, number>();

  protected constructor(protected readonly options: KafkaLogOptions) {
    const { settings, topic, market, text, from = originPosition() } = options;
    this.topic = topic;
    this.tail = partitionOf(settings, topic);
    this.questions = partitionOf(settings, topic);
    this.chain = new ChainReader(market, text, copyOf(from));
    this.recent = new RecentFrames(options.recentBytes ?? RECENT_BYTES, copyOf(from));
    this.tailOffset = from.place;
  }

  /**
   * Reads from `options.from` to the present end, and goes on.
   * @throws PositionBeforeStart, PositionPastEnd, PositionForeign, FrameDamaged, LogUnavailable
   */
  static async open(options: KafkaLogOptions): Promise<KafkaLogReader> {
    const reader = new KafkaLogReader(options);
    await reader.start();
    return reader;
  }

  async *read(from: Position, options: ReadOptions = {}): AsyncGenerator<PlacedFrame, void, undefined> {
    await this.caughtUp(options.signal);
    const end = this.position;
    await this.assertReadable(from);
    yield* this.framesAfter(from, end, options);
  }

  async *follow(from: Position, signal: AbortSignal): AsyncGenerator<PlacedFrame, void, undefined> {
    if (signal.aborted) return;
    await this.assertReadable(from);
    yield* followFrames(from, signal, this.bell, (last) => this.framesAfter(last, this.position, {}));
  }

  async tip(): Promise<Position> {
    await this.caughtUp();
    return copyOf(this.position);
  }

  async locate(sequence: number): Promise<Position> {
    await this.caughtUp();
    const tip = this.position;
    if (!Number.isSafeInteger(sequence) || sequence < 1) {
      throw new RangeError(`a sequence number is an integer from 1, not ${sequence}`);
    }
    if (sequence > tip.sequence + 1) throw new PositionPastEnd(sequence, tip.sequence, `record ${sequence}`);
    if (sequence > tip.sequence) return copyOf(tip);
    let before = this.recent.before(sequence);
    if (!before) {
      await this.assertReadable(originPosition());
      before = originPosition();
    }
    for await (const { frame, position } of this.framesAfter(before, tip, {})) {
      if (lastSequence(frame) >= sequence) break;
      before = position;
    }
    return copyOf(before);
  }

  async close(): Promise<void> {
    if (this.ended.signal.aborted) return;
    this.ended.abort();
    this.tail.close();
    this.questions.close();
    this.bell.ring();
  }

  /** How many messages didn't count, by reason. */
  get skippedMessages(): ReadonlyMap<Skipped, number> {
    return this.skipped;
  }

  /** After the last frame that counted, as far as the tail has come. */
  protected get position(): Position {
    return this.chain.position;
  }

  protected get closed(): boolean {
    return this.ended.signal.aborted;
  }

  /** The tail has found a frame that counts. */
  protected counted(_placed: PlacedFrame): void {}

  protected assertOpen(): void {
    if (this.closed) throw new LogUnavailable('closed', this.topic);
    if (this.failure) throw this.failure;
  }

  protected async start(): Promise<void> {
    try {
      const from = this.position;
      const isSeen = await this.assertStandsThere(from, this.options.signal);
      void this.followTail();
      await this.caughtUp(this.options.signal);
      const leadsNowhere = this.position === from && this.skipped.has('off the chain');
      if (!isSeen && leadsNowhere) throw new PositionForeign(from.place, from.sequence, NO_CHAIN);
    } catch (error) {
      await KafkaLogReader.prototype.close.call(this);
      throw error;
    }
  }

  /** Resolves when the tail has read what the topic held at the time of the call. */
  protected async caughtUp(signal?: AbortSignal): Promise<void> {
    this.assertOpen();
    const { end } = await this.patiently(() => this.questions.bounds(), signal);
    while (this.tailOffset < end) {
      signal?.throwIfAborted();
      const heard = this.bell.count;
      this.assertOpen();
      await this.bell.next(heard, signal);
    }
    this.assertOpen();
  }

  private async followTail(): Promise<void> {
    const { onTrouble, onSkipped } = this.options;
    try {
      const signal = this.ended.signal;
      for await (const batch of readPartition(this.tail, this.tailOffset, { signal, onTrouble })) {
        let turn = performance.now();
        for (const message of batch.messages) {
          const found = this.chain.offer(message);
          if (typeof found === 'string') {
            this.skipped.set(found, (this.skipped.get(found) ?? 0) + 1);
            onSkipped?.(found, message.offset);
          } else {
            this.recent.add(found);
            this.counted(found);
          }
          this.tailOffset = message.offset + 1;
          if (performance.now() - turn < TURN_MS) continue;
          this.bell.ring();
          await nextTurn();
          turn = performance.now();
        }
        this.bell.ring();
      }
    } catch (error) {
      this.failure = nameFailure(error, this.topic, this.position);
    }
    this.bell.ring();
  }

  private async assertReadable(from: Position): Promise<void> {
    this.assertOpen();
    const known = samePosition(from, this.position) ? this.position : this.recent.at(from.place);
    if (known) assertOurs(from, originPosition(), { ...this.position, place: Infinity }, () => known);
    else await this.assertStandsThere(from);
  }

  private assertStandsThere(from: Position, signal?: AbortSignal): Promise<boolean> {
    const { market, text } = this.options;
    const tipSequence = this.position.sequence;
    return this.patiently(() => assertStandsThere(this.questions, from, { market, text, tipSequence }), signal);
  }

  private async *framesAfter(
    from: Position,
    end: Position,
    { limit = Infinity, signal }: ReadOptions,
  ): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertOpen();
    let [last, given, turn] = [from, 0, performance.now()];
    while (last.place < end.place && given < limit) {
      const next = this.recent.after(last);
      const source = next ? [next] : this.olderFrames(last, end);
      for await (const placed of source) {
        signal?.throwIfAborted();
        this.assertOpen();
        last = placed.position;
        yield next ? ownCopy(placed) : placed;
        given += 1;
        if (given >= limit) return;
        if (performance.now() - turn < TURN_MS) continue;
        await nextTurn();
        turn = performance.now();
      }
      signal?.throwIfAborted();
      this.assertOpen();
    }
  }

  /** From the broker, as far as they aren't remembered. */
  private async *olderFrames(from: Position, end: Position): AsyncGenerator<PlacedFrame, void, undefined> {
    const { market, text, onTrouble } = this.options;
    const chain = new ChainReader(market, text, from);
    const reading = { signal: this.ended.signal, until: end.place, onTrouble };
    try {
      for await (const { messages } of readPartition(this.questions, from.place, reading)) {
        for (const message of messages) {
          const found = chain.offer(message);
          if (typeof found !== 'string') yield { ...found, position: copyOf(found.position) };
        }
      }
    } catch (error) {
      throw nameFailure(error, this.topic, this.position);
    }
    if (this.closed || chain.position.place === end.place) return;
    throw new PositionForeign(from.place, from.sequence, NO_CHAIN);
  }

  /** Asks again while brokers are away. */
  private async patiently<T>(question: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const left = signal === undefined ? this.ended.signal : AbortSignal.any([this.ended.signal, signal]);
    const giveUpAt = performance.now() + (this.options.patienceMs ?? PATIENCE_MS);
    for (let backoff = 50; ; backoff = Math.min(2 * backoff, 1_000)) {
      signal?.throwIfAborted();
      if (this.closed) throw new LogUnavailable('closed', this.topic);
      try {
        const answer = await unlessAborted(question(), left);
        if (answer !== undefined || !left.aborted) return answer as T;
      } catch (error) {
        if (!(error instanceof BrokerAway)) throw nameFailure(error, this.topic, this.position);
        if (this.closed) continue;
        if (performance.now() > giveUpAt) throw new LogUnavailable('medium failed', this.topic, { cause: error });
        this.options.onTrouble?.(error);
        await pause(backoff, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** A position of the caller's own: what is done to its id does not reach the log. */
export function copyOf({ place, sequence, id }: Position): Position {
  return { place, sequence, id: new Uint8Array(id) };
}

function ownCopy({ frame, position }: PlacedFrame): PlacedFrame {
  return { frame: decodeFrame(new Uint8Array(encodeFrame(frame)), position.place), position: copyOf(position) };
}

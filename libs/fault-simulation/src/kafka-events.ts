// The events log as one process has it: a view of the topic that its own reading makes, and appends that are told as done only
// when that view has seen them count.

import {
  assertCounts,
  encodeFrame,
  explainVerdict,
  FrameNotCounted,
  judgeFrame,
  LogUnavailable,
  MemoryEventLog,
  MemoryMedium,
  type PlacedFrame,
  positionAfter,
  sameId,
  type Frame,
  type Position,
} from '@tokenbourse/log';

import type { Broker } from './kafka-broker';
import type { Process } from './kafka-process';

const SEEN_US = 5_000_000;
const BACKOFF_US = 200_000;
const WHERE = 'on the simulated topic';

interface Append {
  readonly frame: Frame;
  sent: boolean;
  readonly done: (position: Position) => void;
  readonly failed: (error: Error) => void;
}

/** Told of each frame that a reader counts. */
export type Counted = (position: Position) => void;

export class SimulatedKafkaLog extends MemoryEventLog {
  private pending: Append[] = [];
  private lastAppend: Promise<Position> | undefined;
  private sending = false;
  private ended = false;
  private failure: LogUnavailable | undefined;
  private looked = 0;
  private readonly unfollow: () => void;

  private constructor(
    private readonly process: Process,
    private readonly broker: Broker,
    private readonly counted: Counted,
    private readonly view = new MemoryMedium(),
  ) {
    super(view);
    this.unfollow = broker.follow(process, () => this.look());
  }

  /** @throws LogUnavailable */
  static async open(process: Process, broker: Broker, counted: Counted): Promise<SimulatedKafkaLog> {
    try {
      await broker.request(process, 'ask', () => undefined);
    } catch (cause) {
      throw new LogUnavailable('medium failed', WHERE, { cause });
    }
    return SimulatedKafkaLog.openNow(process, broker, counted);
  }

  static openNow(process: Process, broker: Broker, counted: Counted): SimulatedKafkaLog {
    const log = new SimulatedKafkaLog(process, broker, counted);
    log.look();
    return log;
  }

  override async append(frame: Frame): Promise<Position> {
    if (this.failure !== undefined) throw this.failure;
    if (this.ended) throw new LogUnavailable('closed', WHERE);
    const before = this.pending.at(-1);
    const last = before === undefined ? this.view.tip : positionAfter(before.frame, 1);
    if (!assertCounts(frame, last)) return before === undefined ? this.view.tip : this.lastAppend!;
    const appended = new Promise<Position>((done, failed) => this.pending.push({ frame, sent: false, done, failed }));
    this.lastAppend = appended;
    appended.catch(() => undefined); // it is reported to whoever appended
    void this.send();
    return appended;
  }

  override async *follow(from: Position, signal: AbortSignal): AsyncGenerator<PlacedFrame, void, undefined> {
    try {
      yield* super.follow(from, signal);
    } catch (error) {
      throw this.failure ?? error;
    }
  }

  /** Its own reading can't go on; it has to be opened again. */
  async fail(): Promise<void> {
    this.failure = new LogUnavailable('medium failed', WHERE);
    await this.close();
  }

  override async close(): Promise<void> {
    this.ended = true;
    this.unfollow();
    this.reject(this.failure ?? new LogUnavailable('closed', WHERE));
    await super.close();
  }

  /** Reads on, to the topic's present end: what continues the chain counts, the rest is passed over. */
  private look(): void {
    const { view } = this;
    const { events } = this.broker;
    for (; this.looked < events.length && !this.ended; this.looked += 1) {
      const { frame, sealed } = events[this.looked]!;
      if (!sealed || judgeFrame(frame, view.tip) !== 'counts') continue;
      view.frames.push(new Uint8Array(encodeFrame(frame)));
      view.tip = positionAfter(frame, view.tip.place + 1);
      this.counted(view.tip);
      this.settle(frame);
    }
    view.bell.ring();
  }

  private settle(counted: Frame): void {
    const next = this.pending[0];
    if (next === undefined) return;
    const { tip } = this.view;
    if (sameId(next.frame.id, counted.id)) {
      this.pending.shift();
      next.done(tip);
      return;
    }
    const { firstSequence } = next.frame;
    const verdict = judgeFrame(next.frame, tip);
    this.reject(new FrameNotCounted(verdict, firstSequence, tip.sequence, explainVerdict(next.frame, tip)));
  }

  private reject(error: Error): void {
    for (const { failed } of this.pending.splice(0)) failed(error);
  }

  /** One request at a time brings all that waits; one that came to nothing is repeated. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let batch = this.unsent(); batch.length > 0; batch = this.unsent()) {
      try {
        const frames = batch.map(({ frame }) => frame);
        await this.broker.request(this.process, 'append', () => this.broker.appendEvents(frames));
        for (const append of batch) append.sent = true;
        this.process.after(SEEN_US, () => this.sendAgain(batch));
      } catch {
        await this.process.pause(BACKOFF_US);
      }
    }
    this.sending = false;
  }

  private unsent(): Append[] {
    return this.pending.filter(({ sent }) => !sent);
  }

  private sendAgain(batch: readonly Append[]): void {
    for (const append of batch) append.sent = false;
    if (this.unsent().length > 0) void this.send();
  }
}

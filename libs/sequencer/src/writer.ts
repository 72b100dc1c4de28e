// One life of a market's writer: it decides what waits in the inbox, appends the frames, and answers when they count.
// When anything fails it ends, and its state with it; the sequencer then recovers and makes a new one.

import { Engine } from '@tokenbourse/engine';
import { sameId, type EventLog, type Frame, type FrameId, type Position } from '@tokenbourse/log';

import type { ClockGuard } from './clock-guard';
import type { Fold } from './fold';
import { FrameBuilder } from './frames';
import type { Inbox, Pending } from './inbox';
import { WriterUnavailable } from './submission';

/** Bytes after which a batch is closed. */
const BATCH_BYTES = 256 * 1024;
/** Appends on their way at the same time: one is written while the next is decided. */
const APPENDS_IN_FLIGHT = 2;
/** Fewer commands than this wait for the append that is on its way, unless they fill a frame: decided early, they would only make more and smaller frames. */
const EARLY_COMMANDS = 256;
/** Of larger work, one slice is done per so many commands: others' commands go on between the slices. */
const COMMANDS_PER_SLICE = 8;
const SLICES_WHEN_IDLE = 16;
const RETRY_IN_DOUBT_MS = 1_000;

interface Batch {
  readonly pendings: Pending[];
  /** Ids of its frames with the last record of each. */
  readonly frames: { readonly id: FrameId; readonly lastSequence: number }[];
}

export interface WriterTerms {
  readonly log: EventLog;
  readonly fold: Fold;
  readonly inbox: Inbox;
  readonly guard: ClockGuard;
  /** Commands of one batch at most. */
  readonly frameCommands: number;
  /** Calls back when the event loop turns next. */
  readonly soon: (tell: () => void) => void;
  readonly appended: (position: Position) => void;
}

/** Why a writer ended. */
export class WriterEnded extends Error {
  constructor(
    readonly reason: 'APPEND_FAILED' | 'ENGINE_FAILED',
    override readonly cause: unknown,
  ) {
    super(`${reason === 'APPEND_FAILED' ? 'the log took no frame' : 'the engine failed'}: ${messageOf(cause)}`);
  }
}

export class Writer {
  private readonly engine: Engine;
  private readonly builder: FrameBuilder;
  private readonly inFlight: { batch: Batch; done: Promise<void> }[] = [];
  /** Durable, their callers not yet told. */
  private told: Batch[] = [];
  private turning = false;
  private failure: WriterEnded | undefined;
  /** Last durable record. */
  durableSequence: number;

  constructor(private readonly terms: WriterTerms) {
    const { state, position } = terms.fold;
    this.durableSequence = position.sequence;
    this.builder = new FrameBuilder(position.id, position.sequence, () => state.digest >>> 0);
    this.engine = new Engine(state, this.builder);
  }

  nextDueUs(): number {
    return this.engine.nextDueUs();
  }

  get state(): Engine['state'] {
    return this.engine.state;
  }

  /**
   * Decides and appends one batch; false if there was nothing to do. Resolves when the next batch may be decided.
   * @throws WriterEnded
   */
  async turn(): Promise<boolean> {
    this.turning = true;
    try {
      return await this.appendNext();
    } finally {
      this.turning = false;
      this.tellSoon();
    }
  }

  private async appendNext(): Promise<boolean> {
    const { inFlight } = this;
    const { inbox, guard, frameCommands } = this.terms;
    this.assertAlive();
    if (inFlight.length > 0 && inbox.depth < Math.min(EARLY_COMMANDS, frameCommands)) await inFlight[0]!.done;
    this.assertAlive();
    if (guard.check() !== '' && !this.confirmClock()) return false;
    const pendings = this.decideBatch();
    const frames = this.builder.takeFrames();
    if (frames.length === 0) return false;
    this.append(pendings, frames);
    if (inFlight.length >= APPENDS_IN_FLIGHT) await inFlight[0]!.done;
    this.assertAlive();
    return true;
  }

  private append(pendings: Pending[], frames: readonly Frame[]): void {
    const batch: Batch = {
      pendings,
      frames: frames.map((frame) => ({ id: frame.id, lastSequence: frame.firstSequence + frame.recordCount - 1 })),
    };
    const appends = Promise.all(frames.map((frame) => this.terms.log.append(frame)));
    const done = appends.then(
      (positions) => this.acknowledge(batch, positions[positions.length - 1]!),
      (error: unknown) => {
        this.failure ??= new WriterEnded('APPEND_FAILED', error);
      },
    );
    this.inFlight.push({ batch, done });
  }

  /** Waits until nothing is on its way to the log. */
  async drain(): Promise<void> {
    while (this.inFlight.length > 0 && this.failure === undefined) await this.inFlight[0]!.done;
    this.assertAlive();
  }

  /**
   * After the end: once the log has been read again, says to each caller that still waits what became of its command.
   * Returns those whose commands surely are not in the log; `unknown` is called for those that can't be told.
   */
  async settleInFlight(recovered: Position, unknown: (pending: Pending) => void): Promise<Pending[]> {
    await Promise.allSettled(this.inFlight.map(({ done }) => done));
    const batches = this.inFlight.map(({ batch }) => batch);
    const frames = batches.flatMap((batch) => batch.frames);
    const place = frames.findIndex((frame) => sameId(frame.id, recovered.id));
    const counted = place >= 0 ? frames[place]!.lastSequence : this.durableSequence;
    const told = place >= 0 || recovered.sequence === this.durableSequence;
    const lost: Pending[] = [];
    for (const pending of batches.flatMap((batch) => batch.pendings)) {
      if (pending.outcome!.sequence <= counted) pending.resolve(pending.outcome!);
      else if (told) lost.push(pending);
      else unknown(pending);
    }
    return lost;
  }

  /** After the end: tells callers that nobody knows yet. What `settleInFlight` finds out later comes too late for them. */
  abandonInFlight(unknown: (pending: Pending) => void): void {
    for (const { batch } of this.inFlight) for (const pending of batch.pendings) unknown(pending);
  }

  private assertAlive(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /**
   * What waited when the doubt came up is turned away: it can't be stamped, and must not stand before a confirmation. So is
   * one that came before the clock was set: whoever sent it has not seen this clock.
   */
  private confirmClock(): boolean {
    const { inbox, guard } = this.terms;
    const doubt = guard.doubt;
    inbox.rejectAll(
      () => new WriterUnavailable(doubt, RETRY_IN_DOUBT_MS),
      ({ vouchedOffsetUs }) => vouchedOffsetUs !== undefined && guard.isUnchangedSince(vouchedOffsetUs),
    );
    const first = inbox.first();
    if (first === undefined) return false;
    guard.confirm();
    first.confirmsClock = true;
    return true;
  }

  private decideBatch(): Pending[] {
    const { engine, builder } = this;
    const { inbox, guard, frameCommands } = this.terms;
    const pendings: Pending[] = [];
    const stamp = guard.stamp();
    try {
      if (engine.nextDueUs() <= stamp) engine.runDue(stamp);
      while (pendings.length < frameCommands && builder.size < BATCH_BYTES) {
        const pending = inbox.take();
        if (pending === undefined) break;
        pendings.push(pending);
        this.answer(pending, stamp);
        if (pendings.length % COMMANDS_PER_SLICE === 0) engine.work(stamp);
      }
      if (inbox.depth === 0) for (let slices = SLICES_WHEN_IDLE; slices > 0 && engine.work(stamp); slices--);
    } catch (error) {
      const failing = pendings[pendings.length - 1];
      if (failing !== undefined && failing.outcome === undefined) failing.failed = true;
      inbox.putBack(pendings);
      this.failure = new WriterEnded('ENGINE_FAILED', error);
      throw this.failure;
    }
    return pendings;
  }

  private answer(pending: Pending, stamp: number): void {
    const { engine, builder } = this;
    if (pending.failed) engine.refuse(pending.command, 'INTERNAL', stamp);
    else if (pending.command.type === 'ConfirmClock' && !pending.confirmsClock) {
      engine.refuse(pending.command, 'CLOCK_NOT_CONFIRMED', stamp);
    } else engine.execute(pending.command, stamp);
    pending.outcome = { sequence: engine.state.sequence, at_us: stamp, events: builder.answer };
  }

  private acknowledge(batch: Batch, position: Position): void {
    if (this.failure !== undefined) return;
    this.durableSequence = position.sequence;
    this.inFlight.shift();
    this.told.push(batch);
    this.terms.appended(position);
    if (!this.turning) this.tellSoon();
  }

  /** When the event loop turns next: by then the append of the batch after is on its way, and the disk works while answers are made. */
  private tellSoon(): void {
    if (this.told.length === 0) return;
    const { told } = this;
    this.told = [];
    this.terms.soon(() => {
      for (const { pendings } of told) for (const pending of pendings) pending.resolve(pending.outcome!);
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

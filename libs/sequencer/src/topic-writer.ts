// One turn of an engine as the writer of a market whose commands come from a topic: it decides them in the topic's order from the
// first that the log has not answered, until a frame of its own does not count. Then its state is good for nothing.

import type { EventOf } from '@tokenbourse/domain';
import { Engine } from '@tokenbourse/engine';
import type { CommandPlace, CommandsTopic, EventLog, Frame, Position } from '@tokenbourse/log';

import type { Clock } from './clock';
import type { ClockGuard } from './clock-guard';
import { CommandsQueue, type QueuedCommand } from './commands-queue';
import type { Fold } from './fold';
import { FrameBuilder } from './frames';

const FRAME_COMMANDS = 1_024;
const COMMANDS_PER_SLICE = 8;
const SLICES_WHEN_IDLE = 16;
const LOOK_US = 1_000_000;
/** Who vouches for a clock has read it within so long before the command is seen. */
const VOUCHED_US = 60_000_000;

/** Keeps what can't be a command, so that it is lost to nobody. May be told of one several times. The signal ends its trying. */
export type DeadLetterBox = (
  letter: { readonly place: CommandPlace; readonly reason: string; readonly text: string },
  signal: AbortSignal,
) => Promise<void>;

export interface TopicWriterTerms {
  readonly log: EventLog;
  readonly commands: CommandsTopic;
  readonly fold: Fold;
  readonly guard: ClockGuard;
  readonly clock: Clock;
  readonly deadLetter: DeadLetterBox;
  /** Nothing is waited for any more. */
  readonly givenUp: AbortSignal;
  /** Offset at which the topic starts now. */
  readonly topicStart: number;
  readonly frameCommands: number | undefined;
  /** Places of commands at which the engine has failed before: they are answered so, not decided again. */
  readonly failing: Set<string>;
  readonly appended: (position: Position) => void;
}

/** The engine failed on a command; the next life answers it with that. */
export class EngineFailed extends Error {
  constructor(override readonly cause: unknown) {
    super(`the engine failed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Nothing is stamped: another engine, whose clock is well, may go on. */
export class ClockInDoubt extends Error {}

export class TopicWriter {
  private readonly engine: Engine;
  private readonly builder: FrameBuilder;
  private readonly queue: CommandsQueue;
  private appending: Promise<void> = Promise.resolve();
  private failure: unknown = undefined;
  private stopping = false;
  /** Retention has cut commands that nobody answered: the first frame passes over them. */
  private skipped: readonly [from: CommandPlace, to: CommandPlace] | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly terms: TopicWriterTerms) {
    const { state, position, answered } = terms.fold;
    this.builder = new FrameBuilder(position.id, position.sequence, () => state.digest >>> 0, answered);
    this.engine = new Engine(state, this.builder);
    const from = terms.topicStart > answered.offset ? { offset: terms.topicStart, index: 0 } : answered;
    this.builder.answering = from;
    this.skipped = from === answered ? undefined : [answered, from];
    this.queue = new CommandsQueue(terms.commands, from);
    this.queue.onArrival(() => this.wake());
  }

  get depth(): number {
    return this.queue.depth;
  }

  get state(): Engine['state'] {
    return this.engine.state;
  }

  /** Writes until told to stop. @throws whatever ends it sooner: FrameNotCounted when another engine writes */
  async run(): Promise<void> {
    try {
      while (!this.stopping) {
        if (!(await this.turn())) await this.sleep();
      }
      await this.appending;
      this.assertAlive();
    } finally {
      this.queue.close();
    }
  }

  stop(): void {
    this.stopping = true;
    this.wake();
  }

  private async turn(): Promise<boolean> {
    const { guard, frameCommands = FRAME_COMMANDS } = this.terms;
    this.assertAlive();
    if (guard.check() !== '' && !this.confirmClock()) {
      // A confirmation may be among the commands that are still being read.
      await new Promise<void>((waited) => this.terms.clock.wakeAfter(LOOK_US, waited));
      if (!this.confirmClock()) throw new ClockInDoubt(guard.doubt);
    }
    const batch = this.queue.take(frameCommands);
    const { deadLetter, givenUp } = this.terms;
    const letters = batch.filter(({ command }) => command === undefined);
    await Promise.all(letters.map(({ place, fault, text }) => deadLetter({ place, reason: fault, text }, givenUp)));
    this.decide(batch, guard.stamp());
    const frames = this.builder.takeFrames();
    if (frames.length === 0) return false;
    await this.appending;
    this.assertAlive();
    this.appending = this.append(frames);
    // The append starts when the event loop turns.
    await new Promise<void>((turned) => this.terms.clock.wakeAfter(0, turned));
    return true;
  }

  private async append(frames: readonly Frame[]): Promise<void> {
    try {
      for (const frame of frames) this.terms.appended(await this.terms.log.append(frame));
    } catch (error) {
      this.failure ??= error;
      this.wake();
    }
  }

  private decide(batch: readonly QueuedCommand[], stamp: number): void {
    const { engine } = this;
    if (engine.nextDueUs() <= stamp) engine.runDue(stamp);
    if (this.skipped !== undefined) this.pass('RETENTION', ...this.skipped, stamp);
    this.skipped = undefined;
    for (const [index, queued] of batch.entries()) {
      try {
        this.answer(queued, stamp);
      } catch (error) {
        const { failing } = this.terms;
        const isRefusal = failing.has(keyOf(queued.place));
        failing.add(keyOf(queued.place));
        // What can't even be refused is not tried again at once.
        throw isRefusal ? error : new EngineFailed(error);
      }
      if (index % COMMANDS_PER_SLICE === COMMANDS_PER_SLICE - 1) engine.work(stamp);
    }
    if (this.queue.depth === 0) for (let slices = SLICES_WHEN_IDLE; slices > 0 && engine.work(stamp); slices--);
  }

  private answer({ command, place, after }: QueuedCommand, stamp: number): void {
    const { engine, builder } = this;
    builder.answering = after;
    // What is no command is passed by a record too: the log then says that this place has been dealt with.
    if (command === undefined) this.pass('UNREADABLE', place, after, stamp);
    else if (this.terms.failing.size > 0 && this.terms.failing.has(keyOf(place)))
      engine.refuse(command, 'INTERNAL', stamp);
    else if (command.type === 'ConfirmClock' && !this.confirmed.delete(keyOf(place))) {
      engine.refuse(command, 'CLOCK_NOT_CONFIRMED', stamp);
    } else engine.execute(command, stamp);
  }

  private pass(
    reason: EventOf<'CommandsDropped'>['reason'],
    { offset: from_offset, index: from_index }: CommandPlace,
    { offset: to_offset, index: to_index }: CommandPlace,
    stamp: number,
  ): void {
    this.engine.pass({ reason, from_offset, from_index, to_offset, to_index }, stamp);
  }

  /** Places of confirmations that ended a doubt. */
  private readonly confirmed = new Set<string>();

  private confirmClock(): boolean {
    const { guard, clock } = this.terms;
    if (guard.doubt === '') return true;
    const now = clock.wallUs();
    const found = this.queue.some(({ command, place }) => {
      if (command?.type !== 'ConfirmClock' || Math.abs(command.wall_us - now) > VOUCHED_US) return false;
      this.confirmed.add(keyOf(place));
      return true;
    });
    if (found) guard.confirm();
    return found;
  }

  private assertAlive(): void {
    if (this.failure !== undefined) throw this.failure as Error;
  }

  /** Until a command comes, something falls due, or the clocks are to be looked at again. */
  private async sleep(): Promise<void> {
    const { clock } = this.terms;
    if (this.queue.depth > 0 || this.queue.hasFailed || this.stopping || this.failure !== undefined) return;
    const delayUs = Math.max(0, Math.min(this.engine.nextDueUs() - clock.wallUs(), LOOK_US));
    await new Promise<void>((woken) => {
      const cancel = clock.wakeAfter(delayUs, woken);
      this.wake = () => {
        cancel();
        woken();
      };
    });
    this.wake = () => undefined;
  }
}

function keyOf({ offset, index }: CommandPlace): string {
  return `${offset}:${index}`;
}

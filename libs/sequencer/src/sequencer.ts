// The only writer of a market, for as long as the process lives: it starts a writer, and when that ends recovers and
// starts the next. Callers see an inbox.

import { SECOND_US, type Command } from '@tokenbourse/domain';
import type { MarketState } from '@tokenbourse/engine';
import { stateHash, type SnapshotFiles } from './snapshot-files';
import type { EventLog, Position } from '@tokenbourse/log';

import type { Clock } from './clock';
import { ClockGuard } from './clock-guard';
import { GroupCaller, Inbox, type Caller, type Pending } from './inbox';
import { recover, type Recovery } from './recovery';
import {
  OutcomeUnknown,
  WriterUnavailable,
  type Answer,
  type CommandGateway,
  type Outcome,
  type SequencerStatus,
  type WriterState,
} from './submission';
import { Writer } from './writer';

export interface SequencerOptions {
  /** Opens the log as its only writer; called again after a failure, when the log before has been closed. */
  readonly openLog: () => Promise<EventLog>;
  readonly clock: Clock;
  /** Where snapshots are found; none in memory. */
  readonly snapshots?: SnapshotFiles;
  /** Commands that may wait. */
  readonly inboxLimit?: number;
  /** Commands of one frame at most. */
  readonly frameCommands?: number;
  /** Told after each durable append: wakes those who read the log. */
  readonly onAppended?: (position: Position) => void;
  /** Told of ends and recoveries of the writer. */
  readonly onEvent?: (message: string) => void;
}

const INBOX_LIMIT = 4_096;
const FRAME_COMMANDS = 1_024;
const BACKOFF_MS_LEAST = 50;
const BACKOFF_MS_MOST = 5_000;
/** What became of the commands that were on their way is known when the log can be read again; nobody waits longer for that. */
const IN_DOUBT_US = 3 * SECOND_US;
/** While the clock is in doubt it is looked at this often, to report the state. */
const LOOK_US = 1_000_000;

export class Sequencer implements CommandGateway {
  private readonly inbox: Inbox;
  private log: EventLog | undefined;
  private writer: Writer | undefined;
  private guard: ClockGuard | undefined;
  private state: WriterState = 'STARTING';
  private reason = 'it is starting';
  private recoveries = 0;
  private backoffMs = BACKOFF_MS_LEAST;
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private woken = false;
  private lastSequence = 0;
  private lastStampUs = 0;

  constructor(private readonly options: SequencerOptions) {
    this.inbox = new Inbox(options.inboxLimit ?? INBOX_LIMIT, () => this.ring());
  }

  /**
   * Recovers the state and starts writing.
   * @throws whatever opening or reading the log throws: a market never starts with a wrong state
   */
  async start(): Promise<Recovery> {
    const recovery = await this.begin();
    this.running = this.run();
    return recovery;
  }

  submit(command: Command): Promise<Outcome> {
    return new Promise((resolve, reject) => this.put(command, { resolve, reject }, 0));
  }

  submitAll(commands: readonly Command[]): Promise<readonly Answer[]> {
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((done) => {
      const caller = new GroupCaller(commands.length, done);
      for (let place = 0; place < commands.length; place++) this.put(commands[place]!, caller, place);
    });
  }

  private put(command: Command, caller: Caller, place: number): void {
    const confirms = command.type === 'ConfirmClock';
    if (this.state === 'WRITING' || (this.state === 'CLOCK_IN_DOUBT' && confirms)) {
      this.inbox.put(command, caller, place, confirms ? this.guard?.offsetUs() : undefined);
    } else {
      caller.reject(new WriterUnavailable(this.reason, this.state === 'STOPPED' ? 5_000 : 1_000), place);
    }
  }

  status(): SequencerStatus {
    return {
      state: this.state,
      reason: this.state === 'WRITING' ? '' : this.reason,
      sequence: this.durableSequence,
      last_stamp_us: this.writer?.state.lastStampUs ?? this.lastStampUs,
      inbox_depth: this.inbox.depth,
      inbox_limit: this.inbox.limit,
      recoveries: this.recoveries,
    };
  }

  /** Last record that is durable. */
  get durableSequence(): number {
    return this.writer?.durableSequence ?? this.lastSequence;
  }

  /**
   * The state that the writer decides on, for those who check it: ahead of the log while a batch is on its way. To be looked
   * at, never changed; undefined while there is no writer.
   */
  get marketState(): MarketState | undefined {
    return this.writer?.state;
  }

  /** Decides what waits, makes it durable, and closes the log. Returns the state hash at the end. */
  async stop(): Promise<string> {
    this.stopping = true;
    this.ring();
    await this.running;
    const hash = this.writer === undefined ? '' : stateHash(this.writer.state);
    this.setState('STOPPED', 'it has been stopped');
    this.inbox.rejectAll(() => new WriterUnavailable(this.reason, 5_000));
    await this.closeLog();
    return hash;
  }

  private async begin(): Promise<Recovery> {
    this.log = await this.options.openLog();
    const recovery = await recover(this.log, this.options.snapshots);
    const { fold } = recovery;
    this.lastSequence = fold.position.sequence;
    this.lastStampUs = fold.state.lastStampUs;
    // The guard outlives the writer: a clock that jumps while the log is read again is seen too.
    this.guard ??= new ClockGuard(this.options.clock, fold.state.lastStampUs);
    this.guard.check();
    this.writer = new Writer({
      log: this.log,
      fold,
      inbox: this.inbox,
      guard: this.guard,
      frameCommands: this.options.frameCommands ?? FRAME_COMMANDS,
      soon: (tell) => void this.options.clock.wakeAfter(0, tell),
      appended: (position) => {
        this.backoffMs = BACKOFF_MS_LEAST;
        this.options.onAppended?.(position);
      },
    });
    this.noteClock();
    return recovery;
  }

  private async run(): Promise<void> {
    while (!this.stopping || this.inbox.depth > 0) {
      try {
        const busy = await this.writer!.turn();
        this.noteClock();
        if (this.stopping && this.state !== 'WRITING') break;
        // The log's write starts only when the event loop turns; the next batch is decided after that.
        await this.turned();
        if (busy) continue;
        await this.sleep();
        // Whatever else has arrived by then belongs to the same batch.
        await this.turned();
      } catch (error) {
        if (!(await this.recoverFrom(error))) return;
      }
    }
    await this.writer!.drain().catch((error: unknown) => this.recoverFrom(error));
  }

  /** Throws the writer's state away and begins anew, again and again until it succeeds or all is to stop. */
  private async recoverFrom(error: unknown): Promise<boolean> {
    const ended = this.writer!;
    const { clock } = this.options;
    const sinceUs = clock.monotonicUs();
    this.setState('RECOVERING', messageOf(error));
    this.options.onEvent?.(`the writer ended: ${messageOf(error)}`);
    for (;;) {
      await this.closeLog();
      await new Promise<void>((waited) => clock.wakeAfter(this.backoffMs * 1_000, waited));
      this.backoffMs = Math.min(this.backoffMs * 2, BACKOFF_MS_MOST);
      try {
        const { fold } = await this.begin();
        const lost = await ended.settleInFlight(fold.position, unknownOutcome);
        for (const pending of lost) pending.reject(new WriterUnavailable(messageOf(error), this.backoffMs));
        this.recoveries += 1;
        this.options.onEvent?.(`the writer began again after record ${fold.position.sequence}`);
        return true;
      } catch (again) {
        this.setState('RECOVERING', messageOf(again));
        if (clock.monotonicUs() - sinceUs >= IN_DOUBT_US) this.letGo(ended);
        if (this.stopping) {
          ended.abandonInFlight(unknownOutcome);
          this.writer = undefined;
          return false;
        }
      }
    }
  }

  /** Answers all who wait for a writer that can't begin again: those on their way may be in the log, the others are not. */
  private letGo(ended: Writer): void {
    ended.abandonInFlight(unknownOutcome);
    this.inbox.rejectAll(() => new WriterUnavailable(this.reason, this.backoffMs));
  }

  private async closeLog(): Promise<void> {
    const { log } = this;
    this.log = undefined;
    await log?.close().catch(() => undefined);
  }

  private noteClock(): void {
    const doubt = this.guard!.doubt;
    if (doubt === '') this.setState('WRITING', '');
    else this.setState('CLOCK_IN_DOUBT', doubt);
  }

  private setState(state: WriterState, reason: string): void {
    this.state = state;
    this.reason = reason;
  }

  /** Resolves when the event loop has turned. */
  private turned(): Promise<void> {
    return new Promise((turned) => this.options.clock.wakeAfter(0, turned));
  }

  private ring(): void {
    this.woken = true;
    this.wake();
  }

  /** Until a command comes or something falls due. */
  private async sleep(): Promise<void> {
    if (this.woken || this.stopping) {
      this.woken = false;
      return;
    }
    const { clock } = this.options;
    const untilDueUs = this.writer!.nextDueUs() - clock.wallUs();
    const delayUs = this.guard!.doubt === '' ? Math.max(0, Math.min(untilDueUs, LOOK_US)) : LOOK_US;
    await new Promise<void>((woken) => {
      const cancel = clock.wakeAfter(delayUs, woken);
      this.wake = () => {
        this.wake = () => undefined; // of all that arrive meanwhile, the first one wakes
        cancel();
        woken();
      };
    });
    this.wake = () => undefined;
    this.woken = false;
  }
}

function unknownOutcome(pending: Pending): void {
  pending.reject(new OutcomeUnknown('the log did not say whether it took the frame'));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

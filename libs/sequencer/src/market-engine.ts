// A market's engine where others may stand beside it: it follows the log, writes when commands stay unanswered, and follows
// again when another's frame counts in place of its own. Who writes is a matter of speed; that only one is heard is the chain's doing.

import { commandToJson, SECOND_US } from '@tokenbourse/domain';
import type { MarketState } from '@tokenbourse/engine';
import {
  CommandsUnavailable,
  FrameNotCounted,
  type CommandsTopic,
  type EventLog,
  type Position,
} from '@tokenbourse/log';

import type { Clock } from './clock';
import { ClockGuard } from './clock-guard';
import type { Fold } from './fold';
import { recover } from './recovery';
import { stateHash, type SnapshotFiles } from './snapshot-files';
import { EngineFailed, TopicWriter, type DeadLetterBox } from './topic-writer';

export interface MarketEngineOptions {
  /** The signal ends the opening. */
  readonly openLog: (signal: AbortSignal) => Promise<EventLog>;
  readonly commands: CommandsTopic;
  readonly clock: Clock;
  readonly deadLetter: DeadLetterBox;
  /** From 0 to 1: parts engines that would take over at the same instant. */
  readonly chance: () => number;
  readonly snapshots?: SnapshotFiles;
  readonly frameCommands?: number;
  /** Commands unanswered and no frame for so long: take over. */
  readonly takeoverUs?: number;
  readonly onAppended?: (position: Position) => void;
  readonly onEvent?: (message: string) => void;
}

export type EngineRole = 'STARTING' | 'FOLLOWING' | 'WRITING' | 'FAILED' | 'STOPPED';

export interface MarketEngineStatus {
  readonly role: EngineRole;
  readonly reason: string;
  readonly sequence: number;
  readonly last_stamp_us: number;
  readonly queue_depth: number;
  readonly takeovers: number;
  /** Why it stamps nothing now, whether it writes or follows; empty while its clock is well. */
  readonly clock_doubt: string;
}

const TAKEOVER_US = 3 * SECOND_US;
/** An engine that follows looks so often whether it is needed. */
const LOOK_US = SECOND_US / 4;
const BACKOFF_US_LEAST = SECOND_US / 10;
const BACKOFF_US_MOST = 5 * SECOND_US;
/** What is under way when it is to end may take so long. */
const STOP_US = 3 * SECOND_US;

export class MarketEngine {
  private role: EngineRole = 'STARTING';
  private reason = '';
  private fold: Fold | undefined;
  private writer: TopicWriter | undefined;
  private guard: ClockGuard | undefined;
  private takeovers = 0;
  private backoffUs = BACKOFF_US_LEAST;
  /** Its own failure on a command is answered at once, by itself. */
  private goesOn = false;
  private readonly failing = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly givingUp = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(private readonly options: MarketEngineOptions) {}

  start(): void {
    this.running = this.run();
  }

  status(): MarketEngineStatus {
    return {
      role: this.role,
      reason: this.reason,
      sequence: this.fold?.state.sequence ?? 0,
      last_stamp_us: this.fold?.state.lastStampUs ?? 0,
      queue_depth: this.writer?.depth ?? 0,
      takeovers: this.takeovers,
      clock_doubt: this.guard?.doubt ?? '',
    };
  }

  /** To be looked at, never changed. */
  get marketState(): MarketState | undefined {
    return this.fold?.state;
  }

  /** As of the record to which this engine has decided or folded; undefined without a state. Costs a whole snapshot's time. */
  stateHash(): { readonly sequence: number; readonly hash: string } | undefined {
    const state = this.fold?.state;
    return state && { sequence: state.sequence, hash: stateHash(state) };
  }

  /** Finishes what is being decided, if it can, and ends. Returns the state hash; empty if there is no state. */
  async stop(): Promise<string> {
    this.stopping.abort();
    this.writer?.stop();
    this.wake();
    const cancel = this.options.clock.wakeAfter(STOP_US, () => this.givingUp.abort());
    await this.running;
    cancel();
    this.role = 'STOPPED';
    return this.fold === undefined ? '' : stateHash(this.fold.state);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let log: EventLog | undefined;
      const giveUp = (): void => void log?.close().catch(() => undefined);
      this.givingUp.signal.addEventListener('abort', giveUp);
      try {
        log = await this.options.openLog(signal);
        await this.followThenWrite(log);
      } catch (error) {
        this.note(error);
      }
      this.givingUp.signal.removeEventListener('abort', giveUp);
      await log?.close().catch(() => undefined);
      if (!signal.aborted && !this.goesOn) await this.pause(this.backoffUs);
    }
  }

  private async followThenWrite(log: EventLog): Promise<void> {
    const { fold, warnings } = await recover(log, this.options.snapshots, this.stopping.signal);
    for (const warning of warnings) this.options.onEvent?.(warning);
    this.fold = fold;
    // It outlives the writer: a clock that jumps while this engine follows is seen too.
    this.guard ??= new ClockGuard(this.options.clock, fold.state.lastStampUs);
    this.role = 'FOLLOWING';
    this.reason = '';
    const topicStart = this.goesOn ? undefined : await this.followUntilNeeded(log, fold);
    if (this.stopping.signal.aborted) return;
    this.goesOn = false;
    this.takeovers += 1;
    this.options.onEvent?.(`takes over after record ${fold.position.sequence}`);
    await this.write(log, fold, topicStart ?? (await this.options.commands.start()));
  }

  /** @returns where the commands topic starts; undefined when it is to stop */
  private async followUntilNeeded(log: EventLog, fold: Fold): Promise<number | undefined> {
    const following = new AbortController();
    const { clock, chance, takeoverUs = TAKEOVER_US } = this.options;
    let lastUs = clock.monotonicUs();
    let failure: unknown;
    const ended = (async () => {
      for await (const frame of log.follow(fold.position, following.signal)) {
        fold.take(frame);
        lastUs = clock.monotonicUs();
        this.backoffUs = BACKOFF_US_LEAST;
        // Who decides is seen again.
        this.role = 'FOLLOWING';
        this.reason = '';
      }
    })().catch((error: unknown) => (failure = error ?? new Error('following ended')));
    const patienceUs = takeoverUs * (1 + chance() / 3);
    let topicStart: number | undefined;
    try {
      while (!this.stopping.signal.aborted && failure === undefined && topicStart === undefined) {
        await this.pause(LOOK_US);
        this.guard!.check();
        const lastFrameUs = lastUs;
        if (clock.monotonicUs() - lastUs < patienceUs) continue;
        const found = await this.whereNeeded(fold);
        // Somebody has written while that was asked; and brokers that are away tell nothing about who writes.
        if (lastUs !== lastFrameUs) continue;
        if (found === undefined) lastUs = clock.monotonicUs();
        else topicStart = found;
      }
    } finally {
      following.abort();
      await ended;
    }
    if (failure !== undefined) throw failure as Error;
    return topicStart;
  }

  /**
   * Where the commands topic starts, if it holds commands that nobody has answered. What fails here is the question alone:
   * the state is as good as before.
   */
  private async whereNeeded(fold: Fold): Promise<number | undefined> {
    const { commands, onEvent } = this.options;
    try {
      const isNeeded = (await this.commandsEnd(fold)) > fold.answered.offset;
      // Nobody asks, so whether somebody would answer is asked here.
      if (!isNeeded) await commands.publish([commandToJson({ type: 'Ping', command_id: '', token: 0 })]);
      const start = isNeeded ? await commands.start() : undefined;
      this.role = 'FOLLOWING';
      this.reason = '';
      return start;
    } catch (error) {
      const reason = `who decides commands can't be found out: ${messageOf(error)}`;
      if (reason !== this.reason) onEvent?.(reason);
      this.role = 'FAILED';
      this.reason = reason;
      return undefined;
    }
  }

  /** @throws CommandsUnavailable where commands that come now would stand before the last one answered, and so never be decided */
  private async commandsEnd({ answered }: Fold): Promise<number> {
    const end = await this.options.commands.end();
    if (end >= answered.offset) return end;
    throw new CommandsUnavailable(
      `the commands topic ends at offset ${end}, but the log has answered commands up to offset ${answered.offset}: ` +
        'it has lost its end, or is another one; bring it up to there with npm run restore',
    );
  }

  private async write(log: EventLog, fold: Fold, topicStart: number): Promise<void> {
    const { commands, clock, deadLetter, frameCommands, onAppended } = this.options;
    this.role = 'WRITING';
    const appended = (position: Position): void => {
      this.backoffUs = BACKOFF_US_LEAST;
      onAppended?.(position);
    };
    const { failing } = this;
    const guard = this.guard!;
    guard.goOnFrom(fold.state.lastStampUs);
    if (topicStart > fold.answered.offset) {
      const { offset, index } = fold.answered;
      this.options.onEvent?.(`commands ${offset}:${index} to ${topicStart}:0 were dropped before they were answered`);
    }
    const { signal: givenUp } = this.givingUp;
    const topic = { commands, topicStart, deadLetter, failing, frameCommands };
    this.writer = new TopicWriter({ log, fold, guard, clock, appended, givenUp, ...topic });
    try {
      await this.writer.run();
    } finally {
      this.writer = undefined;
    }
  }

  private note(error: unknown): void {
    this.reason = messageOf(error);
    this.goesOn = error instanceof EngineFailed;
    this.role = error instanceof FrameNotCounted || this.goesOn ? 'STARTING' : 'FAILED';
    this.fold = undefined;
    this.backoffUs = Math.min(this.backoffUs * 2, BACKOFF_US_MOST);
    this.options.onEvent?.(`began again: ${this.reason}`);
  }

  private async pause(us: number): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await new Promise<void>((waited) => {
      const cancel = this.options.clock.wakeAfter(us, waited);
      this.wake = () => {
        cancel();
        waited();
      };
    });
    this.wake = () => undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

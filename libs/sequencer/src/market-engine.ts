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
  readonly openLog: () => Promise<EventLog>;
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
}

const TAKEOVER_US = 3 * SECOND_US;
/** An engine that follows looks so often whether it is needed. */
const LOOK_US = SECOND_US / 4;
const BACKOFF_US_LEAST = SECOND_US / 10;
const BACKOFF_US_MOST = 5 * SECOND_US;

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

  /** Finishes what is being decided, and ends. Returns the state hash; empty if there is no state. */
  async stop(): Promise<string> {
    this.stopping.abort();
    this.writer?.stop();
    this.wake();
    await this.running;
    this.role = 'STOPPED';
    return this.fold === undefined ? '' : stateHash(this.fold.state);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let log: EventLog | undefined;
      try {
        log = await this.options.openLog();
        await this.followThenWrite(log);
      } catch (error) {
        this.note(error);
      }
      await log?.close().catch(() => undefined);
      if (!signal.aborted && !this.goesOn) await this.pause(this.backoffUs);
    }
  }

  private async followThenWrite(log: EventLog): Promise<void> {
    const { fold, warnings } = await recover(log, this.options.snapshots);
    for (const warning of warnings) this.options.onEvent?.(warning);
    await this.commandsEnd(fold);
    this.fold = fold;
    // It outlives the writer: a clock that jumps while this engine follows is seen too.
    this.guard ??= new ClockGuard(this.options.clock, fold.state.lastStampUs);
    this.role = 'FOLLOWING';
    this.reason = '';
    if (!this.goesOn) await this.followUntilNeeded(log, fold);
    if (this.stopping.signal.aborted) return;
    this.goesOn = false;
    this.takeovers += 1;
    this.options.onEvent?.(`takes over after record ${fold.position.sequence}`);
    await this.write(log, fold);
  }

  private async followUntilNeeded(log: EventLog, fold: Fold): Promise<void> {
    const following = new AbortController();
    const { clock, chance, takeoverUs = TAKEOVER_US } = this.options;
    let lastUs = clock.monotonicUs();
    let failure: unknown;
    const ended = (async () => {
      for await (const frame of log.follow(fold.position, following.signal)) {
        fold.take(frame);
        lastUs = clock.monotonicUs();
        this.backoffUs = BACKOFF_US_LEAST;
      }
    })().catch((error: unknown) => (failure = error ?? new Error('following ended')));
    const patienceUs = takeoverUs * (1 + chance() / 3);
    try {
      while (!this.stopping.signal.aborted && failure === undefined) {
        await this.pause(LOOK_US);
        this.guard!.check();
        if (clock.monotonicUs() - lastUs < patienceUs) continue;
        if ((await this.commandsEnd(fold)) > fold.answered.offset) break;
        // Nobody asks, so whether somebody would answer is asked here.
        await this.options.commands.publish([commandToJson({ type: 'Ping', command_id: '', token: 0 })]);
        lastUs = clock.monotonicUs();
      }
    } finally {
      following.abort();
      await ended;
    }
    if (failure !== undefined) throw failure as Error;
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

  private async write(log: EventLog, fold: Fold): Promise<void> {
    const { commands, clock, deadLetter, frameCommands, onAppended } = this.options;
    this.role = 'WRITING';
    const appended = (position: Position): void => {
      this.backoffUs = BACKOFF_US_LEAST;
      onAppended?.(position);
    };
    const { failing } = this;
    const guard = this.guard!;
    guard.goOnFrom(fold.state.lastStampUs);
    const topicStart = await commands.start();
    if (topicStart > fold.answered.offset) {
      const { offset, index } = fold.answered;
      this.options.onEvent?.(`commands ${offset}:${index} to ${topicStart}:0 were dropped before they were answered`);
    }
    const terms = { log, commands, fold, guard, clock, deadLetter, frameCommands, failing, appended, topicStart };
    this.writer = new TopicWriter(terms);
    try {
      await this.writer.run();
    } finally {
      this.writer = undefined;
    }
  }

  private note(error: unknown): void {
    this.reason = error instanceof Error ? error.message : String(error);
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

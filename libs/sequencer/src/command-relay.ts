// The gateway of a process that has no engine: commands go to the commands topic in batches, and who waits for one is
// answered by the record that the events log has of it. The topic's own acknowledgement promises nothing but that it will be decided.

import { randomUUID } from 'node:crypto';

import { commandToJson, visitRecords, type Command } from '@tokenbourse/domain';
import { identityOf } from '@tokenbourse/engine';
import {
  CommandsUnavailable,
  PositionBeforeStart,
  PositionForeign,
  PositionPastEnd,
  surelyNotPublished,
  type CommandsTopic,
  type EventLog,
  type PlacedFrame,
  type Position,
} from '@tokenbourse/log';

import { AnswerReader } from './answer-reader';
import type { Clock } from './clock';
import { GroupCaller, hasRoom, type Caller } from './inbox';
import {
  CommandNotUnderstood,
  InboxFull,
  OutcomePending,
  OutcomeUnknown,
  WriterUnavailable,
  type Answer,
  type CommandGateway,
  type Outcome,
} from './submission';
import { Waiting, WaitingByIdentity } from './waiting';
import { WaitingByPlace } from './waiting-by-place';

export interface RelayOptions {
  readonly commands: CommandsTopic;
  /** Opens the events log for reading; again after a failure. The signal ends the opening. */
  readonly openLog: (signal: AbortSignal) => Promise<EventLog>;
  readonly clock: Clock;
  /** Commands that may be without an answer; cancels have a reserve beyond it. */
  readonly inboxLimit?: number;
  /** Commands of one message at most. */
  readonly batchCommands?: number;
  /** How long a caller waits for the outcome. */
  readonly waitMs?: number;
  /** Makes an id for a command that came without one: no two processes may make the same. */
  readonly newId?: () => string;
  readonly onEvent?: (message: string) => void;
  /** Told of each command's record, whoever sent it: keys made elsewhere count here too. */
  readonly onRecord?: (outcome: Outcome) => void;
}

const INBOX_LIMIT = 4_096;
/** Half of what an engine decides at once: where all wait for one answer, it begins with one half while the other is on its way. */
const BATCH_COMMANDS = 512;
const BATCH_CHARACTERS = 256 * 1024;
const WAIT_MS = 5_000;
/** A command without an answer counts against the bound for so much longer than its caller waits. */
const FORGET_WAITS = 12;
const RETRY_MS = 1_000;
const READ_AGAIN_US = 500_000;

export class CommandRelay implements CommandGateway {
  private queue: Waiting[] = [];
  /** Those on their way: several that are the same are answered in their order, each by a record of its own. */
  private readonly byIdentity = new WaitingByIdentity();
  /** In the order of their arrival, for the ends of waits. */
  private readonly byAge = new Set<Waiting>();
  private readonly byPlace = new WaitingByPlace();
  private publishing = false;
  private follows = false;
  private reason = 'it is starting';
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private cancelLook: () => void = () => undefined;
  /** Up to where the log has been read: reading goes on there, so that no answer is missed. */
  private position: Position | undefined;
  private lastStampUs = 0;
  /** The log has answered all commands before this offset. */
  private answeredOffset = 0;

  constructor(private readonly options: RelayOptions) {}

  /** Follows the events log from its present end, again and again until stopped. Commands are taken once it does. */
  start(): void {
    this.running = this.follow();
    this.lookSoon();
  }

  submit(command: Command): Promise<Outcome> {
    return new Promise((resolve, reject) => this.put(command, { resolve, reject }, 0));
  }

  submitAll(commands: readonly Command[]): Promise<readonly Answer[]> {
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((done) => {
      const caller = new GroupCaller(commands.length, done);
      for (const [place, command] of commands.entries()) this.put(command, caller, place);
    });
  }

  status(): {
    readonly ready: boolean;
    readonly reason: string;
    readonly sequence: number;
    readonly last_stamp_us: number;
    readonly unanswered: number;
  } {
    return {
      ready: this.follows,
      reason: this.reason,
      sequence: this.position?.sequence ?? 0,
      last_stamp_us: this.lastStampUs,
      unanswered: this.byAge.size,
    };
  }

  /** Nobody is left waiting: what was not published is turned away, for the rest the rule of a wait's end holds. */
  async stop(): Promise<void> {
    this.reason = 'it has been stopped';
    this.follows = false;
    this.stopping.abort();
    this.cancelLook();
    for (const waiting of [...this.byAge]) this.endWait(waiting);
    await this.running;
  }

  private put(given: Command, caller: Caller, place: number): void {
    const limit = this.options.inboxLimit ?? INBOX_LIMIT;
    if (!this.follows) return caller.reject(new WriterUnavailable(this.reason, RETRY_MS), place);
    if (!hasRoom(given, this.byAge.size, limit)) return caller.reject(new InboxFull(limit, RETRY_MS), place);
    // A message may come twice: only by an id does the engine know it again.
    const makeId = this.options.newId ?? randomUUID;
    const command = given.command_id === '' ? { ...given, command_id: makeId() } : given;
    try {
      const sinceUs = this.options.clock.monotonicUs();
      const waiting = new Waiting(commandToJson(command), identityOf(command), sinceUs, caller, place);
      this.queue.push(waiting);
      this.byAge.add(waiting);
    } catch (error) {
      return caller.reject(error as Error, place);
    }
    if (!this.publishing) void this.publish();
  }

  /** One message on its way at a time; the next one is what came meanwhile. */
  private async publish(): Promise<void> {
    this.publishing = true;
    // Whatever else arrives before the event loop turns belongs to the same message.
    await new Promise<void>((turned) => this.options.clock.wakeAfter(0, turned));
    while (this.queue.length > 0) {
      const batch = this.takeBatch();
      if (batch.length > 0) await this.publishBatch(batch);
    }
    this.publishing = false;
  }

  private takeBatch(): Waiting[] {
    const most = this.options.batchCommands ?? BATCH_COMMANDS;
    let taken = 0;
    let characters = 0;
    while (taken < this.queue.length && taken < most && characters < BATCH_CHARACTERS) {
      characters += this.queue[taken]!.text.length;
      taken += 1;
    }
    const batch = this.queue.slice(0, taken).filter(({ isAnswered }) => !isAnswered);
    this.queue = this.queue.slice(taken);
    return batch;
  }

  private async publishBatch(batch: readonly Waiting[]): Promise<void> {
    const texts = batch.map(({ text }) => text);
    for (const waiting of batch) {
      waiting.stage = 'ON_ITS_WAY';
      waiting.text = '';
      this.byIdentity.add(waiting);
    }
    try {
      const nextOffset = this.answeredOffset;
      this.byPlace.leaves();
      const offset = await this.options.commands.publish(texts);
      if (offset < nextOffset)
        throw new CommandsUnavailable('the commands topic has lost its end: nobody will read them');
      for (const waiting of batch) waiting.stage = 'PUBLISHED';
      this.drop(this.byPlace.arrives(offset, batch));
    } catch (error) {
      this.byPlace.arrives(undefined, batch);
      const surely = surelyNotPublished(error);
      this.options.onEvent?.(`commands were not published: ${messageOf(error)}`);
      for (const waiting of batch) {
        waiting.stage = 'IN_DOUBT';
        if (!surely) continue;
        this.forget(waiting);
        waiting.reject(new WriterUnavailable(messageOf(error), RETRY_MS));
      }
    }
  }

  private forget(waiting: Waiting): void {
    this.byAge.delete(waiting);
    this.byIdentity.remove(waiting);
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let log: EventLog | undefined;
      try {
        log = await this.options.openLog(signal);
        const from = (this.position ??= await log.tip());
        for await (const _ of log.read(from, { limit: 1, signal })) break; // throws where the position is no place of this log
        this.follows = !signal.aborted;
        this.reason = signal.aborted ? this.reason : '';
        for await (const frame of log.follow(from, signal)) this.answer(frame);
      } catch (error) {
        if (isNoPlace(error)) this.position = undefined;
        if (!signal.aborted) {
          this.reason = `the events log can't be read: ${messageOf(error)}`;
          this.options.onEvent?.(this.reason);
        }
      }
      this.follows = false;
      await log?.close().catch(() => undefined);
      if (!signal.aborted) await new Promise<void>((waited) => this.options.clock.wakeAfter(READ_AGAIN_US, waited));
    }
  }

  private answer({ frame, position }: PlacedFrame): void {
    visitRecords(frame.payload, frame.firstSequence, this.answers);
    this.position = position;
    this.answeredOffset = frame.answers.toOffset;
    this.byPlace.answered(this.answeredOffset);
  }

  private readonly answers = new AnswerReader(
    (identity, outcome) => {
      this.lastStampUs = outcome.at_us;
      this.options.onRecord?.(outcome);
      const waiting = this.byIdentity.find(identity);
      if (waiting === undefined) return;
      this.forget(waiting);
      waiting.resolve(outcome);
    },
    (places) => {
      // Who waits for what retention has cut was told long ago to ask by the id.
      if (places.reason === 'UNREADABLE') this.drop(this.byPlace.pass(places));
    },
  );

  private drop(passed: readonly Waiting[]): void {
    for (const waiting of passed) {
      this.forget(waiting);
      waiting.reject(new CommandNotUnderstood(waiting.identity.command_id));
    }
  }

  /** Looks now and then whose wait is over. */
  private lookSoon(): void {
    const { clock, waitMs = WAIT_MS } = this.options;
    this.cancelLook = clock.wakeAfter((waitMs * 1_000) / 10, () => {
      const now = clock.monotonicUs();
      for (const waiting of this.byAge) {
        const waited = now - waiting.sinceUs;
        if (waited < waitMs * 1_000) break;
        if (!waiting.isAnswered) this.endWait(waiting);
        if (waited >= waitMs * 1_000 * FORGET_WAITS) this.forget(waiting);
      }
      if (!this.stopping.signal.aborted) this.lookSoon();
    });
  }

  private endWait(waiting: Waiting): void {
    if (waiting.stage === 'PUBLISHED') {
      const { command_id, account } = waiting.identity;
      return waiting.reject(new OutcomePending(command_id, account));
    }
    if (waiting.stage !== 'WAITING') {
      return waiting.reject(new OutcomeUnknown('the commands topic did not say whether it took the command'));
    }
    this.byAge.delete(waiting);
    waiting.reject(new WriterUnavailable('the commands topic takes nothing', RETRY_MS));
  }
}

/** The log that is there now is another one. */
function isNoPlace(error: unknown): boolean {
  return error instanceof PositionForeign || error instanceof PositionPastEnd || error instanceof PositionBeforeStart;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

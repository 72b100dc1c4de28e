// The bounded queue of commands on their way to the writer, each with the caller that waits for its outcome.

import type { Command } from '@tokenbourse/domain';

import { InboxFull, type Answer, type Outcome } from './submission';

/** Who waits for outcomes; commands are told apart by their place among those that he sent. */
export interface Caller {
  resolve(outcome: Outcome, place: number): void;
  reject(error: Error, place: number): void;
}

/** A command and its caller. */
export class Pending {
  /** Decided, not yet durable. */
  outcome: Outcome | undefined = undefined;
  /** The engine failed on it: it is answered with a failure, not decided again. */
  failed = false;
  /** A ConfirmClock that ended a doubt. */
  confirmsClock = false;

  constructor(
    readonly command: Command,
    private readonly caller: Caller,
    private readonly place: number,
    /** ConfirmClock: how far the wall clock was ahead of the monotonic one when it came: it vouches for that clock alone. */
    readonly vouchedOffsetUs: number | undefined,
  ) {}

  resolve(outcome: Outcome): void {
    this.caller.resolve(outcome, this.place);
  }

  reject(error: Error): void {
    this.caller.reject(error, this.place);
  }
}

/** The caller of several commands: told when all have their answers. */
export class GroupCaller implements Caller {
  private readonly answers: (Answer | undefined)[];
  private missing: number;

  constructor(
    commands: number,
    private readonly done: (answers: readonly Answer[]) => void,
  ) {
    this.answers = new Array<Answer | undefined>(commands).fill(undefined);
    this.missing = commands;
  }

  resolve(outcome: Outcome, place: number): void {
    this.answer(outcome, place);
  }

  reject(error: Error, place: number): void {
    this.answer(error, place);
  }

  /** The first answer counts, as with a promise. */
  private answer(answer: Answer, place: number): void {
    if (this.answers[place] !== undefined) return;
    this.answers[place] = answer;
    this.missing -= 1;
    if (this.missing === 0) this.done(this.answers as Answer[]);
  }
}

/** What takes risk away has places of its own, one for so many of all: nobody is locked in by others' orders. */
const RESERVE_SHARE = 4;
const TAKES_AWAY: ReadonlySet<Command['type']> = new Set([
  'CancelOrder',
  'CancelAllOrders',
  'WithdrawOffer',
  'RevokeApiKey',
]);

/** Whether one more may wait beside `depth` others where `limit` is the bound for all but these. */
export function hasRoom({ type }: Pick<Command, 'type'>, depth: number, limit: number): boolean {
  return depth < (TAKES_AWAY.has(type) ? limit + limit / RESERVE_SHARE : limit);
}

export class Inbox {
  private queue: Pending[] = [];
  private head = 0;

  constructor(
    readonly limit: number,
    private readonly arrived: () => void,
  ) {}

  get depth(): number {
    return this.queue.length - this.head;
  }

  /** Queues a command. Its caller is told InboxFull at once when the bound is reached; cancels have a reserve beyond it. */
  put(command: Command, caller: Caller, place = 0, vouchedOffsetUs?: number): void {
    if (!hasRoom(command, this.depth, this.limit)) {
      caller.reject(new InboxFull(this.limit, 100), place);
      return;
    }
    this.queue.push(new Pending(command, caller, place, vouchedOffsetUs));
    this.arrived();
  }

  /** The next to be taken. */
  first(): Pending | undefined {
    return this.queue[this.head];
  }

  take(): Pending | undefined {
    const pending = this.queue[this.head];
    if (pending === undefined) return undefined;
    this.head += 1;
    if (this.head === this.queue.length || this.head > 4_096) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return pending;
  }

  /** Puts back what was taken and came to nothing, ahead of all that waits. */
  putBack(pendings: readonly Pending[]): void {
    for (const pending of pendings) pending.outcome = undefined;
    this.queue = [...pendings, ...this.queue.slice(this.head)];
    this.head = 0;
  }

  /** Turns away all that wait, but for those to `keep`. */
  rejectAll(error: () => Error, keep: (pending: Pending) => boolean = () => false): void {
    const kept: Pending[] = [];
    for (let pending = this.take(); pending !== undefined; pending = this.take()) {
      if (keep(pending)) kept.push(pending);
      else pending.reject(error());
    }
    this.putBack(kept);
  }
}

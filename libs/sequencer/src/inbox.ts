// The bounded queue of commands on their way to the writer, each with the caller that waits for its outcome.

import type { Command, MarketEvent } from '@tokenbourse/domain';

import { InboxFull, type Outcome } from './submission';

/** A command and its caller. */
export interface Pending {
  readonly command: Command;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  /** Decided, not yet durable. */
  outcome: { sequence: number; at_us: number; events: MarketEvent[] } | undefined;
  /** The engine failed on it: it is answered with a failure, not decided again. */
  failed: boolean;
  /** ConfirmClock: how far the wall clock was ahead of the monotonic one when it came: it vouches for that clock alone. */
  readonly vouchedOffsetUs: number | undefined;
  /** A ConfirmClock that ended a doubt. */
  confirmsClock: boolean;
}

/** What takes risk away has places of its own, one for so many of all: nobody is locked in by others' orders. */
const RESERVE_SHARE = 4;
const TAKES_AWAY: ReadonlySet<Command['type']> = new Set([
  'CancelOrder',
  'CancelAllOrders',
  'WithdrawOffer',
  'RevokeApiKey',
]);

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

  /** Queues a command. Throws InboxFull at once when the bound is reached; cancels have a reserve beyond it. */
  submit(command: Command, vouchedOffsetUs?: number): Promise<Outcome> {
    if (this.depth >= this.limit && !this.hasReserve(command)) return Promise.reject(new InboxFull(this.limit, 100));
    return new Promise((resolve, reject) => {
      const undecided = { outcome: undefined, failed: false, confirmsClock: false };
      this.queue.push({ command, resolve, reject, vouchedOffsetUs, ...undecided });
      this.arrived();
    });
  }

  private hasReserve({ type }: Command): boolean {
    return TAKES_AWAY.has(type) && this.depth < this.limit + this.limit / RESERVE_SHARE;
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

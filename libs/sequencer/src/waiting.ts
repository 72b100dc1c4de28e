// Commands on their way to an engine elsewhere, and how the record that answers one finds it again.

import type { CommandIdentity } from '@tokenbourse/domain';

import type { Caller } from './inbox';
import type { Outcome } from './submission';

type Stage = 'WAITING' | 'ON_ITS_WAY' | 'PUBLISHED' | 'IN_DOUBT';

export class Waiting {
  stage: Stage = 'WAITING';
  /** Its caller has been answered: only the record is still to come. */
  isAnswered = false;
  /** The next one with the same id, whatever else they ask. */
  next: Waiting | undefined;

  constructor(
    /** Empty once it is on its way. */
    public text: string,
    readonly identity: CommandIdentity,
    readonly sinceUs: number,
    private readonly caller: Caller,
    private readonly place: number,
  ) {}

  resolve(outcome: Outcome): void {
    if (!this.isAnswered) this.caller.resolve(outcome, this.place);
    this.isAnswered = true;
  }

  reject(error: Error): void {
    if (!this.isAnswered) this.caller.reject(error, this.place);
    this.isAnswered = true;
  }
}

/** By what a record says of its command. Several that are the same are found in their order. */
export class WaitingByIdentity {
  /** The first of each id: ids are nearly always different. */
  private readonly firsts = new Map<string, Waiting>();

  add(waiting: Waiting): void {
    const { command_id } = waiting.identity;
    let last = this.firsts.get(command_id);
    if (last === undefined) return void this.firsts.set(command_id, waiting);
    while (last.next !== undefined) last = last.next;
    last.next = waiting;
  }

  find(identity: CommandIdentity): Waiting | undefined {
    for (let waiting = this.firsts.get(identity.command_id); waiting !== undefined; waiting = waiting.next) {
      if (isSame(waiting.identity, identity)) return waiting;
    }
    return undefined;
  }

  /** Does nothing where it is not there. */
  remove(waiting: Waiting): void {
    const { command_id } = waiting.identity;
    const first = this.firsts.get(command_id);
    if (first === waiting) {
      if (waiting.next === undefined) this.firsts.delete(command_id);
      else this.firsts.set(command_id, waiting.next);
      waiting.next = undefined;
      return;
    }
    for (let before = first; before !== undefined; before = before.next) {
      if (before.next !== waiting) continue;
      before.next = waiting.next;
      waiting.next = undefined;
      return;
    }
  }
}

function isSame(one: CommandIdentity, other: CommandIdentity): boolean {
  return (
    one.fingerprint === other.fingerprint &&
    one.account === other.account &&
    one.contract === other.contract &&
    one.command === other.command
  );
}

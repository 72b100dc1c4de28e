// Command ids and their outcomes, kept as long as the rules say that they are known: for the idempotency window of log
// time, and while the order that they made is open.

import type { CommandIdentity, EventOf } from '@tokenbourse/domain';

/** What a record said as the outcome of its command. */
export interface Outcome {
  /** Number of what it made: order, account, offer …; 0 for none. */
  readonly result: number;
  /** Reason code of a refusal; NONE for an accepted command. */
  readonly code: string;
  readonly repeated: EventOf<'CommandRepeated'> | undefined;
  /** Refused because the id was used for another request: the record named as the first. */
  readonly reusedFrom: number;
}

interface Known {
  readonly account: number;
  readonly id: string;
  readonly sequence: number;
  readonly atUs: number;
  readonly fingerprint: number;
  readonly contract: number;
  readonly result: number;
  readonly code: string;
}

/** Entries that have left the queue's front before it is cut. */
const CUT = 4_096;

export class OutcomeBook {
  /** By account, contract and id. */
  private readonly known = new Map<number, Map<number, Map<string, Known>>>();
  private queue: Known[] = [];
  private head = 0;
  private windowUs = 0;
  /** What was made up to then is forgotten for good: a window that held in between was over for it. */
  private forgottenUs = 0;

  /** @param isOpen whether an order of a contract is open */
  constructor(private readonly isOpen: (contract: number, order: number) => boolean) {}

  setWindow(windowUs: number, atUs: number): void {
    if (this.windowUs > 0) this.forgottenUs = Math.max(this.forgottenUs, atUs - this.windowUs);
    this.windowUs = windowUs;
  }

  /** Judges a record's outcome and keeps it; gives what is wrong with it, or undefined. */
  judge(identity: CommandIdentity, outcome: Outcome, sequence: number, atUs: number): string | undefined {
    this.forget(atUs);
    const { account, contract, command_id: id, fingerprint } = identity;
    const { repeated, reusedFrom } = outcome;
    if (id === '') return repeated === undefined ? undefined : 'tells a command without an id as repeated';
    // Before the market is opened no outcome is kept.
    if (this.windowUs === 0 && repeated === undefined) return undefined;
    const ids = this.idsOf(account, contract);
    const known = ids.get(id);
    const first = known !== undefined && this.isKnown(known, atUs) ? known : undefined;
    if (repeated !== undefined) {
      if (repeated.first_sequence >= sequence) return `names record ${repeated.first_sequence} as an earlier outcome`;
      return first === undefined ? undefined : wrongRepetition(first, repeated, fingerprint);
    }
    if (reusedFrom !== 0) return first === undefined ? undefined : wrongReuse(first, reusedFrom, fingerprint);
    const { result, code } = outcome;
    const fresh: Known = { account, id, sequence, atUs, fingerprint, contract, result, code };
    ids.set(id, fresh);
    this.queue.push(fresh);
    if (first === undefined) return undefined;
    return `is a second outcome of id ${JSON.stringify(id)} of account ${account}; the first is record ${first.sequence}`;
  }

  private idsOf(account: number, contract: number): Map<string, Known> {
    let contracts = this.known.get(account);
    if (contracts === undefined) this.known.set(account, (contracts = new Map<number, Map<string, Known>>()));
    let ids = contracts.get(contract);
    if (ids === undefined) contracts.set(contract, (ids = new Map<string, Known>()));
    return ids;
  }

  private isKnown(known: Known, atUs: number): boolean {
    if (this.isRecent(known, atUs)) return true;
    return known.contract !== 0 && known.code === 'NONE' && this.isOpen(known.contract, known.result);
  }

  private isRecent(known: Known, atUs: number): boolean {
    return atUs < known.atUs + this.windowUs && known.atUs > this.forgottenUs;
  }

  private forget(atUs: number): void {
    for (let oldest = this.queue[this.head]; oldest !== undefined; oldest = this.queue[this.head]) {
      if (this.isRecent(oldest, atUs)) break;
      this.head += 1;
      const ids = this.idsOf(oldest.account, oldest.contract);
      if (ids.get(oldest.id) !== oldest) continue;
      if (!this.isKnown(oldest, atUs)) {
        ids.delete(oldest.id);
        if (ids.size === 0) this.known.get(oldest.account)!.delete(oldest.contract);
      } else {
        this.queue.push(oldest);
        break; // it is looked at again after all others
      }
    }
    if (this.head < CUT || this.head * 2 < this.queue.length) return;
    this.queue = this.queue.slice(this.head);
    this.head = 0;
  }
}

function wrongRepetition(first: Known, told: EventOf<'CommandRepeated'>, fingerprint: number): string | undefined {
  if (fingerprint !== first.fingerprint) return `repeats record ${first.sequence} for another request`;
  if (told.first_sequence !== first.sequence) {
    return `names record ${told.first_sequence} as the first outcome, which is record ${first.sequence}`;
  }
  const same = told.code === first.code && told.result === first.result;
  const accepted = told.outcome === (first.code === 'NONE' ? 'ACCEPTED' : 'REJECTED');
  return same && accepted ? undefined : `tells the outcome of record ${first.sequence} otherwise than that did`;
}

function wrongReuse(first: Known, told: number, fingerprint: number): string | undefined {
  if (fingerprint === first.fingerprint) return `refuses a repetition of record ${first.sequence} as another request`;
  return told === first.sequence ? undefined : `names record ${told} as the first outcome, which is ${first.sequence}`;
}

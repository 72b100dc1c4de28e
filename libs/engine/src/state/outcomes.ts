// The outcomes of commands by the hash of their ids: what makes a repeated command harmless. An outcome is known while
// its order is open, and for the idempotency window of log time after it was made.
//
// A collision of the 64-bit hash can only meet the same account. In shards, so that growing never pauses for long.

import { idHash, SECOND_US } from '@tokenbourse/domain';

import { OutcomeShard, type KnownOutcome } from './outcome-shard';

const SHARD_BITS = 6;
export const SHARDS = 1 << SHARD_BITS;
/** Old entries looked at per new one: more than one, so that the table shrinks to what is known. */
const SWEEP = 2;

export class OutcomeTable {
  readonly shards = Array.from({ length: SHARDS }, () => new OutcomeShard());
  /** What was made up to then is forgotten, also if the window has become longer since; 0: nothing. */
  forgottenUs = 0;

  /**
   * @param windowUs how long an outcome is known after it was made
   * @param isOpen whether order `result` of a contract is open
   */
  constructor(
    public windowUs: number,
    private readonly isOpen: (contract: number, order: number) => boolean,
  ) {}

  /** From `atUs` on another window holds. What a longer one finds forgotten stays so, swept out already or not. */
  setWindow(windowUs: number, atUs: number): void {
    if (this.windowUs > 0) this.forgottenUs = Math.max(this.forgottenUs, atUs - this.windowUs);
    this.windowUs = windowUs;
  }

  /** The outcome of the id whose hash stands in `idHash`; undefined if it is not known at `atUs`. */
  find(account: number, atUs: number): KnownOutcome | undefined {
    const shard = this.shards[idHash.high >>> (32 - SHARD_BITS)]!;
    const place = shard.find(idHash.high | 0, idHash.low | 0, account);
    if (place < 0 || !this.isKnown(shard, place, atUs)) return undefined;
    return shard.get(place);
  }

  /** Keeps the outcome of the id whose hash stands in `idHash`. */
  remember(account: number, outcome: KnownOutcome, atUs: number): void {
    const shard = this.shards[idHash.high >>> (32 - SHARD_BITS)]!;
    for (let i = 0; i < SWEEP; i++) this.sweepOldest(shard, atUs);
    let place = shard.find(idHash.high | 0, idHash.low | 0, account);
    if (place < 0) place = shard.append(idHash.high | 0, idHash.low | 0, account);
    shard.set(place, outcome, Math.ceil(atUs / SECOND_US));
  }

  private isKnown(shard: OutcomeShard, place: number, atUs: number): boolean {
    return this.isRecent(shard, place, atUs) || this.isOrderOpen(shard, place);
  }

  private isRecent(shard: OutcomeShard, place: number, atUs: number): boolean {
    const madeUs = shard.seconds(place) * SECOND_US;
    return atUs < madeUs + this.windowUs && madeUs > this.forgottenUs;
  }

  private isOrderOpen(shard: OutcomeShard, place: number): boolean {
    const { code, contract, result } = shard.get(place);
    return code === 0 && contract !== 0 && this.isOpen(contract, result);
  }

  /** Forgets the oldest entry if its time is over; if its order is still open, it is looked at again later. */
  private sweepOldest(shard: OutcomeShard, atUs: number): void {
    const place = shard.oldest();
    if (place < 0 || this.isRecent(shard, place, atUs)) return;
    if (this.isOrderOpen(shard, place)) shard.requeueOldest();
    else shard.dropOldest();
  }
}

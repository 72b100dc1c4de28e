// What accounts have to do with one contract: net lots, money paid, money receivable, lots on sale. An account gets a
// holder number, counted from 0 in the order of arrival, with its first order there; columns are by holder.

import { Int64Column } from './int64-column';

/** The account has never had an order in this contract. */
export const NO_HOLDER = -1;

export class Holdings {
  /** Number of holders. */
  size = 0;
  readonly paid = new Int64Column(4);
  readonly receivable = new Int64Column(4);
  private accounts = new Int32Array(4);
  private netLots = new Float64Array(4);
  private onSale = new Float64Array(4);
  /** By account number: holder + 1, 0 for none. Grows to the largest account that trades here. */
  private holders = new Int32Array(16);

  find(account: number): number {
    return account < this.holders.length ? this.holders[account]! - 1 : NO_HOLDER;
  }

  /** The account's holder number, made if need be. */
  of(account: number): number {
    const found = this.find(account);
    if (found !== NO_HOLDER) return found;
    const holder = this.size++;
    if (holder >= this.accounts.length) this.grow();
    if (account >= this.holders.length) {
      const holders = new Int32Array(2 ** Math.ceil(Math.log2(account + 1)));
      holders.set(this.holders);
      this.holders = holders;
    }
    this.holders[account] = holder + 1;
    this.accounts[holder] = account;
    return holder;
  }

  account(holder: number): number {
    return this.accounts[holder]!;
  }

  /** Bought less sold. */
  lots(holder: number): number {
    return this.netLots[holder]!;
  }

  /** Open sell lots. */
  selling(holder: number): number {
    return this.onSale[holder]!;
  }

  addLots(holder: number, lots: number): void {
    this.netLots[holder]! += lots;
  }

  addSelling(holder: number, lots: number): void {
    this.onSale[holder]! += lots;
  }

  /** Lots that open sell orders and sales exceed the position by: what a factory must have the energy for. */
  uncovered(holder: number): number {
    return Math.max(0, this.onSale[holder]! - this.netLots[holder]!);
  }

  /** Account numbers of all holders, rising. */
  accountsInOrder(): Int32Array {
    return this.accounts.slice(0, this.size).sort();
  }

  private grow(): void {
    const size = this.accounts.length * 2;
    const accounts = new Int32Array(size);
    const netLots = new Float64Array(size);
    const onSale = new Float64Array(size);
    accounts.set(this.accounts);
    netLots.set(this.netLots);
    onSale.set(this.onSale);
    Object.assign(this, { accounts, netLots, onSale });
    this.paid.ensure(size);
    this.receivable.ensure(size);
  }
}

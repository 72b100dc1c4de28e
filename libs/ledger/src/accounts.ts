// Accounts as columns by account number: owner, free cash, cash on hold, number of open orders.

import { HOUSE_ACCOUNT } from '@tokenbourse/domain';

import { Int64Column } from './int64-column';

export const NO_FACTORY = -1;

export class Accounts {
  /** Number of the newest account. The house account, 0, is always there. */
  last = HOUSE_ACCOUNT;
  readonly available = new Int64Column();
  readonly held = new Int64Column();
  private participants = new Int32Array(16);
  private factories = new Int32Array(16).fill(NO_FACTORY);
  private orders = new Int32Array(16);

  exists(account: number): boolean {
    return account >= 0 && account <= this.last;
  }

  /** Account numbers come one after the other. */
  open(account: number, participant: number): void {
    if (account !== this.last + 1) throw new RangeError(`account ${account} does not follow ${this.last}`);
    this.last = account;
    if (account >= this.participants.length) this.grow();
    this.available.ensure(account + 1);
    this.held.ensure(account + 1);
    this.participants[account] = participant;
  }

  participant(account: number): number {
    return this.participants[account]!;
  }

  /** Index of the account's factory; NO_FACTORY for none. */
  factory(account: number): number {
    return this.factories[account]!;
  }

  setFactory(account: number, factory: number): void {
    this.factories[account] = factory;
  }

  openOrders(account: number): number {
    return this.orders[account]!;
  }

  countOrders(account: number, change: 1 | -1): void {
    this.orders[account]! += change;
  }

  private grow(): void {
    const size = this.participants.length * 2;
    const participants = new Int32Array(size);
    const factories = new Int32Array(size).fill(NO_FACTORY);
    const orders = new Int32Array(size);
    participants.set(this.participants);
    factories.set(this.factories);
    orders.set(this.orders);
    Object.assign(this, { participants, factories, orders });
  }
}

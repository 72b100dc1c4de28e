// What the rules say is conserved, looked for in a state as it stands: cash, positions, escrow, holds, power, and an
// uncrossed book in its order. A sound state has no faults, after every record.

import { feeHeldFor, type Side } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract, DeliveryWindow } from './state/contract';
import { OUTSIDE, type MarketState } from './state/market-state';

export type StateRule = 'cash' | 'positions' | 'escrow' | 'holds' | 'book' | 'orders' | 'power';

export interface StateFault {
  readonly rule: StateRule;
  /** What does not add up, with its figures: micro-USD, lots, millijoules. */
  readonly what: string;
}

/** All that does not add up in a state between two records; empty for a sound one. Walks the whole state. */
export function auditState(state: MarketState): StateFault[] {
  return new StateAudit(state).run();
}

class StateAudit {
  private readonly faults: StateFault[] = [];
  /** By account: micro-USD that its open orders need, and how many there are. */
  private readonly needed = new Map<number, bigint>();
  private readonly openOrders = new Map<number, number>();

  constructor(private readonly state: MarketState) {}

  run(): StateFault[] {
    const { accounts, contracts, windows } = this.state;
    let cash = this.state.money.get(OUTSIDE);
    for (const contract of contracts) {
      cash += contract.escrow();
      this.auditPositions(contract);
      this.auditBook(contract);
    }
    for (let account = 0; account <= accounts.last; account++) {
      const [available, held] = [accounts.available.get(account), accounts.held.get(account)];
      cash += available + held;
      this.expect(available >= 0n, 'cash', () => `account ${account} has ${available} micro-USD free`);
      const needed = this.needed.get(account) ?? 0n;
      this.expect(held === needed, 'holds', () => `account ${account} holds ${held}, its open orders need ${needed}`);
      const [counted, orders] = [accounts.openOrders(account), this.openOrders.get(account) ?? 0];
      this.expect(counted === orders, 'orders', () => `account ${account} has ${orders} open orders, not ${counted}`);
    }
    this.expect(cash === 0n, 'cash', () => `cash does not add up: ${cash} micro-USD too much`);
    for (const window of windows) this.auditPower(window);
    return this.faults;
  }

  private expect(holds: boolean, rule: StateRule, what: () => string): void {
    if (!holds) this.faults.push({ rule, what: what() });
  }

  private auditPositions(contract: Contract): void {
    const { holdings, number } = contract;
    let lots = 0;
    let receivable = 0n;
    for (let holder = 0; holder < holdings.size; holder++) {
      lots += holdings.lots(holder);
      receivable += holdings.receivable.get(holder);
    }
    const escrow = contract.escrow();
    this.expect(lots === 0, 'positions', () => `contract ${number}: positions add up to ${lots} lots`);
    this.expect(
      receivable === escrow,
      'escrow',
      () => `contract ${number}: escrow ${escrow}, receivables ${receivable}`,
    );
  }

  private auditBook(contract: Contract): void {
    const { book, holdings, number } = contract;
    const [bid, ask] = [book.best('BUY'), book.best('SELL')];
    if (bid !== NONE && ask !== NONE) {
      this.expect(book.price(bid) < book.price(ask), 'book', () => `contract ${number}: the book is crossed`);
    }
    const selling = new Map<number, number>();
    const resting = this.auditSide(contract, 'BUY', selling) + this.auditSide(contract, 'SELL', selling);
    this.expect(
      resting === book.size,
      'book',
      () => `contract ${number}: ${book.size} open orders, ${resting} of them in the book`,
    );
    for (let holder = 0; holder < holdings.size; holder++) {
      const account = holdings.account(holder);
      const [counted, lots] = [holdings.selling(holder), selling.get(account) ?? 0];
      this.expect(
        counted === lots,
        'orders',
        () => `contract ${number}: account ${account} has ${lots} lots on sale, not ${counted}`,
      );
    }
  }

  /** Walks a side from the best order on; returns how many there are. */
  private auditSide(contract: Contract, side: Side, selling: Map<number, number>): number {
    const { book, holdings, number } = contract;
    let orders = 0;
    let before = NONE;
    let rank = -1;
    let level = { price: 0, orders: 0 };
    // A queue that leads back into itself shows as more orders than there are.
    for (let slot = book.best(side); slot !== NONE && orders <= book.size; slot = book.after(slot)) {
      const [price, open, account] = [book.price(slot), book.open(slot), holdings.account(book.holder(slot))];
      const worse = before === NONE ? 0 : (price - book.price(before)) * (side === 'BUY' ? -1 : 1);
      this.expect(worse >= 0, 'book', () => `contract ${number}: ${side} queue out of order at ${price} ticks`);
      this.expect(
        open > 0 && open <= book.total(slot),
        'orders',
        () => `contract ${number}: order ${book.number(slot)} rests with ${open} lots open of ${book.total(slot)}`,
      );
      if (before === NONE || worse !== 0) {
        this.expectLevelEmpty(contract, side, level);
        level = book.level(side, ++rank);
        this.expect(level.price === price, 'book', () => `contract ${number}: no ${side} level at ${price} ticks`);
      }
      level = { price: level.price, orders: level.orders - 1 };
      this.openOrders.set(account, (this.openOrders.get(account) ?? 0) + 1);
      if (side === 'SELL') selling.set(account, (selling.get(account) ?? 0) + open);
      else this.needed.set(account, (this.needed.get(account) ?? 0n) + this.need(price, open, book.feeSchedule(slot)));
      before = slot;
      orders += 1;
    }
    this.expectLevelEmpty(contract, side, level);
    return orders;
  }

  /** A level's number of orders, less all that stand there. */
  private expectLevelEmpty({ number }: Contract, side: Side, level: { price: number; orders: number }) {
    this.expect(
      level.orders === 0,
      'book',
      () => `contract ${number}: the ${side} level at ${level.price} ticks counts ${level.orders} orders too many`,
    );
  }

  private need(priceTicks: number, open: number, schedule: number): bigint {
    const fees = this.state.feeSchedules[schedule]!;
    const amount = priceTicks * open;
    return BigInt(amount + feeHeldFor(amount, Math.max(fees.makerPpm, fees.takerPpm)));
  }

  /** For each account: Σ over tiers of max(0, open sell lots − position) × joules per Mtok ≤ budget. */
  private auditPower(window: DeliveryWindow): void {
    const { factories } = this.state;
    const sold = new Map<number, bigint>();
    for (const { holdings, tier, number } of window.contracts) {
      for (let holder = 0; holder < holdings.size; holder++) {
        const uncovered = holdings.uncovered(holder);
        if (uncovered === 0) continue;
        const account = holdings.account(holder);
        const factory = factories[this.state.accounts.factory(account)];
        const joules = factory?.zone === window.zone ? factory.joulesPerMtok[tier]! : 0;
        this.expect(
          joules > 0,
          'power',
          () => `contract ${number}: account ${account} sells ${uncovered} lots that nothing backs`,
        );
        sold.set(account, (sold.get(account) ?? 0n) + BigInt(uncovered) * BigInt(joules));
      }
    }
    for (const [index, factory] of factories.entries()) {
      if (factory.zone !== window.zone) continue;
      const budget = window.energy.budget(factory);
      const left = budget - (sold.get(factory.account) ?? 0n);
      const free = window.energy.freeOf(index, factories);
      const where = `window ${window.number}, factory ${factory.account}`;
      this.expect(left >= 0n, 'power', () => `${where}: ${-left} mJ more are sold than the budget of ${budget} mJ`);
      this.expect(free === left, 'power', () => `${where}: ${free} mJ are counted as free, ${left} mJ are`);
    }
  }
}

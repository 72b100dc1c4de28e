// What the rules say is conserved, checked on a state: cash, positions, power, an uncrossed book in its order, holds.

import { NONE } from '@tokenbourse/matching';

import { feeHeldFor } from '@tokenbourse/domain';
import type { Contract } from '../src/state/contract';
import { OUTSIDE, type MarketState } from '../src/state/market-state';

/** Throws an error that names what is not conserved. */
export function assertConserved(state: MarketState): void {
  const { accounts } = state;
  let cash = state.money.get(OUTSIDE);
  const held = new Map<number, bigint>();
  const openOrders = new Map<number, number>();
  for (let account = 0; account <= accounts.last; account++) {
    const available = accounts.available.get(account);
    expectThat(available >= 0n, `account ${account} has ${available} available`);
    cash += available + accounts.held.get(account);
  }
  for (const contract of state.contracts) {
    cash += contract.escrow();
    assertPositions(contract);
    assertBook(state, contract, held, openOrders);
  }
  expectThat(cash === 0n, `cash does not add up: ${cash} micro-USD too much`);
  for (let account = 0; account <= accounts.last; account++) {
    const expected = held.get(account) ?? 0n;
    const found = accounts.held.get(account);
    expectThat(found === expected, `account ${account} holds ${found}, its orders need ${expected}`);
    const orders = openOrders.get(account) ?? 0;
    expectThat(accounts.openOrders(account) === orders, `account ${account} has ${orders} orders, counted otherwise`);
  }
  assertPower(state);
}

function assertPositions(contract: Contract): void {
  const { holdings } = contract;
  let lots = 0;
  let receivable = 0n;
  for (let holder = 0; holder < holdings.size; holder++) {
    lots += holdings.lots(holder);
    receivable += holdings.receivable.get(holder);
  }
  expectThat(lots === 0, `contract ${contract.number}: positions add up to ${lots}`);
  const escrow = contract.escrow();
  expectThat(receivable === escrow, `contract ${contract.number}: escrow ${escrow}, receivables ${receivable}`);
}

function assertBook(
  state: MarketState,
  contract: Contract,
  held: Map<number, bigint>,
  openOrders: Map<number, number>,
): void {
  const { book, holdings } = contract;
  const [bid, ask] = [book.best('BUY'), book.best('SELL')];
  if (bid !== NONE && ask !== NONE) {
    expectThat(book.price(bid) < book.price(ask), `contract ${contract.number}: the book is crossed`);
  }
  let resting = 0;
  const selling = new Map<number, number>();
  for (const side of ['BUY', 'SELL'] as const) {
    let before = NONE;
    for (let slot = book.best(side); slot !== NONE; slot = book.after(slot)) {
      const worse = before === NONE ? 0 : (book.price(slot) - book.price(before)) * (side === 'BUY' ? -1 : 1);
      expectThat(worse >= 0, `contract ${contract.number}: ${side} queue out of order`);
      expectThat(book.open(slot) > 0, `order ${book.number(slot)} rests with nothing open`);
      resting += 1;
      before = slot;
      const account = holdings.account(book.holder(slot));
      openOrders.set(account, (openOrders.get(account) ?? 0) + 1);
      if (side === 'SELL') selling.set(account, (selling.get(account) ?? 0) + book.open(slot));
      else {
        const fees = state.feeSchedules[book.feeSchedule(slot)]!;
        const amount = book.price(slot) * book.open(slot);
        const hold = BigInt(amount + feeHeldFor(amount, Math.max(fees.makerPpm, fees.takerPpm)));
        held.set(account, (held.get(account) ?? 0n) + hold);
      }
    }
  }
  expectThat(resting === book.size, `contract ${contract.number}: ${book.size} orders, ${resting} of them rest`);
  for (let holder = 0; holder < holdings.size; holder++) {
    const account = holdings.account(holder);
    const expected = selling.get(account) ?? 0;
    expectThat(holdings.selling(holder) === expected, `account ${account} sells ${expected}, counted otherwise`);
  }
}

/** For each account and window: Σ over tiers of max(0, open sell lots − position) × joules per Mtok ≤ budget. */
function assertPower(state: MarketState): void {
  for (const window of state.windows) {
    const needed = new Map<number, bigint>();
    for (const { holdings, tier } of window.contracts) {
      for (let holder = 0; holder < holdings.size; holder++) {
        const uncovered = holdings.selling(holder) - holdings.lots(holder);
        if (uncovered <= 0) continue;
        const account = holdings.account(holder);
        const factory = state.factories.find((plant) => plant.account === account && plant.zone === window.zone);
        const joules = factory?.joulesPerMtok[tier] ?? 0;
        expectThat(joules > 0, `account ${account} sells ${uncovered} lots of tier ${tier} that nothing backs`);
        needed.set(account, (needed.get(account) ?? 0n) + BigInt(uncovered) * BigInt(joules));
      }
    }
    for (const [index, factory] of state.factories.entries()) {
      if (factory.zone !== window.zone) continue;
      const used = needed.get(factory.account) ?? 0n;
      const budget = window.energy.budget(factory);
      expectThat(used <= budget, `factory ${factory.account} sold ${used} mJ of ${budget}`);
      const free = window.energy.freeOf(index, state.factories);
      expectThat(free === budget - used, `factory ${factory.account}: ${free} mJ free, ${budget - used} expected`);
    }
  }
}

function expectThat(holds: boolean, message: string): void {
  if (!holds) throw new Error(`not conserved: ${message}`);
}

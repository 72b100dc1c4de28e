// Accounts, holdings and energy against the obvious ways to keep them.

import fc from 'fast-check';

import { Accounts, NO_FACTORY } from './accounts';
import { WindowEnergy, type Factory } from './energy';
import { Holdings, NO_HOLDER } from './holdings';
import { runs } from '../../../test/support/runs';

const HOUR_US = 3_600_000_000;

describe('Accounts', () => {
  test('the house account is there from the start, others follow one after the other', () => {
    const accounts = new Accounts();
    expect([accounts.last, accounts.exists(0), accounts.exists(1), accounts.exists(-1)]).toEqual([
      0,
      true,
      false,
      false,
    ]);
    accounts.open(1, 7);
    expect([accounts.last, accounts.exists(1), accounts.participant(1), accounts.participant(0)]).toEqual([
      1,
      true,
      7,
      0,
    ]);
    expect(() => accounts.open(3, 7)).toThrow('account 3 does not follow 1');
    expect(() => accounts.open(1, 7)).toThrow('account 1 does not follow 1');
  });

  test('what an account has survives the growth of the table', () => {
    const accounts = new Accounts();
    for (let account = 1; account <= 1_000; account++) {
      accounts.open(account, account * 2);
      accounts.available.add(account, account);
      accounts.held.add(account, -account);
      if (account % 3 === 0) accounts.setFactory(account, account / 3);
      accounts.countOrders(account, 1);
      if (account % 2 === 0) accounts.countOrders(account, 1);
    }
    for (let account = 1; account <= 1_000; account++) {
      expect({
        participant: accounts.participant(account),
        available: accounts.available.get(account),
        held: accounts.held.get(account),
        factory: accounts.factory(account),
        orders: accounts.openOrders(account),
      }).toEqual({
        participant: account * 2,
        available: BigInt(account),
        held: BigInt(-account),
        factory: account % 3 === 0 ? account / 3 : NO_FACTORY,
        orders: account % 2 === 0 ? 2 : 1,
      });
    }
    accounts.countOrders(1_000, -1);
    expect(accounts.openOrders(1_000)).toBe(1);
  });
});

describe('Holdings', () => {
  const step = fc.record({ account: fc.nat(300), lots: fc.integer({ min: -9, max: 9 }), selling: fc.nat(5) });

  test('agree with a map by account, whatever the order in which accounts come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const holdings = new Holdings();
        const naive = new Map<number, { lots: number; selling: number; paid: bigint; owed: bigint }>();
        for (const { account, lots, selling } of steps) {
          const known = naive.get(account) ?? { lots: 0, selling: 0, paid: 0n, owed: 0n };
          expect(holdings.find(account) === NO_HOLDER).toBe(!naive.has(account));
          naive.set(account, known);
          const holder = holdings.of(account);
          expect(holdings.of(account)).toBe(holder);
          holdings.addLots(holder, lots);
          holdings.addSelling(holder, selling);
          holdings.paid.add(holder, selling * 7);
          holdings.receivable.add(holder, -lots);
          known.lots += lots;
          known.selling += selling;
          known.paid += BigInt(selling * 7);
          known.owed -= BigInt(lots);
        }
        expect(holdings.size).toBe(naive.size);
        expect([...holdings.accountsInOrder()]).toEqual([...naive.keys()].sort((a, b) => a - b));
        for (const [account, expected] of naive) {
          const holder = holdings.find(account);
          expect({
            account: holdings.account(holder),
            lots: holdings.lots(holder) + 0,
            selling: holdings.selling(holder),
            paid: holdings.paid.get(holder),
            owed: holdings.receivable.get(holder),
            uncovered: holdings.uncovered(holder),
          }).toEqual({ account, ...expected, uncovered: Math.max(0, expected.selling - expected.lots) });
        }
      }),
    );
  });

  test('an account far beyond those before it is found, and no other', () => {
    const holdings = new Holdings();
    expect(holdings.of(1_000_000)).toBe(0);
    expect([holdings.find(1_000_000), holdings.find(999_999), holdings.find(5_000_000)]).toEqual([
      0,
      NO_HOLDER,
      NO_HOLDER,
    ]);
  });
});

describe('WindowEnergy', () => {
  const factory = (account: number, powerWatts: number): Factory => ({
    account,
    zone: 1,
    powerWatts,
    joulesPerMtok: [0, 1_000],
    registeredAtUs: 0,
  });

  test('a budget is power × window: a gigawatt-hour is 3.6·10^15 mJ', () => {
    const energy = new WindowEnergy(HOUR_US);
    expect(energy.budget(factory(1, 1_000_000_000))).toBe(3_600_000_000_000_000n);
    expect(energy.budget(factory(1, 1_000_000_000_000))).toBe(3_600_000_000_000_000_000n);
    // 1 W for 1.5 ms: 1.5 mJ; what is not whole is not there.
    expect(new WindowEnergy(1_500).budget(factory(1, 1))).toBe(1n);
  });

  test('all of the budget is free until something is taken; factories that come later get theirs', () => {
    const energy = new WindowEnergy(HOUR_US);
    const factories = [factory(1, 1)];
    expect([energy.freeOf(0, factories), energy.covers(0, 3_600_000, factories)]).toEqual([3_600_000n, true]);
    expect(energy.covers(0, 3_600_001, factories)).toBe(false);
    energy.admit(factories);
    energy.take(0, 600, 1_000);
    expect([energy.freeOf(0, factories), energy.covers(0, 3_000_000, factories)]).toEqual([3_000_000n, true]);
    expect(energy.covers(0, 3_000_001, factories)).toBe(false);
    factories.push(factory(9, 2));
    expect(energy.freeOf(1, factories)).toBe(7_200_000n);
    energy.admit(factories);
    expect([energy.freeOf(0, factories), energy.freeOf(1, factories), energy.admittedFactories]).toEqual([
      3_000_000n,
      7_200_000n,
      2,
    ]);
    energy.take(0, -600, 1_000);
    expect(energy.freeOf(0, factories)).toBe(3_600_000n);
  });

  test('what is taken and given back agrees with bigint arithmetic, also beyond 2^53 mJ', () => {
    const lots = fc.integer({ min: -(2 ** 47), max: 2 ** 47 });
    fc.assert(
      fc.property(fc.array(fc.tuple(lots, fc.integer({ min: 1, max: 400_000 })), { maxLength: 12 }), (steps) => {
        const energy = new WindowEnergy(HOUR_US);
        const factories = [factory(1, 1_000)];
        energy.admit(factories);
        let free = energy.budget(factories[0]!);
        for (const [taken, joules] of steps) {
          const next = free - BigInt(taken) * BigInt(joules);
          if (next >= 2n ** 63n || next < -(2n ** 63n)) {
            expect(() => energy.take(0, taken, joules)).toThrow(/64-bit/);
          } else {
            energy.take(0, taken, joules);
            free = next;
          }
          expect(energy.freeOf(0, factories)).toBe(free);
        }
      }),
      { numRuns: runs(500) },
    );
  });

  test('a restored entry counts as admitted', () => {
    const energy = new WindowEnergy(HOUR_US);
    energy.restore(2, 5n);
    const factories = [factory(1, 1), factory(2, 1), factory(3, 1), factory(4, 1)];
    expect([energy.admittedFactories, energy.freeOf(2, factories)]).toEqual([3, 5n]);
    energy.admit(factories);
    expect([energy.freeOf(2, factories), energy.freeOf(3, factories)]).toEqual([5n, 3_600_000n]);
    // However many there are.
    const many = new WindowEnergy(HOUR_US);
    const places = Array.from({ length: 200 }, (_, place) => place);
    for (const place of places) many.restore(place, BigInt(place) + 1n);
    const restored = places.map((place) => many.freeOf(place, factories));
    expect([many.admittedFactories, restored]).toEqual([200, places.map((place) => BigInt(place) + 1n)]);
  });
});

// Each check of the state's audit can fail: a fault of its kind, planted by hand in a sound state, is reported by the rule that
// it breaks, and by no other but those that cannot hold then either.

import { checkSites, silentSites } from '../../../test/support/check-sites';
import { MarketFixture } from '../testing/market-fixture';
import { auditState, type StateRule } from './audit';
import type { Contract } from './state/contract';

/** A market with a trade, orders on both sides of a book, a factory with energy sold. */
function market() {
  const fixture = new MarketFixture();
  const plant = fixture.factory();
  const buyer = fixture.account(1_000_000);
  fixture.order(plant, 'SELL', 100, 500);
  fixture.order(plant, 'SELL', 50, 600);
  fixture.order(buyer, 'BUY', 30, 500);
  fixture.order(buyer, 'BUY', 20, 300);
  fixture.order(buyer, 'BUY', 10, 200);
  const { state } = fixture;
  return { state, contract: state.contracts.get(fixture.contract())! };
}

type Market = ReturnType<typeof market>;
const best = ({ book }: Contract, side: 'BUY' | 'SELL'): number => book.best(side);

/** Lets an order stand at another price, at the end of the queue there, behind the engine's back. */
function move(contract: Contract, slot: number, price: number): void {
  contract.book.amend(slot, price, contract.book.total(slot), contract.book.open(slot), false);
  contract.book.rest(slot);
}

const said = new Set<string>();

test('nothing is found in the state in which faults are planted', () => {
  expect(auditState(market().state)).toEqual([]);
});

test.each<[string, StateRule[], RegExp, (market: Market) => void]>([
  ['a cent too much', ['cash'], /does not add up: 5 /, ({ state }) => state.accounts.available.add(2, 5)],
  [
    'an account overdrawn',
    ['cash'],
    /account 2 has -\d+ micro-USD free/,
    ({ state }) => {
      state.accounts.available.add(2, -2_000_000);
      state.accounts.available.add(1, 2_000_000);
    },
  ],
  [
    'a hold released twice',
    ['holds'],
    /account 2 holds \d+, its open orders need/,
    ({ state }) => {
      state.accounts.held.add(2, -100);
      state.accounts.available.add(2, 100);
    },
  ],
  [
    'positions that do not add up',
    ['positions'],
    /add up to 7 lots/,
    ({ contract }) => contract.holdings.addLots(1, 7),
  ],
  [
    'a seller owed less than lies in escrow',
    ['escrow'],
    /escrow \d+, receivables \d+/,
    ({ contract }) => contract.holdings.receivable.add(0, -1),
  ],
  ['an order not counted', ['orders'], /has 2 open orders, not 1/, ({ state }) => state.accounts.countOrders(2, -1)],
  [
    'lots on sale not counted',
    ['orders', 'power'],
    /lots on sale, not/,
    ({ contract }) => contract.holdings.addSelling(0, -1),
  ],
  [
    'an order larger than it was placed',
    ['orders'],
    /rests with \d+ lots open of/,
    ({ contract }) => {
      const slot = best(contract, 'BUY');
      contract.book.amend(slot, 300, 19, 20, true);
    },
  ],
  [
    'a crossed book',
    ['book', 'holds'],
    /the book is crossed/,
    ({ contract }) => move(contract, best(contract, 'BUY'), 700),
  ],
  [
    'a bid at the price of an ask',
    ['book', 'holds'],
    /the book is crossed/,
    ({ contract }) => move(contract, best(contract, 'BUY'), 500),
  ],
  [
    'an order that is neither in the book nor closed',
    ['book', 'orders'],
    /open orders, \d+ of them in the book/,
    ({ contract }) => {
      const slot = best(contract, 'SELL');
      contract.book.amend(slot, 500, 100, 70, false);
    },
  ],
  [
    'energy oversold',
    ['power'],
    /^window 1, factory 1: \d+ mJ more are sold than the budget of/,
    ({ contract }) => {
      contract.holdings.addLots(0, -(2 ** 50));
      contract.holdings.addLots(1, 2 ** 50);
    },
  ],
  [
    'energy counted as free that is sold',
    ['power'],
    /^window 1, factory 1: \d+ mJ are counted as free/,
    ({ state, contract }) => {
      const { energy } = contract.window;
      energy.restore(0, energy.freeOf(0, state.factories) + 1n);
    },
  ],
  [
    'lots sold that nothing backs',
    ['orders', 'power'],
    /sells \d+ lots that nothing backs/,
    ({ contract }) => contract.holdings.addSelling(1, 31),
  ],
])('the audit of a state finds %s', (_case, rules, sentence, plant) => {
  const planted = market();
  plant(planted);
  const faults = auditState(planted.state);
  for (const { what } of faults) said.add(what);
  expect(faults.map(({ what }) => what)).toContainEqual(expect.stringMatching(sentence));
  expect([...new Set(faults.map(({ rule }) => rule))].sort()).toEqual(rules);
});

/** What a book that keeps its own order can only show when it is broken itself: another book in its place. */
test.each<[string, StateRule, RegExp, (contract: Contract) => object]>([
  [
    'a queue out of its order',
    'book',
    /queue out of order/,
    ({ book }) => ({ price: (slot: number) => 1_000 - book.price(slot) }),
  ],
  [
    'a level at another price',
    'book',
    /no BUY level at 300 ticks/,
    ({ book }) => ({ level: (side: 'BUY' | 'SELL', rank: number) => ({ ...book.level(side, rank), price: 1 }) }),
  ],
  [
    'a level that counts an order too many',
    'book',
    /counts 1 orders too many/,
    ({ book }) => ({
      level: (side: 'BUY' | 'SELL', rank: number) => ({
        ...book.level(side, rank),
        orders: book.level(side, rank).orders + 1,
      }),
    }),
  ],
  [
    'a queue that leads back into itself',
    'book',
    /4 open orders, 7 of them in the book/,
    ({ book }) => ({ after: (slot: number) => (book.side(slot) === 'BUY' ? book.best('BUY') : book.after(slot)) }),
  ],
  ['an order with nothing open', 'orders', /rests with 0 lots open of/, () => ({ open: () => 0 })],
])('the audit of a state finds %s', (_case, rule, sentence, broken) => {
  const { state, contract } = market();
  const book = Object.assign(Object.create(contract.book) as object, broken(contract));
  Object.defineProperty(contract, 'book', { value: book });
  const faults = auditState(state);
  for (const { what } of faults) said.add(what);
  expect(faults).toContainEqual(expect.objectContaining({ rule, what: expect.stringMatching(sentence) as string }));
});

test('no sentence of the audit is left that nothing here has brought up', () => {
  const sites = checkSites('libs/engine/src/audit.ts', [['expect', 2]]);
  expect(sites.length).toBeGreaterThan(12);
  expect(silentSites(sites, said)).toEqual([]);
});

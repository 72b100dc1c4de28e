// Each rule of the state's audit, broken by hand in a sound state, is found by its name.

import { MarketFixture } from '../testing/market-fixture';
import { auditState } from './audit';
import { ESCROW } from './state/contract';
import type { MarketState } from './state/market-state';

/** A market with a trade, orders on both sides of a book, a factory with energy sold. */
function market(): { state: MarketState; contract: ReturnType<MarketState['contracts']['get']> & object } {
  const fixture = new MarketFixture();
  const plant = fixture.factory();
  const buyer = fixture.account(1_000_000);
  fixture.order(plant, 'SELL', 100, 500);
  fixture.order(plant, 'SELL', 50, 600);
  fixture.order(buyer, 'BUY', 30, 500);
  fixture.order(buyer, 'BUY', 20, 300);
  fixture.order(buyer, 'BUY', 10, 200);
  return { state: fixture.state, contract: fixture.state.contracts.get(fixture.contract())! };
}

const rulesOf = (state: MarketState): string[] => [...new Set(auditState(state).map(({ rule }) => rule))].sort();

describe('the audit of a state', () => {
  test('finds nothing in a sound one', () => {
    expect(auditState(market().state)).toEqual([]);
  });

  type Market = ReturnType<typeof market>;
  test.each<[string, (market: Market) => void, string[]]>([
    ['money from nowhere', ({ state }) => state.accounts.available.add(2, 5), ['cash']],
    ['an account overdrawn', ({ state }) => state.accounts.available.add(2, -2_000_000), ['cash']],
    ['lots from nowhere', ({ contract }) => contract.holdings.addLots(1, 7), ['positions']],
    [
      'a sale beyond all energy',
      ({ contract }) => {
        contract.holdings.addLots(0, -(2 ** 50));
        contract.holdings.addLots(1, 2 ** 50);
      },
      ['power'],
    ],
    ['lots sold that nothing backs', ({ contract }) => contract.holdings.addSelling(1, 31), ['orders', 'power']],
    ['escrow without a receivable', ({ contract }) => contract.money.add(ESCROW, 1), ['cash', 'escrow']],
    [
      'a hold released twice',
      ({ state }) => {
        state.accounts.held.add(2, -100);
        state.accounts.available.add(2, 100);
      },
      ['holds'],
    ],
    ['an order that is not counted', ({ state }) => state.accounts.countOrders(2, -1), ['orders']],
    [
      'a crossed book',
      ({ contract: { book } }) => {
        const slot = book.best('BUY');
        book.amend(slot, 700, book.total(slot), book.open(slot), false);
        book.rest(slot);
      },
      ['book', 'holds'],
    ],
    [
      'an order that is neither in the book nor closed',
      ({ contract: { book } }) => {
        const slot = book.best('SELL');
        book.amend(slot, 500, book.total(slot), book.open(slot), false);
      },
      ['book', 'orders'],
    ],
    [
      'energy counted as free that is sold',
      ({ state, contract }) => {
        const { energy } = contract.window;
        energy.restore(0, energy.freeOf(0, state.factories) + 1n);
      },
      ['power'],
    ],
  ])('finds %s', (_case, plant, rules) => {
    const planted = market();
    plant(planted);
    expect(rulesOf(planted.state)).toEqual(rules);
  });
});

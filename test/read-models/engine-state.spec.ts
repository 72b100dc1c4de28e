// The read models say what the engine's state says, in any history: cash, positions, books, orders, energy.
import fc from 'fast-check';
import type { Engine } from '@tokenbourse/engine';
import {
  InProcessReadModels,
  type DepthLevel,
  type OrderView,
  type Page,
  type PageRequest,
} from '@tokenbourse/projections';
import type { MarketFixture } from '../../libs/engine/testing/market-fixture';
import { draw, openedMarket, play } from '../../libs/engine/testing/random-history';
import { runs } from '../support/runs';

type State = Engine['state'];

async function all<T>(ask: (request: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await ask({ limit: 7, cursor });
    found.push(...page.data);
    if (!page.has_more) return found;
    cursor = page.cursor!;
  }
}

async function assertCash(state: State, models: InProcessReadModels): Promise<void> {
  for (let account = 1; account <= state.accounts.last; account++) {
    const { data } = await models.balance(account);
    expect([data!.available_micro_usd, data!.held_micro_usd]).toEqual([
      state.accounts.available.get(account).toString(),
      state.accounts.held.get(account).toString(),
    ]);
    const entries = (await all((request) => models.ledger(account, request))).reverse();
    for (const bucket of ['AVAILABLE', 'HELD'] as const) {
      let balance = 0n;
      for (const entry of entries.filter((of) => of.bucket === bucket)) {
        balance += BigInt(entry.delta_micro_usd);
        expect(entry.balance_micro_usd).toBe(balance.toString());
      }
      expect(balance.toString()).toBe(bucket === 'HELD' ? data!.held_micro_usd : data!.available_micro_usd);
    }
  }
  const { data: totals } = await models.totals();
  expect(totals.fees_micro_usd).toBe(state.accounts.available.get(0).toString());
  const escrow = [...state.contracts].reduce((sum, contract) => sum + contract.escrow(), 0n);
  expect(totals.escrow_micro_usd).toBe(escrow.toString());
}

async function assertContracts(state: State, models: InProcessReadModels): Promise<void> {
  for (const contract of state.contracts) {
    const depth = (await models.depth(contract.number, { levels: 1_000 })).data!;
    const levels = (side: 'BUY' | 'SELL'): DepthLevel[] =>
      Array.from({ length: contract.book.levels(side) }, (_, rank) => {
        const { price, lots, orders } = contract.book.level(side, rank);
        return { price_ticks: price, lots, orders };
      });
    expect(depth).toMatchObject({ bids: levels('BUY'), asks: levels('SELL'), contract_sequence: contract.sequence });
    const view = (await models.contract(contract.number)).data!;
    expect([view.state, view.trades, view.volume_lots]).toEqual([
      contract.state,
      contract.lastTrade,
      String(contract.tradedLots),
    ]);
    for (const account of contract.holdings.accountsInOrder()) {
      const holder = contract.holdings.find(account);
      const [position] = (await models.positions(account, { contract: contract.number })).data;
      expect([position?.lots ?? 0, position?.paid_micro_usd ?? '0', position?.receivable_micro_usd ?? '0']).toEqual([
        contract.holdings.lots(holder),
        contract.holdings.paid.get(holder).toString(),
        contract.holdings.receivable.get(holder).toString(),
      ]);
    }
  }
}

async function assertOrders(state: State, models: InProcessReadModels): Promise<void> {
  for (let account = 1; account <= state.accounts.last; account++) {
    const orders = await all<OrderView>((request) => models.orders(account, request));
    const open = orders.filter(({ state }) => state === 'OPEN');
    expect(open).toHaveLength(state.accounts.openOrders(account));
    expect(await all((request) => models.orders(account, { ...request, state: 'OPEN' }))).toEqual(open);
    expect(open.reduce((sum, { hold_micro_usd }) => sum + BigInt(hold_micro_usd), 0n)).toBe(
      state.accounts.held.get(account),
    );
    for (const order of orders) {
      expect(order.filled_lots + order.open_lots + order.cancelled_lots).toBe(order.lots);
      if (order.state !== 'OPEN') expect([order.open_lots, order.hold_micro_usd]).toEqual([0, 0]);
      if (order.client_order_id !== '') {
        const found = (await models.ordersByClientId(account, order.client_order_id, { contract: order.contract }))
          .data;
        expect(found).toMatchObject([{ outcome: 'ACCEPTED', order: { client_order_id: order.client_order_id } }]);
      }
    }
    for (const order of open) {
      const { book } = state.contracts.get(order.contract)!;
      const slot = book.slotOf(order.order);
      expect([order.price_ticks, order.lots, order.open_lots]).toEqual([
        book.price(slot),
        book.total(slot),
        book.open(slot),
      ]);
    }
  }
}

async function assertEnergy(state: State, models: InProcessReadModels): Promise<void> {
  for (const window of state.windows) {
    for (const use of (await models.factoryUse({ window: window.number })).data) {
      if (use.ended) continue;
      const factory = state.accounts.factory(use.account);
      expect(use.free_millijoules).toBe(window.energy.freeOf(factory, state.factories).toString());
    }
  }
}

async function assertSame(market: MarketFixture): Promise<InProcessReadModels> {
  const models = new InProcessReadModels();
  for (const record of market.log.records) models.apply(record);
  const { state } = market;
  await assertCash(state, models);
  await assertContracts(state, models);
  await assertOrders(state, models);
  await assertEnergy(state, models);
  return models;
}

describe('read models and the engine’s state', () => {
  it('agree in the middle of any history, and when all is settled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(draw, { minLength: 10, maxLength: 150 }), async (draws) => {
        const market = openedMarket();
        play(market, draws);
        await assertSame(market);
        market.advance(8 * 3_600_000_000);
        const models = await assertSame(market);
        expect((await models.totals()).data).toMatchObject({ held_micro_usd: '0', escrow_micro_usd: '0' });
      }),
      { numRuns: runs(40) },
    );
  });

  it('have been compared in histories with trades, resales and perished energy', async () => {
    const market = openedMarket();
    play(market, fc.sample(draw, { numRuns: 600, seed: 3 }));
    const models = await assertSame(market);
    expect((await models.totals()).data.trades).toBeGreaterThan(20);
    expect((await models.trades()).data.length).toBeGreaterThan(20);
    market.advance(8 * 3_600_000_000);
    const settled = await assertSame(market);
    const use = (await settled.factoryUse({ limit: 1_000 })).data;
    expect(use.some(({ ended, perished_millijoules }) => ended && perished_millijoules !== '0')).toBe(true);
    expect(Number((await settled.valueSplit()).data.total.payment_micro_usd)).toBeGreaterThan(0);
  });
});

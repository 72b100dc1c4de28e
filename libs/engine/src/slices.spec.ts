// Work that takes several records: what comes in between is kept apart, and a state read back between two slices goes on.

import { HOUR_US, MINUTE_US, type MarketEvent } from '@tokenbourse/domain';

import { MarketFixture, RecordArray } from '../testing/market-fixture';
import { Engine } from './engine';
import { readSnapshot, writeSnapshot } from './snapshot/snapshot';

type Kind = MarketEvent['type'];

/** The records written meanwhile, each as its cause and what of these kinds is in it. */
function written(market: MarketFixture, what: () => void, kinds: readonly Kind[]): [cause: string, events: number][] {
  const from = market.log.records.length;
  what();
  return market.log.records
    .slice(from)
    .map(({ cause, events }): [string, number] => [cause, events.filter(({ type }) => kinds.includes(type)).length])
    .filter(([, events]) => events > 0);
}

const cancelAll = (account: number) =>
  ({ type: 'CancelAllOrders', account, contract: 0, command_id: '', tier: 0, side: 'ANY' }) as const;

/** Accounts with as many orders each; `expiring` of them end a minute later. */
function withOrders(orders: number, accounts: number, expiring = 0): { market: MarketFixture; accounts: number[] } {
  const market = new MarketFixture();
  const good_till_us = market.nowUs + MINUTE_US;
  const made = Array.from({ length: accounts }, () => market.account(1_000_000));
  for (const account of made) {
    for (let i = 0; i < orders; i++) {
      const expires = i >= orders - expiring;
      market.order(account, 'BUY', 1, 1, expires ? { time_in_force: 'GTD', good_till_us } : {});
    }
  }
  return { market, accounts: made };
}

const completed = (market: MarketFixture): [account: number, orders: number][] =>
  market.log.records.flatMap(({ events }) =>
    events.flatMap((event): [number, number][] =>
      event.type === 'CancelAllCompleted' ? [[event.account, event.cancelled_orders]] : [],
    ),
  );

describe('cancel-alls of several accounts at a time', () => {
  test('are counted apart, and done in the order in which they came', () => {
    const { market, accounts } = withOrders(300, 3);
    for (const account of [...accounts].reverse()) market.run(cancelAll(account));
    expect(market.state.cancelAlls.map(({ account, cancelled }) => [account, cancelled])).toEqual(
      [...accounts].reverse().map((account) => [account, 250]),
    );
    market.advance(0);
    expect(completed(market)).toEqual([...accounts].reverse().map((account) => [account, 300]));
    expect(market.state.cancelAlls).toEqual([]);
  });

  test('end for the account whose next command comes first, and go on for the others', () => {
    const { market, accounts } = withOrders(300, 3);
    const [first, second, third] = accounts as [number, number, number];
    for (const account of accounts) market.run(cancelAll(account));
    market.order(second, 'BUY', 1, 1);
    expect(completed(market)).toEqual([[second, 300]]);
    expect(market.state.cancelAlls.map(({ account }) => account)).toEqual([first, third]);
    market.advance(0);
    expect(completed(market).slice(1)).toEqual([
      [first, 300],
      [third, 300],
    ]);
    expect(market.state.accounts.openOrders(second)).toBe(1);
  });

  test('count what they have cancelled themselves, not what expires in between', () => {
    const { market, accounts } = withOrders(300, 1, 20);
    market.run(cancelAll(accounts[0]!));
    market.nowUs += MINUTE_US;
    market.engine.runDue(market.nowUs);
    market.advance(0);
    expect(completed(market)).toEqual([[accounts[0], 280]]);
  });
});

describe('a gate', () => {
  test('ends the offers of its window alone', () => {
    const market = new MarketFixture();
    const plant = market.factory();
    const offers = [0, 1, 2].map((hours) => {
      const [posted] = market.run({
        type: 'PostOffer',
        account: plant,
        command_id: '',
        window_start_at_us: market.state.windows[0]!.times.startUs + hours * HOUR_US,
        quotes: [{ tier: 3, price_ticks: 9, lots: 1 }],
        energy_policy: 'SEPARATE',
        expires_at_us: 0,
      });
      return (posted as { offer: number }).offer;
    });
    market.advance(55 * MINUTE_US);
    expect([...market.state.offers.keys()]).toEqual(offers.slice(1));
    const withdraw = (offer: number) =>
      market.run({ type: 'WithdrawOffer', account: plant, command_id: '', offer }).at(-1);
    expect(withdraw(offers[0]!)).toMatchObject({ code: 'UNKNOWN_OFFER' });
    expect(withdraw(offers[1]!)).toMatchObject({ type: 'OfferWithdrawn', cancelled_orders: 1 });
  });
});

describe('the settlement of a window', () => {
  /** More factories than one record tells of, none of which has sold anything. */
  function manyFactories(factories: number): MarketFixture {
    const market = new MarketFixture();
    for (let i = 0; i < factories; i++) market.factory();
    market.advance(HOUR_US);
    market.nowUs += HOUR_US;
    return market;
  }
  const SETTLED: readonly Kind[] = ['ContractSettled', 'CapacityPerished', 'WindowEnded'];

  test('of many factories begins when it is due and is continued, by account', () => {
    const market = manyFactories(600);
    const perished = written(market, () => market.engine.runDue(market.nowUs), ['CapacityPerished']);
    expect(perished).toEqual([['DUE', 245]]);
    expect(written(market, () => market.advance(0), SETTLED)).toEqual([
      ['CONTINUATION', 250],
      ['CONTINUATION', 106],
    ]);
    const accounts = market.log.records.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'CapacityPerished' ? [event.account] : [])),
    );
    expect(accounts).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
  });

  test('ends the window in a record of its own where the slice before is full', () => {
    const market = manyFactories(245);
    expect(written(market, () => market.engine.runDue(market.nowUs), SETTLED)[0]).toEqual(['DUE', 250]);
    expect(written(market, () => market.advance(0), SETTLED)).toEqual([['CONTINUATION', 1]]);
  });

  test('tells of an account that has sold all it bought, where one of the two was for nothing', () => {
    const market = new MarketFixture({ maker_ppm: 0, taker_ppm: 0 });
    const plant = market.factory();
    const [lucky, generous, buyer] = [market.account(), market.account(1_000), market.account(1_000)];
    const trade = (seller: number, bought: number, price: number): void => {
      market.order(seller, 'SELL', 10, price);
      market.order(bought, 'BUY', 10, price);
    };
    trade(plant, lucky, 0);
    trade(lucky, buyer, 7);
    trade(plant, generous, 5);
    trade(generous, buyer, 0);
    market.advance(HOUR_US);
    const settled = market.advance(HOUR_US).filter(({ type }) => type === 'PositionSettled');
    const position = { lots: 0, paid_micro_usd: 0n, received_micro_usd: 0n };
    expect(settled).toMatchObject([
      { account: plant, lots: -20, paid_micro_usd: 0n, received_micro_usd: 50n },
      { ...position, account: lucky, received_micro_usd: 70n },
      { ...position, account: generous, paid_micro_usd: 50n },
      { account: buyer, lots: 20, paid_micro_usd: 70n, received_micro_usd: 0n },
    ]);
  });

  test('goes on from a state read back between two slices, to the same records', () => {
    const market = manyFactories(300);
    market.engine.runDue(market.nowUs);
    const [window] = market.state.windows;
    expect(window!.contracts.map((contract) => contract.state)).toEqual(Array<string>(5).fill('SETTLED'));
    const state = readSnapshot(Buffer.concat(writeSnapshot(market.state)));
    expect([...state.contracts].map((contract) => [contract.state, contract.settled])).toEqual(
      [...market.state.contracts].map((contract) => [contract.state, contract.settled]),
    );
    const log = new RecordArray(state);
    const restarted = new Engine(state, log);
    const from = market.log.records.length;
    while (market.engine.work(market.nowUs));
    while (restarted.work(market.nowUs));
    expect(log.records.length).toBeGreaterThan(0);
    expect(log.records).toEqual(market.log.records.slice(from));
  });
});

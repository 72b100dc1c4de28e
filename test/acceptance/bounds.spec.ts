// Bounds: section 7 of docs/rules.md. A record holds at most 1,000 events; larger work goes on in further records,
// between which other commands are answered.

import { HOUR_US, MINUTE_US, type LogRecord, type MarketEvent, type RecordCause } from '@tokenbourse/domain';
import { Engine, readSnapshot, writeSnapshot } from '@tokenbourse/engine';

import { assertConserved } from '../../libs/engine/testing/conservation';
import { MarketFixture, RecordArray } from '../../libs/engine/testing/market-fixture';
import { scenario } from '../../libs/engine/testing/trading-table';

/** A record's cause, how many events it has, and the events' types in runs: `OrderCancelled × 250`. */
function shape(record: LogRecord): string {
  const runs: [string, number][] = [];
  for (const { type } of record.events) {
    const last = runs.at(-1);
    if (last?.[0] === type) last[1] += 1;
    else runs.push([type, 1]);
  }
  return `${record.cause}: ${runs.map(([type, times]) => (times === 1 ? type : `${type} × ${times}`)).join(', ')}`;
}

function shapesOf(records: readonly LogRecord[]): string[] {
  return records.map(shape);
}

function since<T>(market: MarketFixture, act: () => T): LogRecord[] {
  const before = market.log.records.length;
  act();
  return market.log.records.slice(before);
}

/** A market with so many resting bids of one account, a lot each, in the first HIGH contract. */
function bids(count: number, opening = {}): { market: MarketFixture; account: number } {
  const market = new MarketFixture({ open_orders_per_account: 10_000, ...opening });
  const account = market.account(1_000_000_000);
  for (let i = 0; i < count; i++) market.order(account, 'BUY', 1, 100 + (i % 50));
  return { market, account };
}

describe('the fills of one command', () => {
  test('BND-1 a taker fills at most 500 times; the rest is cancelled with MATCH_LIMIT', () => {
    const { market } = bids(510);
    const plant = market.factory();
    const [record] = since(market, () => market.order(plant, 'SELL', 505, 100));
    expect(shape(record!)).toBe('COMMAND: OrderAccepted, TradeExecuted × 500, OrderCancelled');
    expect(record!.events.at(-1)).toMatchObject({ reason: 'MATCH_LIMIT', cancelled_lots: 5, rested: false });
    assertConserved(market.state);
  });

  test('BND-1 an order that is filled by exactly 500 has no rest', () => {
    const { market } = bids(510);
    const [record] = since(market, () => market.order(market.factory(), 'SELL', 500, 100));
    expect(record).toBeDefined();
    expect(shape(market.log.records.at(-1)!)).toBe('COMMAND: OrderAccepted, TradeExecuted × 500');
  });

  test('BND-2 a fill-or-kill order that needs more than 500 is refused', () => {
    const { market } = bids(510);
    const plant = market.factory();
    expect(market.order(plant, 'SELL', 501, 100, { time_in_force: 'FOK' })).toEqual([
      expect.objectContaining({ type: 'OrderRejected', code: 'TOO_MANY_MATCHES', needed: 500 }),
    ]);
    expect(market.order(plant, 'SELL', 500, 100, { time_in_force: 'FOK' })).toHaveLength(501);
  });

  test('BND-3 self-trade steps count too, and a step of DECREMENT counts two: it can write two events', () => {
    const { market, account } = bids(600);
    const seller = market.account(1_000_000_000, market.state.accounts.participant(account));
    const plant = market.factory();
    // The seller gets a position to resell.
    market.order(plant, 'SELL', 700, 200);
    market.order(seller, 'BUY', 700, 200);
    const [decremented] = since(market, () =>
      market.order(seller, 'SELL', 600, 100, { self_trade: 'DECREMENT', time_in_force: 'IOC' }),
    );
    expect(decremented!.events).toHaveLength(1 + 2 * 250 + 1);
    expect(decremented!.events.at(-1)).toMatchObject({ type: 'OrderCancelled', reason: 'MATCH_LIMIT' });
    const [oldest] = since(market, () => market.order(seller, 'SELL', 600, 100, { self_trade: 'CANCEL_OLDEST' }));
    expect(shape(oldest!)).toBe('COMMAND: OrderAccepted, OrderCancelled × 350, OrderBooked');
    assertConserved(market.state);
  });

  test('BND-4 the largest offer stays within a record: 100 quotes, 500 fills, what is left of each', () => {
    const { market } = bids(600, { quotes_per_offer: 100 });
    const plant = market.factory();
    const [record] = since(market, () =>
      market.run({
        type: 'PostOffer',
        account: plant,
        command_id: '',
        window_start_at_us: market.state.windows[0]!.times.startUs,
        quotes: Array.from({ length: 100 }, () => ({ tier: 3, price_ticks: 100, lots: 8 })),
        energy_policy: 'SEPARATE',
        expires_at_us: 0,
      }),
    );
    expect(record!.events.length).toBeLessThanOrEqual(1_000);
    const types = record!.events.map((event) => event.type);
    expect(types.filter((type) => type === 'TradeExecuted')).toHaveLength(500);
    expect(types.filter((type) => type === 'OrderAccepted')).toHaveLength(100);
    assertConserved(market.state);
  });

  scenario(
    'BND-5 an account has a limited number of open orders; the refusal says so, also to an order that would not rest',
    `
    market | limits orders=2          | limits set
    ann    | buy 1 @ 600              | #1 rests, holds 600
    ann    | buy 1 @ 10 in MEDIUM     | MEDIUM#1 rests, holds 10
    ann    | buy 1 @ 600              | TOO_MANY_OPEN_ORDERS 2/2
    ann    | buy 1 @ 600 IOC          | TOO_MANY_OPEN_ORDERS 2/2
    ann2   | buy 1 @ 600              | #2 rests, holds 600
    ann    | cancel #1                | #1 off 1 REQUESTED, frees 600
    ann    | buy 1 @ 600              | #3 rests, holds 600
  `,
  );
});

describe('cancel-all', () => {
  test('BND-6 of 2,000 orders goes in slices, and is finished before the account’s next command', () => {
    const { market, account } = bids(2_000);
    const other = market.account(1_000_000);
    const cancelAll = { type: 'CancelAllOrders', account, contract: 0, command_id: '', tier: 0, side: 'ANY' } as const;
    const [first] = since(market, () => market.run(cancelAll));
    expect(shape(first!)).toBe('COMMAND: CancelAllRequested, OrderCancelled × 250');
    // Others go on between the slices.
    expect(shapesOf(since(market, () => market.order(other, 'BUY', 1, 1)))).toEqual(['COMMAND: OrderAccepted']);
    const [slice] = since(market, () => market.engine.work(market.nowUs));
    expect(shape(slice!)).toBe('CONTINUATION: OrderCancelled × 250');
    expect(slice!.cause_sequence).toBe(first!.sequence);
    const rest = since(market, () => market.order(account, 'BUY', 1, 1));
    expect(shapesOf(rest)).toEqual([
      ...Array<string>(5).fill('CONTINUATION: OrderCancelled × 250'),
      'CONTINUATION: OrderCancelled × 250, CancelAllCompleted',
      'COMMAND: OrderAccepted',
    ]);
    expect(rest[5]!.events.at(-1)).toMatchObject({ account, cancelled_orders: 2_000 });
    expect(market.state.accounts.openOrders(account)).toBe(1);
    expect(market.engine.work(market.nowUs)).toBe(false);
    const numbers = market.log.records
      .flatMap((record) => record.events)
      .flatMap((event) => (event.type === 'OrderCancelled' ? [event.order] : []));
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, i) => i + 1));
    assertConserved(market.state);
  });

  test('BND-6 a slice that reaches the last order says that it is done', () => {
    const { market, account } = bids(250);
    const cancelAll = { type: 'CancelAllOrders', account, contract: 0, command_id: '', tier: 0, side: 'BUY' } as const;
    expect(shapesOf(since(market, () => market.run(cancelAll)))).toEqual([
      'COMMAND: CancelAllRequested, OrderCancelled × 250, CancelAllCompleted',
    ]);
  });

  test('BND-6 orders that trade between the slices are not missed by it, nor counted', () => {
    const { market, account } = bids(600);
    const plant = market.factory();
    market.run({ type: 'CancelAllOrders', account, contract: 0, command_id: '', tier: 0, side: 'ANY' });
    market.order(plant, 'SELL', 10, 100);
    const records = since(market, () => market.cancel(account, 1));
    expect(records.flatMap(({ events }) => events).at(-2)).toMatchObject({ cancelled_orders: 590 });
    expect(market.state.accounts.openOrders(account)).toBe(0);
  });

  test('BND-6 its place survives a restart', () => {
    const { market, account } = bids(600);
    market.run({ type: 'CancelAllOrders', account, contract: 0, command_id: '', tier: 0, side: 'ANY' });
    const state = readSnapshot(Buffer.concat(writeSnapshot(market.state)));
    const log = new RecordArray(state);
    const restarted = new Engine(state, log);
    while (restarted.work(market.nowUs));
    const live = since(market, () => market.advance(0));
    expect(log.records).toEqual(live);
    expect(shapesOf(live)).toEqual([
      'CONTINUATION: OrderCancelled × 250',
      'CONTINUATION: OrderCancelled × 100, CancelAllCompleted',
    ]);
  });
});

describe('gate closure', () => {
  test('BND-7 of a contract with many orders: other contracts trade between its continuation records', () => {
    const { market, account } = bids(1_100);
    const other = market.account(1_000_000);
    const later = market.contract(3, 1);
    const due = since(market, () => {
      market.nowUs += 55 * MINUTE_US;
      market.engine.runDue(market.nowUs);
    });
    expect(shapesOf(due)).toEqual([
      'DUE: ContractClosed × 5, OrderCancelled × 250',
      'DUE: ContractClosed × 5', // The other zone's window.
    ]);
    expect(due[0]!.events[2]).toMatchObject({ type: 'ContractClosed', open_orders: 1_100 });
    const between: LogRecord[] = [];
    for (let i = 0; i < 5; i++) {
      between.push(...since(market, () => market.order(other, 'BUY', 1, 1, { contract: later })));
      between.push(...since(market, () => market.engine.work(market.nowUs)));
    }
    expect(shapesOf(between)).toEqual([
      'COMMAND: OrderAccepted',
      'CONTINUATION: OrderCancelled × 250',
      'COMMAND: OrderAccepted',
      'CONTINUATION: OrderCancelled × 250',
      'COMMAND: OrderAccepted',
      'CONTINUATION: OrderCancelled × 250',
      'COMMAND: OrderAccepted',
      'CONTINUATION: OrderCancelled × 100',
      'COMMAND: OrderAccepted',
    ]);
    const continued = between.filter(({ cause }) => cause === 'CONTINUATION');
    expect(continued.map(({ cause_sequence }) => cause_sequence)).toEqual(Array(4).fill(due[0]!.sequence));
    expect(market.state.accounts.held.get(account)).toBe(0n);
    assertConserved(market.state);
  });

  test('BND-7 an order still standing in a closed contract trades with nobody and can be cancelled', () => {
    const { market, account } = bids(300);
    const plant = market.factory();
    market.nowUs += 55 * MINUTE_US;
    market.engine.runDue(market.nowUs);
    expect(market.order(plant, 'SELL', 1, 0)).toMatchObject([{ code: 'GATE_CLOSED' }]);
    expect(market.amend(account, 300, -1, 2)).toMatchObject([{ code: 'GATE_CLOSED' }]);
    expect(market.cancel(account, 300)).toMatchObject([{ type: 'OrderCancelled', reason: 'REQUESTED' }]);
    expect(shapesOf(since(market, () => market.advance(0)))).toEqual(['CONTINUATION: OrderCancelled × 49']);
  });

  test('BND-7 600 orders that expire at one instant take three records', () => {
    const market = new MarketFixture();
    const account = market.account(1_000_000);
    const good_till_us = market.nowUs + MINUTE_US;
    for (let i = 0; i < 600; i++) market.order(account, 'BUY', 1, 1, { time_in_force: 'GTD', good_till_us });
    expect(shapesOf(since(market, () => market.engine.runDue(good_till_us)))).toEqual([
      'DUE: OrderCancelled × 250',
      'DUE: OrderCancelled × 250',
      'DUE: OrderCancelled × 100',
    ]);
  });
});

describe('settlement', () => {
  /** 600 accounts that bought a lot each, at the gate's closing. */
  function manyHolders(): { market: MarketFixture; plant: number } {
    const market = new MarketFixture();
    const plant = market.factory();
    for (let i = 0; i < 600; i++) {
      const account = market.account(1_000);
      if (i % 400 === 0) market.order(plant, 'SELL', 400, 100);
      market.order(account, 'BUY', 1, 100);
    }
    market.advance(55 * MINUTE_US);
    return { market, plant };
  }

  test('BND-8 of many positions goes in slices, by contract and account; other contracts trade on', () => {
    const { market, plant } = manyHolders();
    market.nowUs += HOUR_US + 5 * MINUTE_US;
    const due = since(market, () => market.engine.runDue(market.nowUs));
    const first = due.find(({ events }) => events.some(({ type }) => type === 'PositionSettled'))!;
    expect(shape(first)).toBe('DUE: ContractSettled × 2, PositionSettled × 248');
    expect(market.order(plant, 'SELL', 1, 100, { contract: market.contract(3, 2) })).toMatchObject([
      { type: 'OrderAccepted' },
    ]);
    const before = market.log.records.length;
    while (market.engine.work(market.nowUs));
    const rest = market.log.records.slice(before).filter(({ cause_sequence }) => cause_sequence === first.sequence);
    expect(shapesOf(rest)).toEqual([
      'CONTINUATION: PositionSettled × 250',
      'CONTINUATION: PositionSettled × 103, ContractSettled × 3, CapacityPerished, WindowEnded',
    ]);
    const settled = market.log.records
      .flatMap((record): readonly MarketEvent[] => record.events)
      .flatMap((event) => (event.type === 'PositionSettled' ? [event.account] : []));
    expect(settled).toEqual(Array.from({ length: 601 }, (_, i) => i + 1));
    expect(market.state.accounts.available.get(plant)).toBe(60_000n);
    assertConserved(market.state);
  });

  test('BND-8 waits until the window’s orders are cancelled, whatever the slices left undone', () => {
    const { market } = bids(900);
    market.nowUs += 3 * HOUR_US;
    const records = since(market, () => market.engine.runDue(market.nowUs));
    const causes: RecordCause[] = records.map(({ cause }) => cause);
    expect(causes.slice(0, causes.indexOf('CONTINUATION')).every((cause) => cause === 'DUE')).toBe(true);
    const events = records.flatMap((record) => record.events);
    const lastCancel = events.findLastIndex((event) => event.type === 'OrderCancelled');
    const settled = events.findIndex((event) => event.type === 'ContractSettled');
    expect(events.filter((event) => event.type === 'OrderCancelled')).toHaveLength(900);
    expect(lastCancel).toBeLessThan(settled);
  });

  test('BND-9 no record of a long history holds more than 1,000 events, and none is empty', () => {
    const { market, account } = bids(1_500);
    const plant = market.factory();
    market.order(plant, 'SELL', 700, 100);
    market.run({ type: 'CancelAllOrders', account, contract: 0, command_id: '', tier: 0, side: 'ANY' });
    for (let hour = 0; hour < 6; hour++) market.advance(HOUR_US);
    const sizes = market.log.records.map((record) => record.events.length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    expect(Math.max(...sizes)).toBeGreaterThan(500);
  });
});

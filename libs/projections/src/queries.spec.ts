// What the read models answer: given records, then answers.

import { HOUR_US, MINUTE_US, SECOND_US } from '@tokenbourse/domain';
import { InProcessReadModels } from './in-process';
import type { DepthLevel, OrderView } from './queries';
import { DEFAULT_RETENTION, type Retention } from './retention';
import { MarketScript, START_US } from './testing/market-script';

const FACTORY = 1;
const [ANN, BEN] = [2, 3];
const HIGH = 3;

/** A market with a factory, two traders with USD 1,000 each, and the contracts of one window. */
function opened(): { script: MarketScript; contract: number; contracts: number[] } {
  const script = new MarketScript().open(['USE', 'EUW']).factory(FACTORY);
  for (const account of [ANN, BEN]) script.account(account).deposit(account, 1_000_000_000, `first-${account}`);
  const contracts = script.window();
  return { script, contract: contracts[HIGH - 1], contracts };
}

function given(script: MarketScript, retention: Retention = DEFAULT_RETENTION): InProcessReadModels {
  const models = new InProcessReadModels(retention);
  for (const record of script.records) models.apply(record);
  return models;
}

const level = (price_ticks: number, lots: number, orders: number): DepthLevel => ({ price_ticks, lots, orders });

describe('before the market is opened', () => {
  const models = new InProcessReadModels();
  test('there is nothing, and that is an answer', async () => {
    const nothing = { as_of_seq: 0, as_of_us: 0, data: null };
    expect(await models.market()).toEqual(nothing);
    expect(await models.contract(1)).toEqual(nothing);
    expect(await models.depth(1)).toEqual(nothing);
    expect(await models.balance(1)).toEqual(nothing);
    expect(await models.trades()).toEqual({ as_of_seq: 0, data: [], has_more: false, cursor: null });
    expect((await models.prices()).data).toEqual({ at_us: 0, front_window: null, tiers: [] });
    expect((await models.valueSplit()).data).toMatchObject({
      rule_version: null,
      rule: [],
      sankey: { nodes: [], links: [] },
    });
    expect((await models.ledger(1)).opening).toEqual({ available_micro_usd: '0', held_micro_usd: '0' });
  });
});

describe('the market and its people', () => {
  test('configuration, participants, accounts, factories', async () => {
    const { script } = opened();
    const models = given(script);
    const { data: market } = await models.market();
    expect(market).toMatchObject({ market: 'main', currency: 'USD', window_us: HOUR_US, fees: { schedule: 1 } });
    expect(market!.tiers.map(({ name }) => name)).toEqual(['FREE', 'MEDIUM', 'HIGH', 'PREMIUM', 'ULTRA']);
    expect(market!.zones).toEqual([
      { zone: 1, name: 'USE' },
      { zone: 2, name: 'EUW' },
    ]);
    expect((await models.accounts({ participant: ANN })).data).toEqual([
      { account: ANN, participant: ANN, name: 'A2', opened_at_us: START_US, is_factory: false },
    ]);
    expect((await models.factories()).data[0]).toMatchObject({
      account: FACTORY,
      zone_name: 'USE',
      power_watts: 1_000_000,
    });
    expect((await models.factory(ANN)).data).toBeNull();
    const first = await models.participants({ limit: 2 });
    expect([first.data.map(({ participant }) => participant), first.has_more]).toEqual([[1, 2], true]);
    const second = await models.participants({ limit: 2, cursor: first.cursor! });
    expect([second.data.map(({ participant }) => participant), second.has_more, second.cursor]).toEqual([
      [3],
      false,
      null,
    ]);
  });

  test('API keys by hash, and their revocation', async () => {
    const script = new MarketScript().open();
    const key = { key: 1, name: 'desk', account: 2, all_accounts: 'NO' as const, scopes: 'read, trade', hash: 'ab12' };
    script.write([{ type: 'ApiKeyCreated', ...key }], 'CreateApiKey');
    const models = given(script);
    expect((await models.apiKeyByHash('AB12')).data).toMatchObject({
      key: 1,
      scopes: ['read', 'trade'],
      revoked: false,
    });
    script.wait(5).write([{ type: 'ApiKeyRevoked', key: 1 }], 'RevokeApiKey');
    models.apply(script.records[2]);
    expect((await models.apiKeyByHash('ab12')).data).toMatchObject({ revoked: true, revoked_at_us: START_US + 5 });
    expect((await models.apiKeys({ revoked: false })).data).toEqual([]);
  });
});

describe('depth', () => {
  test('follows orders, trades, amendments and cancellations, best first', async () => {
    const { script, contract } = opened();
    const a = script.place(contract, FACTORY, 'SELL', 6_100, 50);
    const b = script.place(contract, FACTORY, 'SELL', 6_000, 30);
    script.place(contract, FACTORY, 'SELL', 6_100, 20);
    const bid = script.place(contract, BEN, 'BUY', 5_900, 10);
    const models = given(script);
    const depth = async () => (await models.depth(contract)).data!;
    const catchUp = (): void => script.records.slice(models.store.sequence).forEach((record) => models.apply(record));
    expect(await depth()).toMatchObject({
      asks: [level(6_000, 30, 1), level(6_100, 70, 2)],
      bids: [level(5_900, 10, 1)],
      contract_sequence: 5,
    });
    script.take([[b, 30]], ANN, 40, { price: 6_000 }); // 10 are left and go to the book
    catchUp();
    expect(await depth()).toMatchObject({
      asks: [level(6_100, 70, 2)],
      bids: [level(6_000, 10, 1), level(5_900, 10, 1)],
    });
    script.amend(bid, 6_000, 25);
    script.decrement(a, 20);
    catchUp();
    expect(await depth()).toMatchObject({ asks: [level(6_100, 50, 2)], bids: [level(6_000, 35, 2)] });
    script.cancel(a);
    catchUp();
    expect(await depth()).toMatchObject({ asks: [level(6_100, 20, 1)], contract_sequence: 11 });
    expect((await models.depth(contract, { levels: 1 })).data!.bids).toHaveLength(1);
    await expect(models.depth(contract, { levels: 0 })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'levels',
    });
  });

  test('quantities at price 0 may leave the safe integers and come back exactly', async () => {
    const { script, contract } = opened();
    const most = Number.MAX_SAFE_INTEGER;
    const orders = [1, 2, 3].map(() => script.place(contract, ANN, 'BUY', 0, most));
    const one = script.place(contract, BEN, 'BUY', 0, 1);
    expect((await given(script).depth(contract)).data!.bids).toEqual([level(0, most, 4)]);
    orders.forEach((order) => script.cancel(order));
    expect((await given(script).depth(contract)).data!.bids).toEqual([level(0, 1, 1)]);
    script.cancel(one);
    expect((await given(script).depth(contract)).data!.bids).toEqual([]);
  });
});

describe('trades and candles', () => {
  /** Trades of `lots` at `price`, one per row, `after` the row before. */
  function traded(rows: readonly [after: number, price: number, lots: number][]) {
    const market = opened();
    for (const [after, price, lots] of rows) {
      const maker = market.script.wait(after).place(market.contract, FACTORY, 'SELL', price, lots);
      market.script.take([[maker, lots]], ANN, lots);
    }
    return market;
  }

  test('the tape is bounded, newest first', async () => {
    const { script, contract } = traded([
      [1, 6_000, 1],
      [1, 6_001, 2],
      [1, 6_002, 3],
    ]);
    const models = given(script, { ...DEFAULT_RETENTION, trades_per_contract: 2 });
    const page = await models.trades({ contract, limit: 1 });
    expect(page.data).toEqual([
      {
        contract,
        trade: 3,
        sequence: script.sequence,
        at_us: START_US + 3,
        price_ticks: 6_002,
        lots: 3,
        amount_micro_usd: 18_006,
        taker_side: 'BUY',
        contract_sequence: 10,
      },
    ]);
    const next = await models.trades({ contract, limit: 5, cursor: page.cursor! });
    expect(next.data.map(({ trade }) => trade)).toEqual([2]);
    expect((await models.trades()).data.map(({ trade }) => trade)).toEqual([3, 2, 1]);
  });

  test('candles of a contract and of its tier', async () => {
    const { script, contract } = traded([
      [0, 6_000, 10],
      [SECOND_US / 2, 5_990, 20],
      [SECOND_US / 2, 6_020, 30],
      [2 * MINUTE_US, 6_010, 1],
    ]);
    const models = given(script);
    const minute = { start_us: START_US, open_ticks: 6_000, high_ticks: 6_020, low_ticks: 5_990, close_ticks: 6_020 };
    // (60,000 + 119,800 + 180,600) / 60
    const sums = { vwap_ticks: '6006.667', volume_lots: '60', amount_micro_usd: '360400', trades: 3 };
    const rows = await models.candles({ contract, interval: '1m' });
    expect(rows.data).toEqual([
      expect.objectContaining({ start_us: START_US + 2 * MINUTE_US, open_ticks: 6_010, trades: 1, vwap_ticks: '6010' }),
      { ...minute, ...sums },
    ]);
    expect((await models.candles({ contract, interval: '1s' })).data.map(({ trades }) => trades)).toEqual([1, 1, 2]);
    for (const interval of ['5m', '15m', '1h', '1d'] as const) {
      expect((await models.candles({ tier: HIGH, interval })).data).toMatchObject([{ trades: 4, volume_lots: '61' }]);
    }
    const { data } = await models.candleColumns({ tier: HIGH, interval: '1m', to_us: START_US + MINUTE_US });
    expect(data).toMatchObject({ start_us: [START_US], close_ticks: [6_020], vwap_ticks: ['6006.667'] });
    expect((await models.candles({ tier: 1, interval: '1m' })).data).toEqual([]);
    await expect(models.candles({ interval: '1m' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  test('prices per tier and along the windows', async () => {
    const { script, contract } = traded([
      [0, 6_000, 10],
      [30 * MINUTE_US, 6_100, 30],
    ]);
    const [later] = script.window([HIGH], START_US + 2 * HOUR_US);
    script.place(contract, BEN, 'BUY', 6_050, 5);
    script.place(contract, FACTORY, 'SELL', 6_101, 7);
    const ask = script.place(later, FACTORY, 'SELL', 7_000, 9);
    const models = given(script);
    const { data } = await models.prices({ tier: HIGH });
    const [tier] = data.tiers;
    expect(tier).toMatchObject({
      tier_name: 'HIGH',
      reference_price_ticks: 6_000,
      last_price_ticks: 6_100,
      front_window_start_at_us: START_US + HOUR_US,
      best_bid_ticks: 6_050,
      best_ask_ticks: 6_101,
      mid_ticks: '6075.5',
      spread_ticks: 51,
      last_hour: { trades: 2, volume_lots: '40', vwap_ticks: '6075' },
      since_start: { trades: 2, amount_micro_usd: '243000' },
      change_ticks: 100,
      front_energy_sold_millijoules: String(40 * 400_000),
      front_energy_offered_millijoules: String(7 * 400_000),
    });
    expect(
      tier.forward_curve.map((point) => [point.contract, point.best_ask_ticks, point.mid_ticks, point.volume_lots]),
    ).toEqual([
      [contract, 6_101, '6075.5', '40'],
      [later, 7_000, null, '0'],
    ]);
    expect(data.front_window).toMatchObject({
      energy_budget_millijoules: String(1_000_000n * 3_600_000n),
      energy_sold_millijoules: String(40 * 400_000),
    });
    expect((await models.prices({ zone: 2 })).data).toMatchObject({
      front_window: null,
      tiers: expect.arrayContaining([]) as unknown,
    });

    // 59 minutes later the first trade's minute has left the hour; a day later the change counts from the last price.
    script.wait(59 * MINUTE_US).take([[ask, 1]], ANN, 1);
    models.apply(script.records[script.sequence - 1]);
    expect((await models.prices({ tier: HIGH })).data.tiers[0].last_hour).toMatchObject({
      trades: 2,
      volume_lots: '31',
    });
    script.wait(24 * HOUR_US + MINUTE_US).take([[ask, 1]], ANN, 1);
    models.apply(script.records[script.sequence - 1]);
    expect((await models.prices({ tier: HIGH })).data.tiers[0]).toMatchObject({
      change_ticks: 0,
      last_hour: { trades: 1 },
    });
  });
});

describe('money', () => {
  test('balances, positions and the statement agree, and the market’s cash is conserved', async () => {
    const { script, contract } = opened();
    const maker = script.place(contract, FACTORY, 'SELL', 6_000, 100);
    script.take([[maker, 100]], ANN, 100, { price: 6_500, fee_ppm: 1_000 });
    script.place(contract, BEN, 'BUY', 5_000, 10);
    const models = given(script);
    expect((await models.balance(ANN)).data).toEqual({
      account: ANN,
      available_micro_usd: '999399400',
      held_micro_usd: '0',
      receivable_micro_usd: '0',
      paid_micro_usd: '600600',
    });
    expect((await models.balance(BEN)).data).toMatchObject({
      available_micro_usd: '999950000',
      held_micro_usd: '50000',
    });
    expect((await models.balance(FACTORY)).data).toMatchObject({
      available_micro_usd: '0',
      receivable_micro_usd: '600000',
    });
    const { data: totals } = await models.totals();
    expect(totals).toMatchObject({
      deposits_micro_usd: '2000000000',
      escrow_micro_usd: '600000',
      fees_micro_usd: '600',
    });
    const sum = [totals.available_micro_usd, totals.held_micro_usd, totals.escrow_micro_usd, totals.fees_micro_usd];
    expect(sum.reduce((total, part) => total + BigInt(part), 0n)).toBe(2_000_000_000n);
    expect((await models.positions(ANN)).data).toMatchObject([
      {
        contract,
        lots: 100,
        bought_lots: '100',
        paid_micro_usd: '600600',
        average_price_ticks: '6000',
        settled: false,
      },
    ]);
    expect((await models.positions(FACTORY)).data).toMatchObject([{ lots: -100, average_price_ticks: '6000' }]);

    const statement = await models.ledger(ANN);
    expect(statement.opening).toEqual({ available_micro_usd: '0', held_micro_usd: '0' });
    expect(statement.closing).toEqual({ available_micro_usd: '999399400', held_micro_usd: '0' });
    expect(
      statement.data.map(({ event, bucket, delta_micro_usd, reference }) => [
        event,
        bucket,
        delta_micro_usd,
        reference,
      ]),
    ).toEqual([
      ['TradeExecuted', 'AVAILABLE', '50050', 1],
      ['TradeExecuted', 'HELD', '-650650', 1],
      ['OrderAccepted', 'HELD', '650650', 2],
      ['OrderAccepted', 'AVAILABLE', '-650650', 2],
      ['CashDeposited', 'AVAILABLE', '1000000000', 0],
    ]);
    const middle = await models.ledger(ANN, { limit: 2, cursor: '5' });
    expect(middle.opening).toEqual({ available_micro_usd: '999349350', held_micro_usd: '0' });
    expect(middle.closing).toEqual({ available_micro_usd: '999349350', held_micro_usd: '0' });
    expect((await models.ledger(ANN, { bucket: 'HELD' })).data).toHaveLength(2);
  });

  test('a settled contract pays out, stays for its retention, and is then forgotten', async () => {
    const { script, contract, contracts } = opened();
    const maker = script.place(contract, FACTORY, 'SELL', 6_000, 100);
    script.take([[maker, 100]], ANN, 100, { id: 'mine' });
    script.wait(3 * HOUR_US).settle(contracts, 1);
    const models = given(script);
    expect((await models.balance(FACTORY)).data).toMatchObject({
      available_micro_usd: '600000',
      receivable_micro_usd: '0',
    });
    expect((await models.totals()).data.escrow_micro_usd).toBe('0');
    expect((await models.positions(FACTORY, { settled: true })).data).toMatchObject([{ contract, lots: -100 }]);
    expect((await models.contract(contract)).data).toMatchObject({
      state: 'SETTLED',
      settled_at_us: script.atUs,
      trades: 1,
    });
    expect((await models.ordersByClientId(ANN, 'mine')).data).toHaveLength(1);
    const use = (await models.factoryUse()).data[0];
    expect(use).toMatchObject({
      ended: true,
      sold_millijoules: String(100 * 400_000),
      perished_millijoules: String(3_600_000_000_000 - 100 * 400_000),
      free_millijoules: '0',
      tiers: [{ tier: HIGH, sold_lots: 100, offered_lots: 0 }],
    });

    const later = script.window([1]);
    script.wait(DEFAULT_RETENTION.settled_contract_us).settle(later, 2);
    for (const record of script.records.slice(models.store.sequence)) models.apply(record);
    expect((await models.contract(contract)).data).toBeNull();
    expect((await models.orders(ANN)).data).toEqual([]);
    expect((await models.ordersByClientId(ANN, 'mine')).data).toEqual([]);
    expect((await models.positions(ANN)).data).toEqual([]);
    expect((await models.contracts({ state: 'SETTLED' })).data.map(({ contract }) => contract)).toEqual(later);
    expect((await models.valueSplit()).data.total.payment_micro_usd).toBe('600000');
    expect((await models.fills(ANN)).data).toHaveLength(1);
  });

  test('cash movements keep their ids for good; a refused one is found until the id is used', async () => {
    const { script } = opened();
    const refusal = { code: 'INSUFFICIENT_FUNDS' as const, needed: 5, available: 3, at_us: 0 };
    script.write(
      [{ type: 'CommandRejected', command: 'Withdraw', account: ANN, ...refusal }],
      'Withdraw',
      ANN,
      0,
      'w1',
    );
    script.write(
      [{ type: 'CashWithdrawn', account: ANN, amount_micro_usd: 7, reference: 'rent' }],
      'Withdraw',
      ANN,
      0,
      'w2',
    );
    const models = given(script);
    expect((await models.cashMovement(ANN, `first-${ANN}`)).data).toMatchObject({
      outcome: 'ACCEPTED',
      amount_micro_usd: 1e9,
    });
    expect((await models.cashMovement(ANN, 'w1')).data).toMatchObject({
      outcome: 'REJECTED',
      refusal,
      kind: 'WITHDRAWAL',
    });
    expect((await models.cashMovement(BEN, 'w2')).data).toBeNull();
    const listed = await models.cashMovements(ANN, { limit: 1 });
    expect(listed.data).toMatchObject([{ command_id: 'w2', reference: 'rent', kind: 'WITHDRAWAL' }]);
    expect((await models.cashMovements(ANN, { cursor: listed.cursor! })).data).toMatchObject([{ kind: 'DEPOSIT' }]);
  });
});

describe('orders', () => {
  test('an order’s whole story', async () => {
    const { script, contract } = opened();
    const buy = script.place(contract, ANN, 'BUY', 6_000, 100, { id: 'a-1' });
    script.wait(10).take([[buy, 30]], FACTORY, 30);
    script.take([[buy, 20]], FACTORY, 20, { price: 5_000 });
    const models = given(script);
    const find = async (): Promise<OrderView> => (await models.order(contract, buy.order)).data!;
    expect(await find()).toMatchObject({
      client_order_id: 'a-1',
      side: 'BUY',
      state: 'OPEN',
      lots: 100,
      filled_lots: 50,
      open_lots: 50,
      cancelled_lots: 0,
      filled_amount_micro_usd: 300_000,
      average_price_ticks: '6000',
      hold_micro_usd: 300_000,
      accepted_at_us: START_US,
      updated_at_us: START_US + 10,
      cancel_reason: null,
    });
    script.decrement(buy, 10);
    script.amend(buy, 6_200, 20);
    script.cancel(buy);
    for (const record of script.records.slice(models.store.sequence)) models.apply(record);
    expect(await find()).toMatchObject({
      state: 'CANCELLED',
      cancel_reason: 'REQUESTED',
      price_ticks: 6_200,
      lots: 80,
      filled_lots: 50,
      open_lots: 0,
      cancelled_lots: 30,
      hold_micro_usd: 0,
      updated_sequence: script.sequence,
    });
    expect((await models.fills(ANN, { contract, order: buy.order })).data).toMatchObject([
      { number: 2, side: 'BUY', liquidity: 'MAKER', lots: 20 },
      { number: 1, side: 'BUY', liquidity: 'MAKER', lots: 30 },
    ]);
  });

  test('by client order id: accepted, refused, and other accounts’ none', async () => {
    const { script, contract, contracts } = opened();
    script.place(contract, ANN, 'BUY', 6_000, 1, { id: 'same' });
    script.place(contracts[0], ANN, 'BUY', 1, 1, { id: 'same' });
    const no = { code: 'INSUFFICIENT_FUNDS' as const, needed: 9, available: 1, at_us: 0 };
    script.write([{ type: 'OrderRejected', account: ANN, contract, ...no }], 'PlaceOrder', ANN, contract, 'bad');
    const models = given(script);
    const both = (await models.ordersByClientId(ANN, 'same')).data;
    expect(both.map((view) => view.outcome === 'ACCEPTED' && view.order.contract)).toEqual([contracts[0], contract]);
    expect((await models.ordersByClientId(ANN, 'same', { contract })).data).toHaveLength(1);
    expect((await models.ordersByClientId(ANN, 'bad')).data).toMatchObject([
      { outcome: 'REJECTED', refusal: no, contract },
    ]);
    expect((await models.ordersByClientId(BEN, 'same')).data).toEqual([]);
    expect((await models.ordersByClientId(ANN, '')).data).toEqual([]);
  });

  test('an account’s orders in pages, filtered, newest first', async () => {
    const { script, contract, contracts } = opened();
    const orders = [1, 2, 3, 4, 5].map((price) => script.place(contract, ANN, 'BUY', price, 1));
    script.place(contracts[0], ANN, 'BUY', 9, 1);
    script.place(contract, BEN, 'BUY', 9, 1);
    script.cancel(orders[1]);
    const models = given(script);
    const first = await models.orders(ANN, { limit: 2, contract });
    expect(first.data.map(({ price_ticks }) => price_ticks)).toEqual([5, 4]);
    script.place(contract, ANN, 'BUY', 77, 1);
    models.apply(script.records[script.sequence - 1]);
    const second = await models.orders(ANN, { limit: 2, contract, cursor: first.cursor! });
    expect([second.data.map(({ price_ticks }) => price_ticks), second.has_more]).toEqual([[3, 2], true]);
    expect((await models.orders(ANN, { state: 'OPEN', tier: 1 })).data).toMatchObject([{ price_ticks: 9 }]);
    const open = await models.orders(ANN, { state: 'OPEN', contract, limit: 3 });
    expect(open.data.map(({ price_ticks }) => price_ticks)).toEqual([77, 5, 4]);
    expect((await models.orders(ANN, { state: 'OPEN', contract, cursor: open.cursor! })).data).toHaveLength(2);
    expect((await models.orders(ANN, { state: 'CANCELLED' })).data).toMatchObject([{ price_ticks: 2 }]);
    expect((await models.orders(ANN, { side: 'SELL' })).data).toEqual([]);
  });

  test('a capacity offer and its orders', async () => {
    const { script, contracts } = opened();
    const quotes = [
      { tier: 3, price_ticks: 6_000, lots: 10 },
      { tier: 1, price_ticks: 10, lots: 20 },
    ];
    const offer = { offer: 1, account: FACTORY, window: 1, quotes, energy_policy: 'SEPARATE' as const };
    script.write([{ type: 'OfferPosted', ...offer }], 'PostOffer', FACTORY);
    const sell = script.place(contracts[2], FACTORY, 'SELL', 6_000, 10, { offer: 1 });
    const gift = script.place(contracts[0], FACTORY, 'SELL', 10, 20, { offer: 1 });
    const models = given(script);
    const find = async () => (await models.offer(1)).data!;
    expect(await find()).toMatchObject({ state: 'OPEN', zone: 1, window_start_at_us: START_US + HOUR_US });
    expect((await models.factoryUse({ account: FACTORY })).data[0]).toMatchObject({
      offered_millijoules: String(30 * 400_000),
      sold_millijoules: '0',
      free_millijoules: String(3_600_000_000_000 - 30 * 400_000),
    });
    script.take([[sell, 10]], ANN, 10);
    script.cancel(gift);
    for (const record of script.records.slice(models.store.sequence)) models.apply(record);
    expect(await find()).toMatchObject({
      state: 'CLOSED',
      quotes: [
        { contract: contracts[2], order: sell.order, filled_lots: 10, open_lots: 0 },
        { contract: contracts[0], order: gift.order, cancelled_lots: 20 },
      ],
    });
    script.write(
      [{ type: 'OfferWithdrawn', offer: 1, account: FACTORY, window: 1, cancelled_orders: 0 }],
      'WithdrawOffer',
      FACTORY,
    );
    models.apply(script.records[script.sequence - 1]);
    expect((await models.offers({ state: 'WITHDRAWN' })).data).toHaveLength(1);
    expect((await models.offers({ account: ANN })).data).toEqual([]);
  });
});

describe('asking', () => {
  test('waits for a record, no longer than told', async () => {
    const { script } = opened();
    const models = given(script);
    const { sequence } = script;
    await expect(models.totals({ min_seq: sequence + 1, timeout_ms: 10 })).rejects.toMatchObject({
      code: 'READ_TIMEOUT',
      message: `record ${sequence + 1} was not visible within 10 ms: the read models are at record ${sequence}; ask again`,
    });
    const answer = models.totals({ min_seq: sequence + 2, timeout_ms: 1_000 });
    script.deposit(ANN, 1);
    script.deposit(ANN, 1);
    for (const record of script.records.slice(sequence)) models.apply(record);
    expect((await answer).as_of_seq).toBe(sequence + 2);
  });

  test.each([
    ['limit', { limit: 0 }],
    ['limit', { limit: 1_001 }],
    ['limit', { limit: 1.5 }],
    ['cursor', { cursor: '' }],
    ['cursor', { cursor: '1_2' }],
    ['cursor', { cursor: '-1' }],
  ])('a wrong %s is refused: %j', async (field, request) => {
    await expect(given(opened().script).trades(request)).rejects.toMatchObject({ code: 'INVALID_REQUEST', field });
  });
});

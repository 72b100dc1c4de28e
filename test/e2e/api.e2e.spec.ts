// Every route of the API against a started exchange, each answer held against its documented schema.

import { execFileSync } from 'node:child_process';
import { parseInstant, ROUTE_NAMES, TokenbourseClient } from '@tokenbourse/protocol';
import { SPLIT_RULE_VERSION, VALUE_SPLIT_RULE_V1 } from '@tokenbourse/domain';
import { CheckedClient } from '../support/checked-client';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const folder = dataFolder();
let exchange: ExchangeProcess;
let admin: CheckedClient;
let anyone: CheckedClient;

interface Trader {
  readonly account: string;
  readonly key: string;
  readonly client: CheckedClient;
}

let alice: Trader;
let bob: Trader;
let factory: Trader;
let contract: string;
let windowStart: string;

async function trader(name: string, usd: string, role: 'CONSUMER' | 'FACTORY' = 'CONSUMER'): Promise<Trader> {
  const { participant_id } = await admin.ask('registerParticipant', { body: { name, role } });
  const { account_id } = await admin.ask('openAccount', { body: { participant_id, name } });
  if (usd !== '0') await admin.ask('deposit', { params: { account_id }, body: { amount_usd: usd } });
  const body = { name, scopes: ['read', 'trade'] as ('read' | 'trade')[], account_id };
  const { key } = await admin.ask('createApiKey', { body });
  return { account: account_id, key, client: new CheckedClient(new TokenbourseClient(exchange.url, key)) };
}

const buy = (changes: Record<string, unknown> = {}) => ({
  body: { contract_id: contract, side: 'BUY' as const, quantity_mtok: '10', price_usd_per_mtok: '6', ...changes },
});

/** The validator is an ES module that jest can't load: it runs beside. */
function metaSchemaVerdict(document: unknown): unknown {
  const script = `
    import { Validator } from '@seriousme/openapi-schema-validator';
    let text = '';
    for await (const part of process.stdin) text += part;
    console.log(JSON.stringify(await new Validator().validate(JSON.parse(text))));`;
  const input = JSON.stringify(document);
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { input, encoding: 'utf8' }));
}

beforeAll(async () => {
  exchange = await ExchangeProcess.start(folder.path);
  admin = new CheckedClient(exchange.client('admin'));
  anyone = new CheckedClient(exchange.client('none'));
  alice = await trader('Alice', '1000');
  bob = await trader('Bob', '1000');
  factory = await trader('Prairie', '0', 'FACTORY');
  // Two windows ahead: its gate is at least an hour away.
  const open = await anyone.ask('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } });
  contract = open.data[2]!.contract_id;
  windowStart = open.data[2]!.window_start_at;
});

afterAll(async () => {
  await exchange?.stop();
  folder.remove();
});

test('health says that commands are taken and reads are current', async () => {
  await anyone.ask('getLive', {});
  const ready = await anyone.ask('getReady', {});
  expect(ready).toMatchObject({ status: 'READY', writer: { state: 'WRITING' } });
  expect(ready.readers.map(({ reader }) => reader)).toEqual(['follower', 'projector']);
});

test('the OpenAPI document fits the 3.1 meta-schema and describes every route', async () => {
  const document = await anyone.ask('getOpenApi', {});
  expect(metaSchemaVerdict(document)).toEqual({ valid: true });
  const operations = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>);
  const ids = operations.flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect(ids.sort()).toEqual([...ROUTE_NAMES].sort());
});

test('the page to browse it loads nothing from elsewhere', async () => {
  const { data, headers } = await anyone.reply('getDocs', {});
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  const files = [...data.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  expect(files.length).toBe(3);
  for (const file of files) {
    const response = await fetch(`${exchange.url}${file}`);
    expect([file, response.status]).toEqual([file, 200]);
    const text = await response.text();
    expect(text.length).toBeGreaterThan(50);
    // The badge of a validator elsewhere is on unless it is switched off.
    if (file.endsWith('start.js')) expect(text).toContain('validatorUrl: null');
  }
});

test('market data is public', async () => {
  const tiers = await anyone.ask('listTiers', {});
  expect(tiers.data.map(({ tier }) => tier)).toEqual(['FREE', 'MEDIUM', 'HIGH', 'PREMIUM', 'ULTRA']);
  expect((await anyone.ask('listZones', {})).data).toEqual([{ zone: 'USE' }]);
  expect(await anyone.ask('getContract', { params: { contract_id: contract } })).toMatchObject({
    tier: 'HIGH',
    zone: 'USE',
    state: 'OPEN',
    window_seconds: 3_600,
  });
  const first = await anyone.ask('listContracts', { query: { limit: '1' } });
  expect(first.has_more).toBe(true);
  const second = await anyone.ask('listContracts', { query: { limit: '1', cursor: first.cursor! } });
  expect(second.data[0]!.contract_id).not.toBe(first.data[0]!.contract_id);
});

describe('a factory', () => {
  test('is registered, and its offers become sell orders backed by its power', async () => {
    const made = await admin.ask('registerFactory', {
      body: {
        account_id: factory.account,
        name: 'Prairie One',
        zone: 'USE',
        hardware: 'GB300 NVL72',
        power_mw: '1',
        yields: [{ tier: 'HIGH', joules_per_mtok: 1_200_000, licence_ppm: 200_000 }],
        power_usd_per_mwh: '50',
        equipment_usd_per_mwh: '900',
        facility_usd_per_mwh: '300',
      },
    });
    const params = { factory_id: made.factory_id };
    const { client } = factory;
    expect(await client.ask('getFactory', { params, query: { min_seq: String(made.seq) } })).toMatchObject({
      power_mw: '1.000000',
      yields: [{ tier: 'HIGH', joules_per_mtok: 1_200_000, licence_ppm: 200_000 }],
    });
    expect((await client.ask('listFactories', {})).data).toHaveLength(1);
    const costs = { power_usd_per_mwh: '60', equipment_usd_per_mwh: '900', facility_usd_per_mwh: '300' };
    await admin.ask('setFactoryCosts', { params, body: costs });
    const quotes = [{ tier: 'HIGH', price_usd_per_mtok: '5.5', quantity_mtok: '2000' }];
    const offer = { params, body: { window_start_at: windowStart, quotes }, idempotencyKey: 'offer-1' };
    const posted = await client.ask('postOffer', offer);
    expect(posted).toMatchObject({ state: 'OPEN', zone: 'USE', quotes: [{ tier: 'HIGH', open_mtok: '2000.000' }] });
    const again = await client.reply('postOffer', offer);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data.offer_id).toBe(posted.offer_id);
    // 1 MWh makes 3,000 Mtok at 1.2 MJ each; 2,000 are offered.
    const quote = { tier: 'HIGH', price_usd_per_mtok: '7', quantity_mtok: '1000.001' };
    expect(
      await client.refusal('postOffer', { params, body: { window_start_at: windowStart, quotes: [quote] } }),
    ).toMatchObject({
      code: 'INSUFFICIENT_ENERGY',
      status: 409,
    });
    const use = await client.ask('getFactoryUse', { params, query: { min_seq: String(posted.seq) } });
    expect(use.data.find((row) => row.window_start_at === windowStart)).toMatchObject({
      budget_mwh: '1.000000',
      offered_mwh: '0.666667',
      ended: false,
    });
    const listed = await client.ask('listOffers', { params });
    expect(listed.data.map(({ offer_id }) => offer_id)).toEqual([posted.offer_id]);
    const second = await client.ask('postOffer', {
      params,
      body: { window_start_at: windowStart, quotes: [{ ...quote, quantity_mtok: '1' }] },
    });
    const withdrawn = await client.ask('withdrawOffer', { params: { ...params, offer_id: second.offer_id } });
    expect(withdrawn.cancelled_orders).toBe(1);
  });
});

describe('orders', () => {
  test('an order that rests is answered as it stands, found by its id, amended and cancelled', async () => {
    const { client } = alice;
    const placed = await client.ask('placeOrder', buy({ client_order_id: 'rest-1', price_usd_per_mtok: '5' }));
    expect(placed).toMatchObject({
      status: 'OPEN',
      open_mtok: '10.000',
      held_usd: '50.025000',
      fills: [],
      client_order_id: 'rest-1',
    });
    const params = { order_id: placed.order_id };
    const found = await client.ask('listOrders', { query: { client_order_id: 'rest-1', min_seq: String(placed.seq) } });
    expect(found.data).toMatchObject([{ order_id: placed.order_id, status: 'OPEN' }]);
    const amended = await client.ask('amendOrder', { params, body: { quantity_mtok: '4' } });
    expect(amended).toMatchObject({ quantity_mtok: '4.000', open_mtok: '4.000', keeps_priority: true });
    const read = await client.ask('getOrder', { params, query: { min_seq: String(amended.seq) } });
    expect(read).toMatchObject({ quantity_mtok: '4.000', held_usd: '20.010000' });
    const cancelled = await client.ask('cancelOrder', { params, idempotencyKey: 'cancel-1' });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', cancelled_mtok: '4.000' });
    const again = await client.reply('cancelOrder', { params, idempotencyKey: 'cancel-1' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data).toEqual(cancelled);
    expect((await client.refusal('cancelOrder', { params })).code).toBe('UNKNOWN_ORDER');
  });

  test('an order that trades is answered with its fills; sent again, it is answered, not made, again', async () => {
    const { client, account } = alice;
    const request = buy({ client_order_id: 'take-1' });
    const first = await client.reply('placeOrder', request);
    expect(first.status).toBe(201);
    expect(first.data).toMatchObject({
      status: 'FILLED',
      filled_mtok: '10.000',
      average_price_usd_per_mtok: '5.500000',
      filled_amount_usd: '55.000000',
      fees_usd: '0.027500',
      held_usd: '0.000000',
      fills: [{ liquidity: 'TAKER', price_usd_per_mtok: '5.500', quantity_mtok: '10.000' }],
    });
    const again = await client.reply('placeOrder', request);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data).toEqual(first.data);
    expect(await client.refusal('placeOrder', buy({ client_order_id: 'take-1', quantity_mtok: '11' }))).toMatchObject({
      code: 'COMMAND_ID_REUSED',
      status: 422,
    });
    const min_seq = String(first.data.seq);
    const params = { account_id: account };
    expect(await client.ask('getBalances', { params, query: { min_seq } })).toMatchObject({
      available_usd: '944.972500',
    });
    const positions = await client.ask('listPositions', { params, query: { settled: 'false' } });
    expect(positions.data).toMatchObject([{ contract_id: contract, position_mtok: '10.000', paid_usd: '55.027500' }]);
    expect((await client.ask('listFills', { params, query: { contract_id: contract } })).data).toHaveLength(1);
    const tape = await anyone.ask('listTrades', { params: { contract_id: contract }, query: { min_seq } });
    expect(tape.data[0]).toMatchObject({ quantity_mtok: '10.000', taker_side: 'BUY' });
    const depth = await anyone.ask('getDepth', { params: { contract_id: contract }, query: { levels: '5' } });
    expect(depth.asks[0]).toEqual({ price_usd_per_mtok: '5.500', quantity_mtok: '1990.000', orders: 1 });
  });

  test('a statement adds up', async () => {
    const { client, account } = alice;
    const statement = await client.ask('getStatement', {
      params: { account_id: account },
      query: { bucket: 'AVAILABLE' },
    });
    const micro = (usd: string) => BigInt(usd.replace('.', ''));
    const moved = statement.data.reduce((sum, line) => sum + micro(line.amount_usd), 0n);
    expect(micro(statement.opening.available_usd) + moved).toBe(micro(statement.closing.available_usd));
    expect(statement.closing.available_usd).toBe('944.972500');
  });

  test('refusals say what would make them pass', async () => {
    const { client } = bob;
    expect(await client.refusal('placeOrder', buy({ quantity_mtok: '200', price_usd_per_mtok: '5.1' }))).toMatchObject({
      status: 409,
      code: 'INSUFFICIENT_FUNDS',
      needed_usd: '1020.510000',
      available_usd: '1000.000000',
      missing_usd: '20.510000',
    });
    expect(await client.refusal('placeOrder', buy({ post_only: true }))).toMatchObject({
      code: 'WOULD_TRADE',
      available_usd_per_mtok: '5.500',
    });
    expect((await client.refusal('placeOrder', buy({ side: 'SELL' }))).code).toBe('INSUFFICIENT_POSITION');
    const past = { expires_at: '2020-01-01T00:00:00Z' };
    expect(await client.refusal('placeOrder', buy(past))).toMatchObject({
      code: 'COMMAND_EXPIRED',
      at: '2020-01-01T00:00:00.000Z',
    });
    const gone = { contract_id: 'HIGH-USE-20200101T0000Z-PT1H' };
    expect(await client.refusal('placeOrder', buy(gone))).toMatchObject({ status: 404, code: 'UNKNOWN_CONTRACT' });
    const fok = { time_in_force: 'FOK', quantity_mtok: '100', price_usd_per_mtok: '1' };
    expect(await client.refusal('placeOrder', buy(fok))).toMatchObject({
      code: 'NOT_FILLABLE',
      needed_mtok: '100.000',
    });
  });

  test('a market buy spends no more than its amount', async () => {
    const market = {
      order_type: 'MARKET',
      price_usd_per_mtok: undefined,
      max_amount_usd: '11.0055',
      quantity_mtok: '10',
    };
    const placed = await bob.client.ask('placeOrder', buy(market));
    expect(placed).toMatchObject({
      status: 'CANCELLED',
      filled_mtok: '2.000',
      cancel_reason: 'MAX_AMOUNT',
      time_in_force: 'IOC',
      price_usd_per_mtok: null,
    });
  });

  test('all of an account’s orders are cancelled at once', async () => {
    const { client } = bob;
    for (const price_usd_per_mtok of ['1', '2', '3']) await client.ask('placeOrder', buy({ price_usd_per_mtok }));
    const only = await client.ask('cancelAllOrders', { query: { tier: 'ULTRA' } });
    expect(only.cancelled_orders).toBe(0);
    const all = await client.ask('cancelAllOrders', { query: { side: 'BUY' }, idempotencyKey: 'all-1' });
    expect(all.cancelled_orders).toBe(3);
    const open = await client.ask('listOrders', { query: { status: 'OPEN', min_seq: String(all.seq) } });
    expect(open.data).toEqual([]);
  });
});

test('prices, candles and the value split show the trades', async () => {
  const prices = await anyone.ask('getPrices', { query: { tier: 'HIGH' } });
  expect(prices.tiers[0]).toMatchObject({ last_price_usd_per_mtok: '5.500' });
  const params = { contract_id: contract };
  const rows = await anyone.ask('getCandles', { params, query: { interval: '1m' } });
  const columns = await anyone.ask('getCandles', { params, query: { interval: '1m', format: 'columns' } });
  expect(columns.columns!.vwap_usd_per_mtok).toEqual(rows.data!.map((row) => row.vwap_usd_per_mtok).reverse());
  const volume = rows.data!.reduce((sum, { volume_mtok }) => sum + Number(volume_mtok), 0);
  expect(volume).toBe(12);
  expect(
    (await anyone.ask('getTierCandles', { params: { tier: 'HIGH' }, query: { interval: '1d' } })).data,
  ).toHaveLength(1);
  const table = await anyone.ask('getValueSplit', {});
  const links = Object.values(table.total.links).reduce((sum, part) => sum + BigInt(part.replace('.', '')), 0n);
  expect(table.total.payment_usd).toBe('66.000000');
  expect(links).toBe(66_000_000n);
  for (const group_by of ['zone', 'window'] as const) {
    const { rows: grouped } = await anyone.ask('getValueSplit', { query: { group_by } });
    expect(grouped).toMatchObject([{ payment_usd: '66.000000' }]);
  }
  const shares = await anyone.ask('getValueSplit', { query: { group_by: 'link', contract_id: contract } });
  expect(shares.shares!.find(({ link }) => link === 'model_licence')).toMatchObject({ share_ppm: 200_000 });
  const sankey = await anyone.ask('getValueSplit', { query: { format: 'sankey' } });
  const names = new Set(sankey.nodes!.map(({ id }) => id));
  expect(sankey.links!.every(({ source, target }) => names.has(source) && names.has(target))).toBe(true);
});

describe('cash', () => {
  test('moves once per id, for good', async () => {
    const params = { account_id: bob.account };
    const call = { params, body: { amount_usd: '5', reference: 'wire 1' }, idempotencyKey: 'cash-1' };
    const first = await admin.reply('deposit', call);
    const again = await admin.reply('deposit', call);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data).toEqual(first.data);
    const other = { ...call, body: { amount_usd: '6', reference: 'wire 1' } };
    expect((await admin.refusal('deposit', other)).code).toBe('COMMAND_ID_REUSED');
    const out = await bob.client.ask('withdraw', { params, body: { amount_usd: '5' } });
    expect(out).toMatchObject({ direction: 'WITHDRAWAL', amount_usd: '5.000000' });
    const much = await bob.client.refusal('withdraw', { params, body: { amount_usd: '100000' } });
    expect(much).toMatchObject({ code: 'INSUFFICIENT_FUNDS', missing_usd: expect.stringMatching(/^\d+\.\d{6}$/) });
  });
});

describe('keys', () => {
  test('of one account neither see nor touch another’s', async () => {
    const placed = await alice.client.ask('placeOrder', buy({ price_usd_per_mtok: '1', client_order_id: 'secret-1' }));
    const params = { order_id: placed.order_id };
    const min_seq = String(placed.seq);
    const theirs = { account_id: alice.account };
    expect((await bob.client.refusal('getOrder', { params, query: { min_seq } })).status).toBe(404);
    expect((await bob.client.refusal('cancelOrder', { params })).status).toBe(404);
    expect((await bob.client.refusal('amendOrder', { params, body: { quantity_mtok: '1' } })).status).toBe(404);
    for (const name of ['getBalances', 'listPositions', 'getStatement', 'listFills', 'getAccount'] as const) {
      const own = await bob.client.refusal(name, { params: theirs });
      const none = await bob.client.refusal(name, { params: { account_id: 'acc_999999' } });
      expect(own).toEqual(none);
      expect(own.status).toBe(404);
    }
    expect((await bob.client.refusal('placeOrder', buy(theirs))).status).toBe(404);
    expect((await bob.client.refusal('listOrders', { query: theirs })).status).toBe(404);
    expect((await bob.client.refusal('cancelAllOrders', { query: theirs })).status).toBe(404);
    const factoryParams = { factory_id: factory.account.replace('acc', 'fac') };
    expect((await bob.client.refusal('getFactory', { params: factoryParams })).status).toBe(404);
    expect((await bob.client.refusal('listOffers', { params: factoryParams })).status).toBe(404);
    expect((await bob.client.refusal('getFactoryUse', { params: factoryParams })).status).toBe(404);
    expect((await bob.client.ask('listAccounts', {})).data.map(({ account_id }) => account_id)).toEqual([bob.account]);
    expect((await bob.client.ask('listOrders', { query: { client_order_id: 'secret-1' } })).data).toEqual([]);
    expect((await alice.client.ask('getOrder', { params })).status).toBe('OPEN');
    await admin.ask('cancelOrder', { params });
  });

  test('do what their scopes allow, and nothing once revoked', async () => {
    const body = { name: 'reader', scopes: ['read' as const], account_id: alice.account };
    const made = await admin.ask('createApiKey', { body });
    const reader = new CheckedClient(new TokenbourseClient(exchange.url, made.key));
    const params = { account_id: alice.account };
    await reader.ask('getAccount', { params });
    expect(await reader.refusal('placeOrder', buy())).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
    expect((await reader.refusal('listApiKeys', {})).code).toBe('SCOPE_MISSING');
    const revoked = await admin.ask('revokeApiKey', { params: { key_id: made.key_id } });
    expect(await reader.refusal('getAccount', { params })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const keys = await admin.ask('listApiKeys', { query: { revoked: 'true', min_seq: String(revoked.seq) } });
    expect(keys.data.map(({ key_id }) => key_id)).toContain(made.key_id);
    expect(JSON.stringify(keys)).not.toContain(made.key);
  });
});

test('what became of a command is told under its id, to its owner alone', async () => {
  const { client, account } = alice;
  const order = await client.ask('placeOrder', buy({ price_usd_per_mtok: '1.5', client_order_id: 'asked-1' }));
  const refused = await client.refusal('placeOrder', buy({ quantity_mtok: '1000', client_order_id: 'asked-2' }));
  const params = { order_id: order.order_id };
  const { seq } = await client.ask('cancelOrder', { params, idempotencyKey: 'asked-3' });
  const again = await client.refusal('cancelOrder', { params, idempotencyKey: 'asked-4' });
  const { seq: added } = await admin.ask('addZone', { body: { name: 'EUS' }, idempotencyKey: 'asked-5' });
  const ask = async (asking: CheckedClient, command_id: string, query = {}) => {
    const { data } = await asking.ask('getCommand', {
      params: { command_id },
      query: { min_seq: String(added), ...query },
    });
    return data.map(({ decided_at: _, ...told }) => told);
  };
  const [placed] = await ask(client, 'asked-1');
  expect(placed).toMatchObject({ command: 'PlaceOrder', account_id: account, outcome: 'ACCEPTED', seq: order.seq });
  expect(placed).toMatchObject({ contract_id: contract, problem: null });
  expect(await ask(client, 'asked-2')).toMatchObject([{ outcome: 'REJECTED', problem: refused }]);
  expect(await ask(client, 'asked-3')).toMatchObject([{ command: 'CancelOrder', outcome: 'ACCEPTED', seq }]);
  expect(await ask(client, 'asked-4')).toMatchObject([{ command: 'CancelOrder', outcome: 'REJECTED', problem: again }]);
  expect(await ask(admin, 'asked-5')).toMatchObject([{ command: 'AddZone', account_id: null, contract_id: null }]);
  expect(await ask(admin, 'asked-3', { account_id: account })).toMatchObject([{ seq }]);
  expect(await ask(client, 'asked-5')).toEqual([]);
  expect(await ask(bob.client, 'asked-1')).toEqual([]);
  const foreign = { params: { command_id: 'asked-1' }, query: { account_id: account } };
  expect(await bob.client.refusal('getCommand', foreign)).toMatchObject({ status: 404, code: 'UNKNOWN_ACCOUNT' });
  expect((await anyone.refusal('getCommand', foreign)).code).toBe('UNAUTHENTICATED');
});

test('settings enter the log and hold from then on', async () => {
  await admin.ask('setFees', { body: { maker_ppm: 50, taker_ppm: 600 } });
  const limits = {
    open_orders_per_account: 5_000,
    matches_per_command: 400,
    quotes_per_offer: 50,
    idempotency_window_seconds: 7_200,
  };
  await admin.ask('setLimits', { body: limits });
  const { seq } = await admin.ask('addZone', { body: { name: 'EUN' } });
  expect((await admin.refusal('addZone', { body: { name: 'EUN' } })).code).toBe('DUPLICATE_ZONE');
  const market = await anyone.ask('getMarket', { query: { min_seq: String(seq) } });
  expect(market).toMatchObject({ fees: { maker_ppm: 50, taker_ppm: 600 }, limits, window_seconds: 3_600 });
  const rule = { ...VALUE_SPLIT_RULE_V1, title: 'The same in other words', links: [...VALUE_SPLIT_RULE_V1.links] };
  const set = await admin.ask('setSplitRule', { body: { version: SPLIT_RULE_VERSION, rule: rule as never } });
  const reworded = await anyone.ask('getMarket', { query: { min_seq: String(set.seq) } });
  expect(reworded.split_rule!.rule).toEqual(rule);
  const unknown = { version: 2, rule: { ...rule, version: 2 } } as never;
  expect((await admin.refusal('setSplitRule', { body: unknown })).code).toBe('INVALID_REQUEST');
  const { totals } = market;
  const micro = (usd: string) => BigInt(usd.replace('.', ''));
  const held = micro(totals.available_usd) + micro(totals.held_usd) + micro(totals.escrow_usd) + micro(totals.fees_usd);
  expect(micro(totals.deposits_usd) - micro(totals.withdrawals_usd)).toBe(held);
  expect((await admin.ask('listParticipants', {})).data.length).toBeGreaterThanOrEqual(4);
});

test('the log streams its records as JSON lines', async () => {
  const text = await admin.ask('readLog', { query: { from_seq: '2', limit: '5' } });
  const records = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { sequence: number; at_us: number });
  expect(records.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6]);
  const whole = await admin.ask('readLog', {});
  const last = JSON.parse(whole.trimEnd().split('\n').at(-1)!) as { sequence: number };
  expect(last.sequence).toBeGreaterThan(30);
  expect(whole.trimEnd().split('\n')).toHaveLength(last.sequence);
  expect(await admin.ask('readLog', { query: { from_seq: '999999999' } })).toBe('');
  expect((await alice.client.refusal('readLog', {})).status).toBe(403);
});

test('the clock is confirmed only when it is in doubt', async () => {
  const wall_at = new Date().toISOString();
  expect(parseInstant(wall_at)).toBeGreaterThan(0);
  expect((await admin.refusal('confirmClock', { body: { wall_at } })).code).toBe('CLOCK_NOT_CONFIRMED');
});

test('after a clean stop everything is as it was', async () => {
  const resting = await alice.client.ask('placeOrder', buy({ price_usd_per_mtok: '2.5', client_order_id: 'stays-1' }));
  const look = async () => ({
    depth: await anyone.ask('getDepth', { params: { contract_id: contract }, query: { min_seq: String(resting.seq) } }),
    balances: await alice.client.ask('getBalances', { params: { account_id: alice.account } }),
    orders: await alice.client.ask('listOrders', {}),
    split: await anyone.ask('getValueSplit', {}),
  });
  const before = await look();
  const end = await exchange.stop();
  expect(end).toMatchObject({ code: 0, signal: null });
  exchange = await ExchangeProcess.start(folder.path);
  admin = new CheckedClient(exchange.client('admin'));
  anyone = new CheckedClient(exchange.client('none'));
  alice = { ...alice, client: new CheckedClient(new TokenbourseClient(exchange.url, alice.key)) };
  const after = await look();
  const bare = (view: object) =>
    JSON.parse(JSON.stringify(view).replace(/"as_of_seq":\d+/g, '"as_of_seq":0')) as unknown;
  expect(bare(after)).toEqual(bare(before));
});

test('every route was asked with success', () => {
  // The clock was never in doubt here; the sequencer's own tests put it there.
  expect(ROUTE_NAMES.filter((name) => !CheckedClient.asked.has(name))).toEqual(['confirmClock']);
});

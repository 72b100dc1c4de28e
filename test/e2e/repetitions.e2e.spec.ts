// Requests sent again after the engine has forgotten their ids, after a restart, by many clients at once: answered, not made, again.

import { setTimeout as pause } from 'node:timers/promises';
import { CheckedClient } from '../support/checked-client';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const folder = dataFolder();
let exchange: ExchangeProcess;
let admin: CheckedClient;
let trader: CheckedClient;
let account_id: string;
let contract_id: string;

async function start(): Promise<void> {
  exchange = await ExchangeProcess.start(folder.path);
  admin = new CheckedClient(exchange.client('admin'));
  trader = new CheckedClient(exchange.client('trade'));
}

beforeAll(async () => {
  await start();
  account_id = (await trader.ask('listAccounts', {})).data[0]!.account_id;
  contract_id = (await trader.ask('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } })).data.at(
    -1,
  )!.contract_id;
});

afterAll(async () => {
  await exchange?.stop();
  folder.remove();
});

const order = (client_order_id: string, quantity_mtok = '1') => ({
  body: { contract_id, client_order_id, side: 'BUY' as const, quantity_mtok, price_usd_per_mtok: '2' },
});

test('the same request from many clients at once is made once', async () => {
  const deposit = { params: { account_id }, body: { amount_usd: '100' }, idempotencyKey: 'once' };
  const deposits = await Promise.all(Array.from({ length: 10 }, () => admin.reply('deposit', deposit)));
  expect(new Set(deposits.map(({ data }) => data.seq)).size).toBe(1);
  expect(deposits.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  const orders = await Promise.all(Array.from({ length: 10 }, () => trader.reply('placeOrder', order('at-once'))));
  expect(new Set(orders.map(({ data }) => data.order_id)).size).toBe(1);
  const min_seq = String(Math.max(...orders.map(({ data }) => data.seq)));
  expect(await admin.ask('getBalances', { params: { account_id }, query: { min_seq } })).toMatchObject({
    total_usd: '100.000000',
  });
});

const limits = {
  open_orders_per_account: 100,
  matches_per_command: 500,
  quotes_per_offer: 100,
  idempotency_window_seconds: 2,
};

test('while the idempotency window is made shorter, no id that it forgets passes', async () => {
  for (let round = 1; round <= 2; round++) {
    await admin.ask('setLimits', { body: { ...limits, idempotency_window_seconds: 3_600 } });
    const { order_id } = await trader.ask('placeOrder', order(`shorter-${round}`));
    await trader.ask('cancelOrder', { params: { order_id } });
    await pause(3_100);
    // All arrive together: the orders are looked at before the new limits are in force, and decided after them.
    const set = admin.ask('setLimits', { body: limits });
    const again = Array.from({ length: 20 }, () => trader.reply('placeOrder', order(`shorter-${round}`)));
    for (const { data } of await Promise.all(again)) expect(data).toMatchObject({ order_id, status: 'CANCELLED' });
    await set;
  }
});

test('in a market older than its window many orders at once are taken, and taken once', async () => {
  await admin.ask('setLimits', { body: limits });
  await pause(3_100);
  // The first after a pause: what the read models know is older than the window.
  const place = (i: number) => trader.reply('placeOrder', order(`aged-${i}`, '0.001'));
  const placed = await Promise.all(Array.from({ length: 60 }, (_, i) => place(i)));
  expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 201));
  for (const { data } of placed) await trader.ask('cancelOrder', { params: { order_id: data.order_id } });
  await pause(3_100);
  const again = await Promise.all(Array.from({ length: 60 }, (_, i) => place(i)));
  expect(again.map(({ data }) => data.order_id)).toEqual(placed.map(({ data }) => data.order_id));
  expect(new Set(placed.map(({ data }) => data.order_id)).size).toBe(60);
});

test('ids outlive the engine’s memory and a restart', async () => {
  await admin.ask('setLimits', { body: limits });
  const placed = await trader.ask('placeOrder', order('old-1'));
  await trader.ask('cancelOrder', { params: { order_id: placed.order_id } });
  const refused = await trader.refusal('placeOrder', order('old-2', '1000'));
  expect(refused.code).toBe('INSUFFICIENT_FUNDS');
  const deposit = { params: { account_id }, body: { amount_usd: '7' }, idempotencyKey: 'old-3' };
  const paid = await admin.ask('deposit', deposit);
  for (const step of ['the window is over', 'a longer window', 'a restart']) {
    if (step === 'a restart') {
      await exchange.stop();
      await start();
    } else if (step === 'a longer window') {
      await admin.ask('setLimits', { body: { ...limits, idempotency_window_seconds: 3_600 } });
    } else {
      await pause(3_100);
      // Log time goes on with commands.
      await admin.ask('setFees', { body: { maker_ppm: 100, taker_ppm: 500 } });
    }
    const again = await trader.reply('placeOrder', order('old-1'));
    expect([step, again.status, again.headers.get('idempotent-replayed')]).toEqual([step, 200, 'true']);
    expect(again.data).toMatchObject({ order_id: placed.order_id, status: 'CANCELLED' });
    expect((await trader.refusal('placeOrder', order('old-1', '2'))).code).toBe('COMMAND_ID_REUSED');
    expect((await trader.refusal('placeOrder', order('old-2', '1000'))).code).toBe('INSUFFICIENT_FUNDS');
    const paidAgain = await admin.reply('deposit', deposit);
    expect([step, paidAgain.headers.get('idempotent-replayed')]).toEqual([step, 'true']);
    expect(paidAgain.data).toEqual(paid);
    const other = { ...deposit, body: { amount_usd: '8' } };
    expect((await admin.refusal('deposit', other)).code).toBe('COMMAND_ID_REUSED');
  }
  expect(await admin.ask('getBalances', { params: { account_id } })).toMatchObject({ total_usd: '107.000000' });
  const sent = await trader.ask('listOrders', {});
  const ids = sent.data.map(({ client_order_id }) => client_order_id!.replace(/^(aged|shorter)-.*/, '$1'));
  expect(ids.filter((id) => id !== 'aged').sort()).toEqual(['at-once', 'old-1', 'shorter', 'shorter']);
});

// kill -9 of the running server under load. What clients were told is kept outside and held against the log afterwards:
// nothing acknowledged is lost or doubled.

import { setTimeout as pause } from 'node:timers/promises';
import { ProblemReply, TokenbourseClient } from '@tokenbourse/protocol';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const KILLS = 3;
const CLIENTS = 8;
const LOAD_MS = 700;

interface Told {
  /** Order id by client order id, as it was answered. */
  readonly accepted: Map<string, string>;
  /** Refused for certain. */
  readonly refused: Set<string>;
  /** Sent; nobody answered. */
  readonly open: Set<string>;
}

/** Orders, one behind the other, until the server is gone. */
async function load(
  client: TokenbourseClient,
  contract_id: string,
  name: string,
  told: Told,
  ended: AbortSignal,
): Promise<void> {
  for (let i = 0; !ended.aborted; i++) {
    const client_order_id = `${name}-${i}`;
    const cents = 100 + (i % 50);
    const body = {
      contract_id,
      client_order_id,
      side: 'BUY' as const,
      quantity_mtok: '0.001',
      price_usd_per_mtok: `${(cents / 100).toFixed(2)}`,
    };
    told.open.add(client_order_id);
    try {
      const { order_id } = await client.call('placeOrder', { body });
      told.accepted.set(client_order_id, order_id);
      told.open.delete(client_order_id);
    } catch (error) {
      if (!(error instanceof ProblemReply)) return;
      if (error.problem.status !== 504) {
        told.refused.add(client_order_id);
        told.open.delete(client_order_id);
      }
    }
  }
}

interface LoggedRecord {
  readonly sequence: number;
  readonly identity: { readonly command: string; readonly command_id: string } | null;
  readonly events: readonly { readonly type: string; readonly order?: number; readonly contract?: number }[];
}

/** All orders in the log, by client order id. */
async function loggedOrders(admin: TokenbourseClient): Promise<Map<string, string[]>> {
  const lines = (await admin.call('readLog', {})).trimEnd().split('\n');
  const orders = new Map<string, string[]>();
  lines.forEach((line, i) => {
    const record = JSON.parse(line) as LoggedRecord;
    if (record.sequence !== i + 1) throw new Error(`record ${record.sequence} stands where ${i + 1} belongs`);
    if (record.identity?.command !== 'PlaceOrder') return;
    for (const event of record.events) {
      if (event.type !== 'OrderAccepted') continue;
      const id = record.identity.command_id;
      orders.set(id, [...(orders.get(id) ?? []), `ord_${event.contract}_${event.order}`]);
    }
  });
  return orders;
}

test('nothing acknowledged is lost or doubled', async () => {
  const folder = dataFolder();
  const told: Told = { accepted: new Map(), refused: new Set(), open: new Set() };
  const env = { TOKENBOURSE_RATE_LIMIT: '1000000' };
  let exchange = await ExchangeProcess.start(folder.path, { env });
  const [account] = (await exchange.client('trade').call('listAccounts', {})).data;
  await exchange.client('admin').call('deposit', {
    params: { account_id: account!.account_id },
    body: { amount_usd: '1000000' },
    idempotencyKey: 'start',
  });
  const open = await exchange
    .client('none')
    .call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } });
  const contract = open.data.at(-1)!.contract_id;

  for (let kill = 0; kill < KILLS; kill++) {
    const ended = new AbortController();
    const clients = Array.from({ length: CLIENTS }, (_, c) =>
      load(exchange.client('trade'), contract, `k${kill}c${c}`, told, ended.signal),
    );
    await pause(LOAD_MS + kill * 137);
    await exchange.kill();
    ended.abort();
    await Promise.all(clients);
    exchange = await ExchangeProcess.start(folder.path, { env });
    const logged = await loggedOrders(exchange.client('admin'));
    for (const [id, order] of told.accepted) expect([id, logged.get(id)]).toEqual([id, [order]]);
    for (const id of told.refused) expect([id, logged.get(id)]).toEqual([id, undefined]);
    for (const id of told.open) expect((logged.get(id) ?? []).length).toBeLessThanOrEqual(1);
    expect(logged.size).toBeLessThanOrEqual(told.accepted.size + told.open.size);
  }
  expect(told.accepted.size).toBeGreaterThan(50);

  // Sent again, each is answered with the order that it made, or makes one now, once.
  const trader = exchange.client('trade');
  const doubtful = [...told.open].slice(0, 20);
  const known = [...told.accepted].slice(0, 20);
  for (const [id, order] of known) {
    const { data } = await trader.call('listOrders', { query: { client_order_id: id } });
    expect(data.map(({ order_id }) => order_id)).toEqual([order]);
  }
  for (const id of doubtful) {
    const i = Number(id.slice(id.indexOf('-') + 1));
    const price_usd_per_mtok = `${((100 + (i % 50)) / 100).toFixed(2)}`;
    const body = {
      contract_id: contract,
      client_order_id: id,
      side: 'BUY' as const,
      quantity_mtok: '0.001',
      price_usd_per_mtok,
    };
    const first = await trader.call('placeOrder', { body });
    const second = await trader.reply('placeOrder', { body });
    expect(second.data.order_id).toBe(first.order_id);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  }
  expect(await exchange.stop()).toMatchObject({ code: 0 });
  folder.remove();
});

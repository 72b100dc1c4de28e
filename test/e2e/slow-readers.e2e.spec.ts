// Readers that ask and then take nothing: what the server keeps for them is bounded, those who read are answered meanwhile, and when
// the slow ones go or begin to read, all is as before.

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { TokenbourseClient } from '@tokenbourse/protocol';
import { MemoryWatch, residentBytes } from '../hostile/memory';
import { dataFolder, ExchangeProcess } from '../support/exchange-process';

const ORDERS = 600;
const READERS = 150;
/** Lists of about 300 kB that each of them asks for in one packet. */
const LISTS_PER_READER = 20;
const LOG_READERS = 40;
const MIB = 1_024 * 1_024;
/**
 * What they may add to the server's memory: 64 Mi characters of unread answers, once more while they are copied to the sockets, the
 * answers that are being made, and a heap that has not been swept yet. All that they ask for would be 900 MB and more.
 */
const GROWTH_MAX = 300 * MIB;

const folder = dataFolder();
let exchange: ExchangeProcess;
let trader: TokenbourseClient;
const sockets: Socket[] = [];

beforeAll(async () => {
  exchange = await ExchangeProcess.start(folder.path, { env: { TOKENBOURSE_RATE_LIMIT: '1000000' } });
  trader = exchange.client('trade');
  const [account] = (await trader.call('listAccounts', {})).data;
  const open = await trader.call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } });
  const params = { account_id: account!.account_id };
  await exchange.client('admin').call('deposit', { params, body: { amount_usd: '1000000' } });
  const body = {
    ...{ contract_id: open.data.at(-1)!.contract_id, side: 'BUY' as const },
    ...{ quantity_mtok: '1', price_usd_per_mtok: '1' },
  };
  for (let i = 0; i < ORDERS; i += 50) {
    await Promise.all(Array.from({ length: 50 }, () => trader.call('placeOrder', { body })));
  }
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await exchange?.stop();
  folder.remove();
});

/** A connection that asks so many times, and reads nothing of the answers. */
function asks(path: string, key: string, times: number): Socket {
  const { hostname, port } = new URL(exchange.url);
  const request = `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n\r\n`;
  const socket = connect(Number(port), hostname, () => socket.write(request.repeat(times)));
  socket.on('error', () => undefined);
  socket.pause();
  sockets.push(socket);
  return socket;
}

test('lists and log lines that nobody reads are not kept, and the exchange goes on', async () => {
  const before = await residentBytes(exchange.pid);
  const watch = new MemoryWatch(exchange.pid);
  const readers = Array.from({ length: READERS }, () =>
    asks('/v1/orders?limit=1000', exchange.key('trade'), LISTS_PER_READER),
  );
  for (let i = 0; i < LOG_READERS; i++) asks('/v1/log', exchange.key('admin'), 3);
  let answered = 0;
  for (let looks = 0; looks < 16; looks++) {
    await pause(250);
    // Small answers pass all the while.
    await trader.call('listTiers', {});
    answered += 1;
  }
  await watch.end();
  expect(answered).toBe(16);
  expect(watch.samples.length).toBeGreaterThan(5);
  process.stderr.write(`slow readers: ${Math.round((watch.peak - before) / MIB)} MiB more at most\n`);
  expect(watch.peak - before).toBeLessThan(GROWTH_MAX);

  // One that begins to read now gets its answers, each whole or refused in words.
  let text = '';
  const [late] = readers;
  late!.setEncoding('utf8').on('data', (part: string) => (text += part));
  late!.resume();
  for (let looks = 0; looks < 100 && (text.match(/HTTP\/1\.1 /g) ?? []).length < LISTS_PER_READER; looks++)
    await pause(100);
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
  expect(statuses).toHaveLength(LISTS_PER_READER);
  expect(statuses.filter((status) => status !== '200' && status !== '503')).toEqual([]);
  for (const refused of text.match(/HTTP\/1\.1 503 [^]*?\r\n\r\n/g) ?? []) expect(refused).toMatch(/retry-after: 1/i);
});

test('when they have gone, large lists are answered again', async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (let tries = 0; ; tries++) {
    try {
      const { data } = await trader.call('listOrders', { query: { limit: '1000' } });
      expect(data).toHaveLength(ORDERS);
      break;
    } catch (error) {
      if (tries === 50) throw error;
      await pause(100);
    }
  }
  const lines = await exchange.client('admin').call('readLog', { query: { limit: '5' } });
  expect(lines.trimEnd().split('\n')).toHaveLength(5);
});

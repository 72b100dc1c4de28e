// Roles beside each other on real brokers and a real read store: who publishes trades, what a new machine reads, what an API node
// waits for.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { marketTopics, TradesTopic } from '@tokenbourse/log-kafka';
import type { Ready } from '@tokenbourse/protocol';
import { TokenbourseClient } from '@tokenbourse/protocol';
import { sharedKafka } from '../../../../test/support/brokers/kafka';
import { sharedRedis } from '../../../../test/support/brokers/redis';
import { parseOptions } from '../options';
import { startRole } from '../providers';
import { startExchange, type RunningExchange } from '../running-exchange';
import type { RunningRole } from './running-role';

const KEY = 'the-first-admin-key';
const PATIENCE_MS = 30_000;
const market = `roles-${process.pid}`;
const topics = marketTopics(market);

let kafka: string[];
let redis: string;
let admin: Admin;
let parent: string;
const told: string[] = [];
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  [kafka, redis] = await Promise.all([sharedKafka(), sharedRedis()]);
  admin = new Kafka({ brokers: kafka, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  parent = mkdtempSync(path.join(tmpdir(), 'roles-'));
});

afterAll(async () => {
  for (const each of running.reverse()) await each.stop();
  await admin.disconnect();
  rmSync(parent, { recursive: true });
});

function optionsOf(role: string, data: string, ...more: readonly string[]) {
  const brokers = ['--kafka', kafka.join(), '--kafka-replication', '1'];
  const readStore = role === 'engine' ? [] : ['--redis', redis];
  const own = ['--role', role, '--data', path.join(parent, data), '--market', market, '--port', '0'];
  return parseOptions([...own, ...brokers, ...readStore, '--takeover-ms', '300', ...more], {
    TOKENBOURSE_ADMIN_KEY: role === 'api' ? KEY : '',
  });
}

const tell = (message: string): void => void told.push(message);

async function start(role: 'engine' | 'projector', data: string, ...more: readonly string[]): Promise<RunningRole> {
  const started = (await startRole(optionsOf(role, data, ...more), tell))!;
  running.push(started);
  return started;
}

async function startApi(): Promise<RunningExchange> {
  const started = await startExchange(optionsOf('api', 'api'), tell);
  running.push(started);
  return started;
}

async function stop(role: { stop(): Promise<void> }): Promise<void> {
  running.splice(running.indexOf(role), 1);
  await role.stop();
}

async function until<T>(what: string, found: () => Promise<T | undefined | false>): Promise<T> {
  for (const giveUpMs = performance.now() + PATIENCE_MS; performance.now() < giveUpMs; await pause(50)) {
    const is = await found();
    if (is !== undefined && is !== false) return is;
  }
  throw new Error(`${what}: not within ${PATIENCE_MS} ms\n${told.join('\n')}`);
}

const readyOf = async ({ url }: RunningRole): Promise<Ready> =>
  (await (await fetch(`${url}/v1/health/ready`)).json()) as Ready;

const publishers = async (projectors: readonly RunningRole[]): Promise<boolean[]> => {
  const all = await Promise.all(projectors.map(readyOf));
  return all.map(({ readers }) => readers.find(({ reader }) => reader === 'read store')!.reason === '');
};

/** A factory and a buyer. */
async function traders(client: TokenbourseClient) {
  const contracts = await until('contracts', async () => {
    const { data } = await client.call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } });
    return data.length > 0 && data;
  });
  const account = async (name: string, role: 'FACTORY' | 'CONSUMER'): Promise<string> => {
    const { participant_id } = await client.call('registerParticipant', { body: { name, role } });
    return (await client.call('openAccount', { body: { participant_id, name } })).account_id;
  };
  const [seller, buyer] = [await account('factory', 'FACTORY'), await account('buyer', 'CONSUMER')];
  await client.call('deposit', { params: { account_id: buyer }, body: { amount_usd: '5000' } });
  const costs = { power_usd_per_mwh: '50', equipment_usd_per_mwh: '900', facility_usd_per_mwh: '300' };
  const yields = [{ tier: 'HIGH', joules_per_mtok: 1_200_000 }];
  const kind = { name: 'factory', zone: 'USE', hardware: 'GB300 NVL72', power_mw: '10' };
  await client.call('registerFactory', { body: { account_id: seller, ...kind, yields, ...costs } });
  return { contract_id: contracts.at(-1)!.contract_id, seller, buyer };
}

type Traders = Awaited<ReturnType<typeof traders>>;
let orders = 0;

/** One trade each. */
async function trade(client: TokenbourseClient, { contract_id, seller, buyer }: Traders, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    for (const [account_id, side] of [
      [seller, 'SELL'],
      [buyer, 'BUY'],
    ] as const) {
      const terms = { contract_id, quantity_mtok: '1', price_usd_per_mtok: '2' };
      await client.call('placeOrder', { body: { ...terms, account_id, side, client_order_id: `o-${++orders}` } });
    }
  }
}

const endOf = async (topic: string): Promise<number> => Number((await admin.fetchTopicOffsets(topic))[0]!.high);

test('one market in its roles, one after another', async () => {
  const engine = await start('engine', 'first', '--snapshot-records', '20');
  // By then the log has records of a market that nobody has opened yet.
  await until('an idle engine asks itself', async () => (await readyOf(engine)).writer.seq > 0);
  const projectors = [await start('projector', 'shared'), await start('projector', 'shared')];
  expect(readdirSync(path.join(parent, 'shared', market)).sort()).toEqual(['projector-1', 'projector-2']);
  const api = await startApi();
  const client = new TokenbourseClient(api.url, KEY);
  const who = await traders(client);

  // Of two projectors one publishes; when it ends the other goes on behind it.
  await trade(client, who, 5);
  await until('five trades', async () => (await endOf(topics.trades)) >= 5);
  await stop(projectors[0]!);
  await trade(client, who, 5);
  await until('ten trades', async () => (await endOf(topics.trades)) >= 10);
  expect(await publishers(projectors.slice(1))).toEqual([true]);
  expect(await endOf(topics.trades)).toBe(10);
  const published = new TradesTopic({ brokers: kafka }, topics.trades, market);
  expect(await published.last()).toBeDefined();
  published.close();

  // An order with an id is taken while no projector runs.
  await stop(projectors[1]!);
  await trade(client, who, 1);
  const { writer, readers } = await client.call('getReady', {});
  expect(readers[0]!.as_of_seq).toBeLessThan(writer.seq);

  // A projector that comes back goes on from what it had saved, and publishes what was traded meanwhile.
  const projector = await start('projector', 'shared');
  await until('the projector', async () => (await readyOf(projector)).status === 'READY');
  await until('eleven trades', async () => (await endOf(topics.trades)) >= 11);
  expect(told).toContainEqual(expect.stringMatching(/the read models go on from record \d+ .*projector-1/));

  // The log's records are found wherever they stand, by however many readers, also by those who leave.
  for (let reader = 0; reader < 40; reader++) {
    const leaving = new AbortController();
    const headers = { Authorization: `Bearer ${KEY}` };
    const response = await fetch(`${api.url}/v1/log?from_seq=3&limit=100`, { headers, signal: leaving.signal });
    expect(response.status).toBe(200);
    if (reader % 2 === 1) leaving.abort();
    else expect((await response.text()).split('\n')[0]).toContain('"sequence":3,');
  }

  // A new machine has the brokers alone, and of the log what stands behind the snapshot that the first engine left there as it stopped.
  await stop(engine);
  // Of its last record: an idle engine writes some, too.
  const given = told.flatMap(
    (message) => /^snapshot of record (\d+) was given to the brokers$/.exec(message)?.[1] ?? [],
  );
  const seq = Number(given.at(-1));
  expect(seq).toBeGreaterThan(0);
  await until('all is stored', async () => (await client.call('getReady', {})).readers[0]!.as_of_seq >= seq);
  const partitions = [{ partition: 0, offset: String(await endOf(topics.events)) }];
  await admin.deleteTopicRecords({ topic: topics.events, partitions });
  const other = await start('engine', 'second', '--snapshot-records', '20');
  await until('the other follows', async () => (await readyOf(other)).status === 'READY');
  expect(told).toContain(`snapshot of record ${seq} came from the brokers`);
  const before = told.length;
  await trade(client, who, 1);
  expect((await readyOf(other)).writer.state).toBe('WRITING');
  expect(told.slice(before).filter((message) => message.includes('began again'))).toEqual([]);

  // So does an API node, with the read store.
  const second = await startApi();
  await trade(new TokenbourseClient(second.url, KEY), who, 1);
  await until('thirteen trades', async () => (await endOf(topics.trades)) >= 13);
  expect(await endOf(topics.trades)).toBe(13);
}, 120_000);

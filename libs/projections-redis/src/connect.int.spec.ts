// Real Redis behind a password, TLS, users with few rights, in a cluster, and set so that it is no read store.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { MemoryEventLog } from '@tokenbourse/log';
import { InProcessReadModels } from '@tokenbourse/projections';
import { temporaryFolders } from '../../log-lmdb/src/temporary-folder';
import { startOwnRedis, type OwnRedis, type OwnRedisOptions } from '../../../test/support/brokers/redis';
import { appendRecords } from '../../projections/src/testing/frames';
import { randomMarket } from '../../projections/src/testing/random-market';
import { connectRedis, type RedisConnection } from './connect';
import { RedisProjector } from './redis-projector';
import { RedisReadModels } from './redis-read-models';
import { differences, everyQuestion } from './testing/questions';

const MARKET = 'connect';
const PASSWORD = 'open:sesame@7 %';
const temporaryFolder = temporaryFolders();
const script = randomMarket(3, 150);

let started: OwnRedis[];
let connections: ReturnType<typeof connectRedis>[];
let projectors: RedisProjector[];
let told: string[];

beforeEach(() => ([started, connections, projectors, told] = [[], [], [], []]));
afterEach(async () => {
  await Promise.all(projectors.map((projector) => projector.stop(0, 100)));
  for (const redis of connections) redis.disconnect();
  for (const redis of started) await redis.stop();
});

async function start(options: OwnRedisOptions): Promise<OwnRedis> {
  const redis = await startOwnRedis(options);
  started.push(redis);
  return redis;
}

function connect(connection: RedisConnection): ReturnType<typeof connectRedis> {
  const redis = connectRedis(connection);
  connections.push(redis);
  return redis;
}

async function project(connection: RedisConnection): Promise<RedisProjector> {
  const log = new MemoryEventLog();
  await appendRecords(log, script.records, 5);
  const onEvent = (message: string): void => void told.push(message);
  const projector = new RedisProjector({ redis: connect(connection), market: MARKET, log, onEvent });
  projectors.push(projector);
  void projector.run();
  return projector;
}

const read = (connection: RedisConnection): RedisReadModels =>
  new RedisReadModels({ redis: connect(connection), market: MARKET });

async function untilReady(models: RedisReadModels): Promise<void> {
  for (let looks = 0; looks < 3_000; looks++) {
    const { ready, as_of_seq } = await models.status();
    if (ready && as_of_seq === script.sequence) return;
    await pause(5);
  }
  throw new Error(`not ready: ${JSON.stringify([await models.status(), told])}`);
}

async function untilTold(expected: RegExp): Promise<void> {
  for (let looks = 0; looks < 3_000 && !told.some((message) => expected.test(message)); looks++) await pause(5);
  expect(told.join('\n')).toMatch(expected);
}

/** What is written by way of `connection` is read by way of it, and right. */
async function assertWorks(connection: RedisConnection): Promise<void> {
  await project(connection);
  const models = read(connection);
  await untilReady(models);
  const rebuilt = new InProcessReadModels();
  for (const record of script.records) rebuilt.apply(record);
  const asked = everyQuestion(script).filter((_, at) => at % 7 === 0);
  expect((await differences(rebuilt, models, asked, 0)).slice(0, 2)).toEqual([]);
}

test('a password and TLS: in the URL or beside it, with the authorities of a file', async () => {
  const own = await start({ password: PASSWORD, tls: true });
  const caFile = join(temporaryFolder(), 'ca.pem');
  writeFileSync(caFile, own.ca!);
  const bare = `rediss://127.0.0.1:${own.port}`;
  await assertWorks({ url: own.url, caFile });
  expect(await connect({ url: bare, password: PASSWORD, caFile }).ping()).toBe('PONG');
  const wrong = bare.replace('//', '//:wrong@');
  expect(await connect({ url: wrong, password: PASSWORD, caFile }).ping()).toBe('PONG');
  const reason = async (connection: RedisConnection): Promise<string> => (await read(connection).status()).reason;
  expect(await reason({ url: bare, caFile })).toMatch(/does not answer: NOAUTH/);
  expect(await reason({ url: wrong, caFile })).toMatch(/does not answer: (WRONGPASS|NOAUTH)/);
  expect(await reason({ url: own.url })).toMatch(/self-signed certificate/);
  expect(await reason({ url: own.url.replace('rediss', 'redis') })).toMatch(/does not answer/);
});

test('a user who may do no more than is needed', async () => {
  const rights = ['~tokenbourse:*', '+@read', '+@write', '+@scripting', '+@connection', '+info'];
  const own = await start({ args: ['--user', 'market', 'on', '>secret', ...rights] });
  await assertWorks({ url: `redis://market:secret@127.0.0.1:${own.port}` });
});

test('a cluster of two nodes; one of them alone is told', async () => {
  const cluster = ['--cluster-enabled', 'yes'];
  const nodes = [await start({ args: cluster }), await start({ args: cluster })];
  const admins = nodes.map(({ url }) => new Redis(url));
  await admins[0].cluster('ADDSLOTSRANGE', 0, 8_191);
  await admins[1].cluster('ADDSLOTSRANGE', 8_192, 16_383);
  await admins[0].cluster('MEET', '127.0.0.1', nodes[1].port);
  for (const admin of admins) {
    while (!(await admin.cluster('INFO')).includes('cluster_state:ok')) await pause(50);
    admin.disconnect();
  }
  await assertWorks({ url: nodes.map(({ url }) => url).join(',') });
  const alone = await project({ url: nodes[0].url });
  await untilTold(/no read store: it is a node of a cluster/);
  expect(await alone.status()).toMatchObject({ state: 'AWAY', told: expect.stringMatching('a node of a cluster') });
});

test('one that would forget read models is not used, and is used when that is mended', async () => {
  const own = await start({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] });
  const projector = await project({ url: own.url });
  const models = read({ url: own.url });
  await untilTold(/its maxmemory-policy is allkeys-lru, .* set noeviction/);
  expect((await projector.status()).state).toBe('AWAY');
  expect(await models.status()).toMatchObject({ ready: false, reason: expect.stringMatching('set noeviction') });
  const admin = connect({ url: own.url }) as Redis;
  await admin.config('SET', 'maxmemory-policy', 'noeviction');
  await untilReady(models);
  // It may have forgotten some of it meanwhile.
  await admin.config('SET', 'maxmemory-policy', 'allkeys-random');
  admin.disconnect();
  for (let looks = 0; looks < 3_000 && (await models.status()).ready; looks++) await pause(10);
  expect((await models.status()).reason).toMatch('its maxmemory-policy is allkeys-random');
});

test('an address that is none is told without its password', () => {
  const right = 'a Redis address is redis://HOST:PORT, or rediss://HOST:PORT for TLS';
  expect(() => connectRedis({ url: 'localhost:6379' })).toThrow(right);
  expect(() => connectRedis({ url: 'http://u:secret@localhost' })).toThrow(right);
  expect(() => connectRedis({ url: 'redis://localhost/first' })).toThrow('not "/first"');
});

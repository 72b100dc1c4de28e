// The read store under faults: whatever happens to projectors or to Redis, readers get right answers or a reason, and all recovers by itself.

import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { HOUR_US } from '@tokenbourse/domain';
import { MemoryEventLog } from '@tokenbourse/log';
import { DEFAULT_RETENTION, InProcessReadModels, type Retention } from '@tokenbourse/projections';
import { startOwnRedis, type OwnRedis } from '../../../test/support/brokers/redis';
import { appendRecords } from '../../projections/src/testing/frames';
import type { MarketScript } from '../../projections/src/testing/market-script';
import { randomIntegers, randomMarket } from '../../projections/src/testing/random-market';
import { connectRedis } from './connect';
import { RedisProjector } from './redis-projector';
import { RedisReadModels } from './redis-read-models';
import { differences, everyQuestion } from './testing/questions';

const MARKET = 'faults';

let own: OwnRedis;
let readers: RedisReadModels;
let log: MemoryEventLog;
let script: MarketScript;
let connections: ReturnType<typeof connectRedis>[];
let projectors: RedisProjector[];
let appended: number;
let told: string[];

const connect = (): ReturnType<typeof connectRedis> => {
  const redis = connectRedis({ url: own.url });
  connections.push(redis);
  return redis;
};

function project(retention?: Retention): { redis: ReturnType<typeof connectRedis>; projector: RedisProjector } {
  const redis = connect();
  const onEvent = (message: string): void => void told.push(message);
  const projector = new RedisProjector({ redis, market: MARKET, log, retention, onEvent });
  projectors.push(projector);
  void projector.run();
  return { redis, projector };
}

beforeEach(async () => {
  own = await startOwnRedis();
  [connections, projectors, told, appended] = [[], [], [], 0];
  log = new MemoryEventLog();
  script = randomMarket(11, 600);
  readers = new RedisReadModels({ redis: connect(), market: MARKET });
});
afterEach(async () => {
  await Promise.all(projectors.map((projector) => projector.stop(0, 100)));
  await log.close();
  for (const redis of connections) redis.disconnect();
  await own.stop();
});

/** The next `count` records of the script, one frame at a time, with time between for batches to be written. */
async function happen(count: number): Promise<void> {
  const end = Math.min(appended + count, script.records.length);
  for (; appended < end; appended += 3) {
    await appendRecords(log, script.records.slice(appended, Math.min(appended + 3, end)));
    await pause(1);
  }
  appended = end;
}

async function ready(): Promise<void> {
  for (let i = 0; i < 3_000; i++) {
    const { ready, as_of_seq } = await readers.status();
    if (ready && as_of_seq === appended) return;
    await pause(5);
  }
  throw new Error(`not ready: ${JSON.stringify([await readers.status(), appended, told])}`);
}

/** All that is asked is answered as by models that were made from the log's first record. */
async function assertRight(models = readers, retention = DEFAULT_RETENTION): Promise<void> {
  await ready();
  const rebuilt = new InProcessReadModels(retention);
  for (const record of script.records.slice(0, appended)) rebuilt.apply(record);
  const [all, random] = [everyQuestion(script), randomIntegers(appended)];
  const asked = Array.from({ length: 400 }, () => all[random(all.length)]);
  expect((await differences(rebuilt, models, asked, 1)).slice(0, 2)).toEqual([]);
}

/** Watches that the position never goes back. */
function watch(): () => Promise<void> {
  let [last, isOver] = [0, false];
  const watching = (async () => {
    while (!isOver) {
      const { ready, as_of_seq } = await readers.status();
      if (ready && as_of_seq < last) throw new Error(`the read store went back from ${last} to ${as_of_seq}`);
      if (ready) last = as_of_seq;
      await pause(2);
    }
  })();
  return async () => {
    isOver = true;
    await watching;
  };
}

test('a projector that is gone from one moment to the next is followed up by the one that stands by, again and again', async () => {
  const stopWatching = watch();
  let active = project();
  for (let round = 0; round < 3; round++) {
    const standby = project();
    await happen(120);
    active.redis.disconnect(); // nothing more is heard of it
    await happen(60);
    await assertRight();
    active = standby;
  }
  await stopWatching();
}, 60_000);

test('two projectors at once count each record once', async () => {
  const both = [project(), project()];
  const stopWatching = watch();
  let takenOver = 0;
  for (let i = 0; i < 4; i++) {
    await happen(80);
    await ready();
    // What Redis answers to the one that writes is late, so that the other takes over and both believe that it is theirs to write.
    const status = await Promise.all(both.map(({ projector }) => projector.status()));
    const writing = status.findIndex(({ state }) => state === 'WRITING');
    if (writing < 0) continue;
    const { stream } = both[writing].redis as Redis;
    stream.pause();
    await happen(20);
    await pause(1_300);
    await happen(20);
    stream.resume();
    takenOver += 1;
  }
  expect(takenOver).toBeGreaterThan(1);
  await assertRight();
  await stopWatching();
}, 60_000);

test('a Redis that is flushed is written anew, by the projector that runs', async () => {
  project();
  const flusher = connect();
  for (let round = 0; round < 4; round++) {
    await happen(100);
    await flusher.flushall();
    await happen(20);
    await assertRight();
  }
  expect(told.filter((message) => message.includes('is empty')).length).toBeGreaterThan(1);
}, 60_000);

test('a Redis that is killed and comes back empty: a reason meanwhile, then all is right', async () => {
  project();
  await happen(150);
  await assertRight();
  await own.signal('SIGKILL');
  await happen(50);
  const { ready: isReady, reason } = await readers.status();
  expect(isReady).toBe(false);
  expect(reason).toMatch(/read store does not answer/);
  await expect(readers.totals()).rejects.toMatchObject({ code: 'NOT_READY' });
  await own.start();
  await assertRight();
}, 60_000);

test('a Redis that stands still for a while is gone on with', async () => {
  project();
  await happen(60);
  await ready();
  await own.signal('SIGSTOP');
  await happen(200);
  await own.signal('SIGCONT');
  await assertRight();
}, 60_000);

/** No more memory than is used now, or as much as there is. */
async function setFull(admin: Redis, isFull: boolean): Promise<void> {
  await admin.config('SET', 'maxmemory', isFull ? '1' : '0');
}

const tellsFull = async (): Promise<void> => {
  while (!told.some((message) => message.startsWith("the read store can't be written: OOM"))) await pause(5);
};

test('a full Redis is told, is read meanwhile as it stands, and is gone on with when there is room', async () => {
  project();
  await happen(120);
  await ready();
  const admin = connect() as Redis;
  await setFull(admin, true);
  const before = appended;
  await happen(200);
  await tellsFull();
  expect(await readers.status()).toMatchObject({ ready: true, as_of_seq: before });
  await readers.totals();
  await setFull(admin, false);
  await assertRight();
  expect(told.filter((message) => message.includes('written anew')).length).toBe(1); // when it began
}, 60_000);

test('what a builder that was killed has left is dropped before a store is written anew: there may be room for one', async () => {
  await happen(200);
  const admin = connect() as Redis;
  const left = `tokenbourse:{${MARKET}}:0123456789ab:trades:1`;
  await admin.rpush(left, 'x'.repeat(100_000));
  await setFull(admin, true);
  project();
  await tellsFull();
  while ((await admin.exists(left)) === 1) await pause(5);
  await setFull(admin, false);
  await assertRight();
}, 60_000);

test('a store that holds another log is written anew', async () => {
  const foreign = new MemoryEventLog();
  const other = randomMarket(12, 900);
  await appendRecords(foreign, other.records);
  const before = new RedisProjector({ redis: connect(), market: MARKET, log: foreign });
  void before.run();
  while ((await readers.status()).as_of_seq !== other.sequence) await pause(5);
  await before.stop(other.sequence);
  await happen(100);
  project();
  await assertRight();
}, 60_000);

test('what retention drops is gone from Redis', async () => {
  const retention: Retention = {
    ...DEFAULT_RETENTION,
    settled_contract_us: HOUR_US / 8,
    settled_contracts: 1,
    trades_of_market: 10,
    fills_per_account: 7,
    ledger_entries_per_account: 6,
    rejected_orders: 2,
  };
  project(retention);
  const models = new RedisReadModels({ redis: connect(), market: MARKET, retention });
  readers = models;
  await happen(script.records.length);
  await assertRight(models, retention);
  const redis = connect();
  const prefix = `tokenbourse:{${MARKET}}:`;
  const generation = await redis.hget(`${prefix}meta`, 'generation');
  const keys = (await redis.keys(`${prefix}${generation}:*`)).map((key) => key.slice(prefix.length + 13));
  const folded = new InProcessReadModels(retention);
  for (const record of script.records) folded.apply(record);
  const kept = Array.from(folded.folded.orders.contracts(), ({ contract }) => contract);
  const withOrders = keys.flatMap((key) => (key.startsWith('orders:') ? [Number(key.slice(7))] : []));
  expect(withOrders.filter((contract) => !kept.includes(contract))).toEqual([]);
  expect(kept.length).toBeLessThan(
    script.records.flatMap(({ events }) => events).filter(({ type }) => type === 'ContractListed').length,
  );
  expect(await redis.llen(`${prefix}${generation}:trades:0`)).toBe(10);
  for (const key of keys.filter((key) => /^fills:\d/.test(key))) {
    expect(await redis.llen(`${prefix}${generation}:${key}`)).toBeLessThanOrEqual(7);
  }
  expect(await redis.hlen(`${prefix}${generation}:rejected_orders`)).toBeLessThanOrEqual(2);
}, 60_000);

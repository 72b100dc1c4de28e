// What Redis answers is what the models in memory answer at the same position, byte for byte.

import fc from 'fast-check';
import { MemoryEventLog } from '@tokenbourse/log';
import type { Redis } from 'ioredis';
import {
  DEFAULT_RETENTION,
  InProcessReadModels,
  createModels,
  type ReadModels,
  type Retention,
} from '@tokenbourse/projections';
import { HOUR_US } from '@tokenbourse/domain';
import { sharedRedis, startOwnRedis } from '../../../test/support/brokers/redis';
import { runs } from '../../../test/support/runs';
import { appendRecords } from '../../projections/src/testing/frames';
import { randomIntegers, randomMarket } from '../../projections/src/testing/random-market';
import { connectRedis } from './connect';
import { FOLD_ONLY, GROUPS, HASHES, OWN_FORM, RINGS } from './layout';
import { RedisProjector } from './redis-projector';
import { RedisReadModels } from './redis-read-models';
import { differences, everyQuestion, unasked } from './testing/questions';

let redis: ReturnType<typeof connectRedis>;
beforeAll(async () => (redis = connectRedis({ url: await sharedRedis() })));
afterAll(() => redis.disconnect());

/** Asked at each position, out of thousands. */
const QUESTIONS = 500;

let markets = 0;
const newMarket = (): string => `same-${process.pid}-${++markets}`;

/** So little that everything is dropped, rolled up and forgotten within a short history. */
const SMALL: Retention = {
  ...DEFAULT_RETENTION,
  settled_contract_us: HOUR_US / 8,
  settled_contracts: 2,
  trades_per_contract: 5,
  trades_of_market: 12,
  fills_per_account: 9,
  ledger_entries_per_account: 11,
  candles: { '1s': 5, '1m': 4, '5m': 3, '15m': 2, '1h': 2, '1d': 1 },
  rejected_orders: 3,
  rejected_cash_movements: 2,
  command_outcomes: 4,
  split_contracts: 3,
};

test('every collection of the models has its place, or is for the fold only', () => {
  const placed = [...Object.values(GROUPS).flat(), ...RINGS, ...HASHES, ...OWN_FORM, ...FOLD_ONLY];
  const all = Object.values(createModels(DEFAULT_RETENTION)).flatMap(({ collections }) =>
    collections.map(({ name }) => name),
  );
  expect([...placed].sort()).toEqual(all.sort());
});

test('every question is asked', () => {
  expect(unasked(everyQuestion(randomMarket(1, 50)))).toEqual([]);
});

test('each question of a market gets the same answer', async () => {
  const market = newMarket();
  const log = new MemoryEventLog();
  const script = randomMarket(7, 200);
  const projector = new RedisProjector({ redis, market, log });
  void projector.run();
  await appendRecords(log, script.records, 5);
  const inMemory = new InProcessReadModels();
  for (const record of script.records) inMemory.apply(record);
  const inRedis = new RedisReadModels({ redis, market });
  await written(inRedis, script.sequence);
  const found = await differences(inMemory, inRedis, everyQuestion(script), 0);
  expect(found.slice(0, 3)).toEqual([]);
  await projector.stop(script.sequence);
});

describe.each([
  ['all is kept', DEFAULT_RETENTION],
  ['little is kept', SMALL],
])('%s', (_, retention) => {
  test('each question gets the same answer, after batches of any size', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 10, max: 400 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (seed, steps, perFrame, parts) => {
        const script = randomMarket(seed, steps);
        const market = newMarket();
        const log = new MemoryEventLog();
        const projector = new RedisProjector({ redis, market, log, retention });
        const running = projector.run();
        const inRedis = new RedisReadModels({ redis, market, retention });
        const inMemory = new InProcessReadModels(retention);
        const all = everyQuestion(script);
        const random = randomIntegers(seed);
        const size = Math.ceil(script.records.length / parts);
        for (let from = 0; from < script.records.length; from += size) {
          const records = script.records.slice(from, from + size);
          await appendRecords(log, records, perFrame);
          for (const record of records) inMemory.apply(record);
          await written(inRedis, inMemory.store.sequence);
          const asked = Array.from({ length: QUESTIONS }, () => all[random(all.length)]);
          expect((await differences(inMemory, inRedis, asked)).slice(0, 3)).toEqual([]);
        }
        expect(await projector.stop(script.sequence)).toBe(true);
        await running;
        await log.close();
      },
    );
    await fc.assert(property, { numRuns: runs(6), endOnFailure: true });
  }, 120_000);
});

async function written(models: RedisReadModels, sequence: number): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    const { ready, as_of_seq } = await models.status();
    if (ready && as_of_seq >= sequence) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`record ${sequence} was not written: ${JSON.stringify(await models.status())}`);
}

test('milestones lead into the log', async () => {
  const market = newMarket();
  const log = new MemoryEventLog();
  const script = randomMarket(7, 100);
  await appendRecords(log, script.records, 5);
  const projector = new RedisProjector({ redis, market, log });
  void projector.run();
  const models = new RedisReadModels({ redis, market });
  await written(models, script.sequence);
  const position = (await models.milestone(script.sequence))!;
  let next = 0;
  for await (const { frame } of log.read(position, { limit: 1 })) next = frame.firstSequence;
  expect(next).toBe(position.sequence + 1);
  expect((await models.milestone(0))?.place).toBe(0);
  await projector.stop(script.sequence);
});

test('questions that come together go to Redis together, and each gets its own answer', async () => {
  const own = await startOwnRedis();
  const redis = connectRedis({ url: own.url }) as Redis;
  try {
    const log = new MemoryEventLog();
    const script = randomMarket(7, 300);
    await appendRecords(log, script.records, 5);
    const projector = new RedisProjector({ redis, market: 'together', log });
    const running = projector.run();
    const models = new RedisReadModels({ redis, market: 'together' });
    await written(models, script.sequence);
    await projector.stop(script.sequence);
    await running;
    const inMemory = new InProcessReadModels();
    for (const record of script.records) inMemory.apply(record);
    inMemory.setNotReady('');
    const asked = script.records.flatMap(({ identity }) => (identity?.command === 'PlaceOrder' ? [identity] : []));
    const ask = (of: ReadModels) =>
      Promise.all(
        asked.map(({ account, contract, command_id }, i) =>
          of.ordersByClientId(account, i % 2 === 0 ? command_id : `unused-${i}`, { contract }),
        ),
      );
    await redis.config('RESETSTAT');
    const answers = await ask(models);
    const calls = Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1]);
    expect(answers).toEqual(await ask(inMemory));
    expect(asked.length).toBeGreaterThan(100);
    expect(calls).toBeLessThan(10);
  } finally {
    redis.disconnect();
    await own.stop();
  }
});

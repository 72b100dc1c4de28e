// The projector in its own thread, over an embedded log: answers by message, wakes, saves, and starts again.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { InProcessReadModels, READ_QUERIES, WorkerReadModels, contentDigest } from '@tokenbourse/projections';
import { appendRecords } from '../../libs/projections/src/testing/frames';
import { randomMarket } from '../../libs/projections/src/testing/random-market';
import type { MarketScript } from '../../libs/projections/src/testing/market-script';
import { compiled } from '../support/compiled';

let folder: string;
let log: LmdbEventLog;
let script: MarketScript;
const threads: WorkerReadModels[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'projector-'));
  log = await LmdbEventLog.open(join(folder, 'data'), { market: 'main' });
  script = randomMarket(21, 200);
  await appendRecords(log, script.records);
});

afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.stop(0);
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(events: string[] = [], opener = compiled('apps/exchange/src/open-log-reader')): WorkerReadModels {
  const thread = new WorkerReadModels({
    workerFile: compiled('libs/projections/src/projector.worker'),
    opener,
    openerOptions: { folder: join(folder, 'data'), market: 'main' },
    folder: join(folder, 'models'),
    onEvent: (message) => events.push(message),
  });
  threads.push(thread);
  return thread;
}

async function ready(thread: WorkerReadModels): Promise<void> {
  while (!(await thread.status()).ready) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('the projector’s thread', () => {
  it('gives the answers of the read models in process', async () => {
    const thread = start();
    await ready(thread);
    const here = new InProcessReadModels();
    for (const record of script.records) here.apply(record);
    expect(await thread.market()).toEqual(await here.market());
    expect(await thread.prices()).toEqual(await here.prices());
    expect(await thread.contracts({ limit: 3 })).toEqual(await here.contracts({ limit: 3 }));
    expect(await thread.ledger(4, { limit: 5 })).toEqual(await here.ledger(4, { limit: 5 }));
    expect(await thread.valueSplit({ group_by: 'contract' })).toEqual(await here.valueSplit({ group_by: 'contract' }));
    expect(await thread.candleColumns({ tier: 3, interval: '1m' })).toEqual(
      await here.candleColumns({ tier: 3, interval: '1m' }),
    );
  });

  it('offers every question', () => {
    const thread = start();
    const here = new InProcessReadModels();
    for (const query of READ_QUERIES) {
      expect([query, typeof thread[query], typeof here[query]]).toEqual([query, 'function', 'function']);
    }
  });

  it('shows an appended record to who waits for it, once woken', async () => {
    const thread = start();
    await ready(thread);
    const waiting = thread.balance(5, { min_seq: script.sequence + 1, timeout_ms: 5_000 });
    script.deposit(5, 77);
    await appendRecords(log, script.records.slice(-1));
    thread.wake();
    expect((await waiting).as_of_seq).toBe(script.sequence);
  });

  it('names what a question got wrong, and what took too long', async () => {
    const thread = start();
    await ready(thread);
    await expect(thread.orders(4, { cursor: 'tomorrow' })).rejects.toMatchObject({
      name: 'ReadError',
      code: 'INVALID_REQUEST',
      field: 'cursor',
    });
    await expect(thread.totals({ min_seq: 1_000_000, timeout_ms: 20 })).rejects.toMatchObject({ code: 'READ_TIMEOUT' });
  });

  it('takes no more questions than can wait, and says so at once', async () => {
    const thread = start();
    await ready(thread);
    const asked = Array.from({ length: 5_000 }, () => thread.totals().catch((error: unknown) => error));
    expect((await thread.status()).ready).toBe(true);
    const refused = (await Promise.all(asked)).filter((answer) => answer instanceof Error);
    expect(refused.length).toBeGreaterThanOrEqual(5_000 - 4_096);
    expect(refused[0]).toMatchObject({ code: 'NOT_READY', message: expect.stringContaining('questions wait already') });
    expect((await thread.totals()).as_of_seq).toBe(script.sequence);
  });

  it('saves when it stops, and goes on from there', async () => {
    const thread = start();
    expect(await thread.stop(script.sequence)).toBe(true);
    expect(readdirSync(join(folder, 'models'))).toHaveLength(1);
    await expect(thread.totals()).rejects.toMatchObject({ code: 'NOT_READY' });
    expect(await thread.status()).toMatchObject({ ready: false, reason: 'they were stopped' });
    const events: string[] = [];
    const again = start(events);
    await ready(again);
    expect(events).toEqual([expect.stringContaining(`go on from record ${script.sequence}`)]);
    expect((await again.status()).as_of_seq).toBe(script.sequence);
  });

  it('is not ready when its thread dies, and comes back by itself', async () => {
    const events: string[] = [];
    const thread = start(events, join(folder, 'no-such-module.js'));
    await expect(thread.totals({ min_seq: 1 })).rejects.toMatchObject({ code: 'NOT_READY' });
    expect(await thread.status()).toMatchObject({
      ready: false,
      reason: expect.stringMatching(/no-such-module/) as string,
    });
    expect(events[0]).toMatch(/no-such-module.* it is started again in 500 ms/s);
  });
});

it('equal documents have equal digests, whatever their order', () => {
  const here = new InProcessReadModels();
  const there = new InProcessReadModels();
  for (const record of randomMarket(22, 50).records) here.apply(record);
  for (const document of [...here.store.documents()].reverse()) there.store.restore(document);
  there.store.resume(here.store.sequence, here.store.atUs);
  expect(contentDigest(there.store)).toBe(contentDigest(here.store));
  there.apply({
    sequence: here.store.sequence + 1,
    at_us: here.store.atUs,
    cause: 'DUE',
    cause_sequence: 0,
    identity: null,
    events: [{ type: 'ZoneAdded', zone: 9, name: 'NEW' }],
  });
  expect(contentDigest(there.store)).not.toBe(contentDigest(here.store));
});

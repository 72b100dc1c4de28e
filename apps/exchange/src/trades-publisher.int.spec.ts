// Publishers of two projectors on one topic: who writes the read store publishes, what he has stored and no more, and the other goes on
// behind it; one that can't publish says so.

import { setTimeout as pause } from 'node:timers/promises';
import { MemoryEventLog } from '@tokenbourse/log';
import { ensureTopics, marketTopics, TradesTopic } from '@tokenbourse/log-kafka';
import type { WriterStatus } from '@tokenbourse/projections-redis';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { appendRecords } from '../../../libs/projections/src/testing/frames';
import { MarketScript, START_US } from '../../../libs/projections/src/testing/market-script';
import { withAdmin } from '../../../libs/log-kafka/src/test-topic.fixture';
import { TradesPublisher } from './trades-publisher';

type Store = { -readonly [F in 'state' | 'own_sequence']: WriterStatus[F] };

const script = new MarketScript().open().factory(1).account(2).deposit(2, 1e12);
const [contract] = script.window([1], START_US + 3_600_000_000);
/** The record of each trade. */
const traded = Array.from({ length: 6 }, () => {
  const offer = script.place(contract!, 1, 'SELL', 5, 1);
  script.take([[offer, 1]], 2, 1);
  return script.sequence;
});

const publishers: TradesPublisher[] = [];
afterEach(async () => {
  for (const publisher of publishers.splice(0)) await publisher.stop();
});

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const giveUpMs = performance.now() + 30_000; !(await isSo()); await pause(20)) {
    if (performance.now() > giveUpMs) throw new Error('it never came to that');
  }
}

test('what the writer has stored is published by him, the rest by whoever follows him', async () => {
  const brokers = await sharedKafka();
  const market = `publishers-${process.pid}`;
  await ensureTopics({ brokers }, market, { replication: 1, commandsKeptMs: 86_400_000 });
  const { trades } = marketTopics(market);
  const log = new MemoryEventLog();
  await appendRecords(log, script.records, 1);
  const start = (store: Store): Store => {
    const publisher = new TradesPublisher(
      log,
      new TradesTopic({ brokers }, trades, market),
      () => store,
      () => undefined,
    );
    publisher.start();
    publishers.push(publisher);
    return store;
  };
  const end = async (): Promise<number> =>
    Number((await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(trades)))[0]!.high);
  const first = start({ state: 'WRITING', own_sequence: traded[2]! });
  // It takes itself for the writer, and has stored nothing.
  const second = start({ state: 'WRITING', own_sequence: -1 });
  start({ state: 'STANDING_BY', own_sequence: script.sequence });
  await until(async () => (await end()) >= 3);
  // Each has looked at the next frame by now, or will not.
  await pause(300);
  expect(await end()).toBe(3);
  first.state = 'STANDING_BY';
  await until(() => publishers[0]!.status().as_of_seq === undefined);
  second.state = 'STANDING_BY';
  await until(() => publishers[1]!.status().as_of_seq === undefined);
  second.own_sequence = script.sequence;
  second.state = 'WRITING';
  await until(async () => (await end()) >= 6);
  await until(() => publishers[1]!.status().as_of_seq === script.sequence);
  expect(await end()).toBe(6);
});

test('one that reaches no broker is not ready, and says why', async () => {
  const told: string[] = [];
  const topic = new TradesTopic({ brokers: ['127.0.0.1:1'] }, 'trades', 'main');
  const store = { state: 'WRITING', own_sequence: 9 } as const;
  const publisher = new TradesPublisher(
    new MemoryEventLog(),
    topic,
    () => store,
    (message) => told.push(message),
  );
  publisher.start();
  publishers.push(publisher);
  await until(() => told.length > 0);
  expect(publisher.status()).toMatchObject({ ready: false, reason: expect.stringContaining('trades') as string });
});

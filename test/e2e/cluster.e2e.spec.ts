// The exchange as several processes against a real Kafka and a real Redis: what is said at one place is true at all others,
// whatever is killed. One cluster goes through it all, with brokers and a read store of its own.

import { setTimeout as pause } from 'node:timers/promises';
import { KafkaCommandsTopic, marketTopics } from '@tokenbourse/log-kafka';
import { putMessages } from '../../libs/log-kafka/src/test-topic.fixture';
import { startOwnKafka, type OwnKafka } from '../support/brokers/kafka';
import { startOwnRedis, type OwnRedis } from '../support/brokers/redis';
import { ClusterTrial } from '../support/cluster-trial';

const TWO_OF_EACH = { apis: 2, engines: 2, projectors: 2, takeoverMs: 1_000, outcomeWaitMs: 2_000 };
/** Of those that the read store and a rebuild are both asked, after each test. */
const QUESTIONS = 300;
const PATIENCE_MS = 300_000;

let kafka: OwnKafka;
let redis: OwnRedis;
let running: ClusterTrial;

beforeAll(async () => {
  [kafka, redis] = await Promise.all([startOwnKafka(1), startOwnRedis()]);
  const brokers = { kafka: kafka.addresses, redis: redis.url };
  running = await ClusterTrial.start({ ...brokers, ...TWO_OF_EACH, seed: 20_261_126, snapshotRecords: 300 });
}, PATIENCE_MS);

/** As Ctrl-C does. */
afterAll(async () => {
  try {
    expect(await running.stop()).toEqual([]);
  } finally {
    await running?.kill();
    await Promise.all([kafka?.stop(), redis?.stop()]);
  }
}, PATIENCE_MS);

afterEach(async () => {
  await running.verify(QUESTIONS);
}, PATIENCE_MS);

test('what is taken by one API is read from the other, no older than was asked for', async () => {
  const { cluster } = running;
  const [one, other] = cluster.apis;
  const admin = cluster.client('admin', one);
  const { data } = await cluster.client('trade', other).call('listAccounts', {});
  const { account_id } = data[0]!;
  const { seq } = await admin.call('deposit', {
    params: { account_id },
    body: { amount_usd: '1000', reference: 'set-up-deposit' },
    idempotencyKey: 'set-up-deposit',
  });
  const balance = await cluster
    .client('trade', other)
    .call('getBalances', { params: { account_id }, query: { min_seq: String(seq) } });
  expect(balance).toMatchObject({ available_usd: '1000.000000' });
  expect(balance.as_of_seq).toBeGreaterThanOrEqual(seq);
  const contracts = await cluster.client('none', one).call('listContracts', { query: { state: 'OPEN', limit: '100' } });
  const body = {
    contract_id: contracts.data.at(-1)!.contract_id,
    client_order_id: 'set-up-order',
    side: 'BUY',
    order_type: 'LIMIT',
    time_in_force: 'GTC',
    quantity_mtok: '1',
    price_usd_per_mtok: '0.5',
  } as const;
  const placed = await cluster.client('trade', other).call('placeOrder', { body });
  const read = await cluster
    .client('trade', one)
    .call('getOrder', { params: { order_id: placed.order_id }, query: { min_seq: String(placed.seq) } });
  expect(read).toMatchObject({ client_order_id: 'set-up-order', status: 'OPEN' });
  // Sent again elsewhere it is the same order.
  expect(await cluster.client('trade', one).call('placeOrder', { body })).toMatchObject({ order_id: placed.order_id });
});

test(
  'each role is killed under load: standbys go on',
  () =>
    running.underLoad(async () => {
      const { cluster } = running;
      await running.acknowledged(50);
      const writer = await cluster.untilWriter();
      await writer.kill();
      await running.untilAnswered();
      expect(await cluster.untilWriter()).not.toBe(writer);
      const restarted = [writer, cluster.projectors[0]!, cluster.apis[0]!];
      for (const member of restarted) await member.kill();
      await running.acknowledged(50);
      await Promise.all(restarted.map((member) => cluster.restart(member)));
      await running.acknowledged(50);
      await cluster.projectors[1]!.kill();
      await running.acknowledged(50);
      await cluster.restart(cluster.projectors[1]!);
    }),
  PATIENCE_MS,
);

test(
  'two engines that start at once, again and again, and a writer that stands still while another takes over',
  () =>
    running.underLoad(async () => {
      const { cluster } = running;
      for (let time = 0; time < 3; time++) {
        await Promise.all(cluster.engines.map((engine) => engine.kill()));
        for (const engine of cluster.engines) engine.spawn();
        await Promise.all(cluster.engines.map((engine) => engine.listening()));
        await running.untilAnswered();
      }
      const writer = await cluster.untilWriter();
      writer.signal('SIGSTOP');
      await running.untilAnswered();
      writer.signal('SIGCONT');
      await running.acknowledged(50);
      await cluster.ready();
    }),
  PATIENCE_MS,
);

test('what is no command goes to the dead letters with the reason, and the commands behind it are decided', async () => {
  const { market } = running.cluster;
  const topics = marketTopics(market);
  const headers = { type: 'commands', version: '1', market, node: 'stranger', batch: '1', count: '2' };
  await running.underLoad(async () => {
    await running.acknowledged(20);
    await putMessages(kafka.addresses, topics.commands, [
      { value: '<order/>' },
      { value: '[{"type":"Pong"},\n{"type":"PlaceOrder","contract":"9"}]', headers },
    ]);
    await running.acknowledged(50);
  });
  const settings = { brokers: kafka.addresses };
  const letters = new KafkaCommandsTopic({ settings, topic: topics.deadLetters, market, node: 'test' });
  const found: string[] = [];
  for await (const { value, headers: of } of letters.read(0, AbortSignal.timeout(PATIENCE_MS))) {
    found.push(value);
    expect(of.reason).not.toBe('');
    if (found.length === 3) break;
  }
  await letters.close();
  expect(found).toEqual(['<order/>', '{"type":"Pong"}', '{"type":"PlaceOrder","contract":"9"}']);
  const text = (await running.cluster.client('admin').call('readLog', {})) as unknown as string;
  const dropped = text
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { events: { type: string }[] }).events)
    .filter(({ type }) => type === 'CommandsDropped');
  expect(dropped).toHaveLength(3);
});

test(
  'Redis is flushed under load, then killed and started empty: it is filled again by itself',
  () =>
    running.underLoad(async () => {
      await running.acknowledged(50);
      await running.check.redis.flushall();
      await running.acknowledged(50);
      await redis.signal('SIGKILL');
      await pause(300);
      await redis.start();
      await running.acknowledged(50);
      await running.cluster.ready();
    }),
  PATIENCE_MS,
);

test(
  'the broker is killed and started again under load: it goes on without anybody’s help',
  () =>
    running.underLoad(async () => {
      await running.acknowledged(50);
      await kafka.brokers[0]!.signal('SIGKILL');
      await pause(1_000);
      kafka.brokers[0]!.start();
      await kafka.ready();
      await running.untilAnswered();
      await running.acknowledged(50);
      await running.cluster.ready();
    }),
  PATIENCE_MS,
);

test(
  'a second market on the same brokers and the same read store has nothing of the first',
  async () => {
    const brokers = { kafka: kafka.addresses, redis: redis.url };
    const second = await ClusterTrial.start({ ...brokers, seed: 7, takeoverMs: 1_000 });
    try {
      await Promise.all([running, second].map((trial) => trial.underLoad(() => trial.acknowledged(50))));
      await second.verify(QUESTIONS);
      expect(await second.stop()).toEqual([]);
    } finally {
      await second.kill();
    }
  },
  PATIENCE_MS,
);

// A market's topics on a real broker: made as stated, left alone when they are, and told by name and value when they aren't.

import { sharedKafka } from '../../../test/support/brokers/kafka';
import { partitionOf } from './kafkajs-partition';
import { withAdmin } from './test-topic.fixture';
import { ensureTopics, marketTopics, statedConfigs, type TopicOptions, TopicsDiffer } from './topics';

const DAY_MS = 86_400_000;
const STATED: TopicOptions = { replication: 1, commandsKeptMs: 30 * DAY_MS };
const newMarket = (name: string): string => `${name}-${process.pid}-${Date.now()}`;

test('are made once, by whoever comes first of several at once', async () => {
  const brokers = await sharedKafka();
  const market = newMarket('several');
  const made = await Promise.all([1, 2, 3].map(() => ensureTopics({ brokers }, market, STATED)));
  expect(made.some((names) => names.length === 5)).toBe(true);
  expect(await ensureTopics({ brokers }, market, STATED)).toEqual([]);
});

test('can be written to as soon as they are made', async () => {
  const settings = { brokers: await sharedKafka() };
  for (let turn = 0; turn < 10; turn++) {
    const market = newMarket(`ready-${turn}`);
    await ensureTopics(settings, market, STATED);
    for (const topic of Object.values(marketTopics(market))) {
      const partition = partitionOf(settings, topic);
      expect(await partition.produce([{ key: 'a', value: Buffer.from('x'), headers: {} }])).toBe(0);
      partition.close();
    }
  }
});

test('of several markets stand beside each other', async () => {
  const brokers = await sharedKafka();
  const [one, two] = [newMarket('one'), newMarket('two')];
  await ensureTopics({ brokers }, one, STATED);
  expect([...(await ensureTopics({ brokers }, two, STATED))].sort()).toEqual(Object.values(marketTopics(two)).sort());
});

test('that differ are named with what they have and what they must have, and are not changed', async () => {
  const brokers = await sharedKafka();
  const market = newMarket('wrong');
  const { events, commands } = marketTopics(market);
  const right = Object.entries(statedConfigs(market, STATED).get(events)!).map(([name, value]) => ({ name, value }));
  const configEntries = right.map((entry) => (entry.name === 'retention.ms' ? { ...entry, value: '1000' } : entry));
  await withAdmin(brokers, (admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [
        { topic: events, numPartitions: 1, configEntries },
        { topic: commands, numPartitions: 3 },
      ],
    }),
  );
  const opening = ensureTopics({ brokers }, market, STATED);
  await expect(opening).rejects.toThrow(TopicsDiffer);
  await expect(opening).rejects.toThrow(`topic ${events}: retention.ms is 1000, it must be -1`);
  await expect(opening).rejects.toThrow(`topic ${commands}: number of partitions is 3, it must be 1`);
  const { wrong } = await opening.then(
    () => ({ wrong: [] }),
    (error: TopicsDiffer) => error,
  );
  expect(wrong.filter(({ topic }) => topic === events)).toHaveLength(1);
  await expect(ensureTopics({ brokers }, market, STATED)).rejects.toThrow('retention.ms is 1000');
});

test('with more replicas than there are brokers are refused by the broker', async () => {
  const brokers = await sharedKafka();
  const many = { ...STATED, replication: 101 };
  await expect(ensureTopics({ brokers, connectMs: 5_000 }, newMarket('many'), many)).rejects.toThrow(/replication/i);
});

// The topics beside the log on a real broker: commands, dead letters, trades, snapshots, each with what strangers may put there.

import { randomBytes } from 'node:crypto';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { type CommandsMessage, KafkaCommandsTopic } from './commands-topic';
import { DeadLetters } from './dead-letters';
import { KafkajsPartition } from './kafkajs-partition';
import { OffsetBeforeStart, OffsetPastEnd, readPartition } from './partition-reader';
import { SnapshotsTopic } from './snapshots-topic';
import { deleteBefore, makeTopic, putMessages } from './test-topic.fixture';
import { TradesTopic } from './trades-topic';

const MARKET = 'main';

async function take(topic: KafkaCommandsTopic, offset: number, count: number): Promise<CommandsMessage[]> {
  const found: CommandsMessage[] = [];
  for await (const message of topic.read(offset, new AbortController().signal)) {
    found.push(message);
    if (found.length === count) break;
  }
  return found;
}

describe('commands', () => {
  let brokers: string[];
  let name: string;
  let topic: KafkaCommandsTopic;

  beforeEach(async () => {
    brokers = await sharedKafka();
    name = await makeTopic(brokers);
    topic = new KafkaCommandsTopic({ settings: { brokers }, topic: name, market: MARKET, node: 'api-1' });
  });
  afterEach(() => topic.close());

  it('come out as they went in, in order, from any place, also while they come', async () => {
    const batches = [['{"a":1}'], ['{"b":",\\n"}', '"c"', '{"d":"[]"}'], []];
    const reading = take(topic, 0, 3);
    const offsets: number[] = [];
    for (const batch of batches) offsets.push(await topic.publish(batch));
    expect(offsets).toEqual([0, 1, 2]);
    expect((await reading).map(({ commands }) => commands)).toEqual([batches[0], batches[1], []]);
    const [second] = await take(topic, 1, 1);
    expect(second).toMatchObject({ offset: 1, headers: { node: 'api-1', market: MARKET, count: '3', batch: '2' } });
    expect(JSON.parse(second.value)).toEqual([{ b: ',\n' }, 'c', { d: '[]' }]);
    await expect(topic.publish(['{\n}'])).rejects.toThrow('command 0 of a batch has a line break');
    expect([await topic.start(), await topic.end()]).toEqual([0, 3]);
  });

  it('of strangers are read where they are arrays, and told with the fault where they are not', async () => {
    await putMessages(brokers, name, [
      { value: '[ {"a": 1},\n {"b": 2} ]', headers: { count: '7' } },
      { value: 'garbage' },
      { value: '{"a":1}' },
      { value: null },
      { value: '[]', headers: { type: 'frame' } },
      { value: '[]', headers: { version: '2' } },
      { value: '[]', headers: { market: 'other' } },
      { value: '[]' },
    ]);
    const found = await take(topic, 0, 8);
    expect(found[0].commands).toEqual(['{"a":1}', '{"b":2}']);
    expect(found[7].commands).toEqual([]);
    expect(found.slice(1, 7).map(({ commands }) => commands)).toEqual(Array(6).fill(undefined));
    expect(found.slice(1, 7).map(({ fault }) => fault)).toEqual([
      expect.stringMatching(/^it is no JSON/),
      'it is no array of commands',
      expect.stringMatching(/^it is no JSON/),
      'its type is "frame", not "commands"',
      'its version is "2", not 1',
      'it is for market "other", not "main"',
    ]);
    expect(found[1].value).toBe('garbage');
  });

  it('are never jumped over: a reader before the start or past the end is told', async () => {
    for (const text of ['1', '2', '3']) await topic.publish([text]);
    await deleteBefore(brokers, name, 2);
    await expect(take(topic, 1, 1)).rejects.toThrow(OffsetBeforeStart);
    await expect(take(topic, 1, 1)).rejects.toMatchObject({ offset: 1, start: 2 });
    await expect(take(topic, 9, 1)).rejects.toThrow(OffsetPastEnd);
    expect(await topic.start()).toBe(2);
    expect((await take(topic, 2, 1))[0].commands).toEqual(['3']);
  });
});

test('a dead letter stands there as it was, with reason and place', async () => {
  const brokers = await sharedKafka();
  const name = await makeTopic(brokers);
  const letters = new DeadLetters({ brokers }, name, MARKET);
  await letters.put({ reason: 'it is no JSON', offset: 41, index: 2, value: 'garbage\u0000' });
  const partition = new KafkajsPartition({ brokers }, name);
  const [message] = (await partition.fetch(0, 1_000)).messages;
  partition.close();
  expect(message.value?.toString()).toBe('garbage\u0000');
  expect(message.headers).toMatchObject({
    reason: 'it is no JSON',
    place: '41:2',
    market: MARKET,
    type: 'dead-letter',
  });
  letters.close();
});

test('the last trade is the publisher’s position, whatever strangers put behind it', async () => {
  const brokers = await sharedKafka();
  const name = await makeTopic(brokers);
  const trades = new TradesTopic({ brokers }, name, MARKET);
  expect(await trades.last()).toBeUndefined();
  await trades.publish([7, 8].map((sequence) => ({ sequence, index: 0, key: 'HIGH', text: '{"lots":1}' })));
  await trades.publish([{ sequence: 8, index: 1, key: 'HIGH', text: '{"lots":2}' }]);
  await putMessages(brokers, name, [{ value: 'x' }, { value: 'y', headers: { type: 'trade', sequence: '99' } }]);
  expect(await trades.last()).toEqual({ sequence: 8, index: 1 });
  trades.close();
});

describe('snapshots', () => {
  const bytes = (length: number): Buffer => randomBytes(length);

  it('are found whole, the newest first, on a topic that several write to', async () => {
    const brokers = await sharedKafka();
    const name = await makeTopic(brokers, { 'cleanup.policy': 'compact' });
    const [one, two] = [1, 2].map(() => new SnapshotsTopic({ brokers }, name, MARKET));
    expect(await one.latest()).toBeUndefined();
    const large = [bytes(700_000), bytes(3), bytes(1_300_000)];
    await one.put(10, { place: 'x' }, large);
    expect(await two.latest()).toEqual({ sequence: 10, about: { place: 'x' }, bytes: Buffer.concat(large) });
    await Promise.all([two.put(21, 'two', [bytes(900_000)]), one.put(20, 'one', [bytes(900_000)])]);
    expect((await one.latest())?.about).toBe('two');
    await Promise.all([42, 40, 41].map((sequence) => two.put(sequence, sequence, [bytes(600_000)])));
    expect((await one.latest())?.sequence).toBe(42);
    one.close();
    two.close();
  });

  it('that are old are removed, whole ones and halves, and the newest three stay', async () => {
    const brokers = await sharedKafka();
    const name = await makeTopic(brokers, { 'cleanup.policy': 'compact' });
    const topic = new SnapshotsTopic({ brokers }, name, MARKET);
    await putMessages(brokers, name, [{ key: '3/dead/0', value: 'half of one' }]);
    for (const sequence of [5, 6, 7, 8, 9]) await topic.put(sequence, sequence, [bytes(sequence)]);
    const standing = new Map<string, Buffer>();
    const signal = new AbortController().signal;
    const partition = new KafkajsPartition({ brokers }, name);
    const { end } = await partition.bounds();
    for await (const { messages } of readPartition(partition, 0, { signal, until: end, gaps: true })) {
      for (const { key, value } of messages) {
        if (value === undefined) standing.delete(key!);
        else standing.set(key!, value);
      }
    }
    partition.close();
    const sequences = [...standing.keys()].map((key) => key.split('/')[0]).sort();
    expect(sequences).toEqual(['7', '7', '8', '8', '9', '9']);
    expect(await topic.latest()).toMatchObject({ sequence: 9 });
    topic.close();
  });

  it('that are not whole are passed over: half written, altered, of nonsense', async () => {
    const brokers = await sharedKafka();
    const name = await makeTopic(brokers, { 'cleanup.policy': 'compact' });
    const topic = new SnapshotsTopic({ brokers }, name, MARKET);
    const good = bytes(600_000);
    await topic.put(10, 'good', [good]);
    const torn = function* (): Generator<Buffer> {
      yield bytes(600_000);
      throw new Error('disk gone');
    };
    await expect(topic.put(20, 'half', torn())).rejects.toThrow('disk gone');
    const manifest = { writing: 'w', pieces: 1, bytes: 3, sha256: 'no', firstOffset: 0, about: 'bad' };
    const headers = { type: 'snapshot', market: MARKET };
    await putMessages(brokers, name, [
      { key: '99/w/0', value: 'abc', headers: { ...headers, type: 'snapshot-piece' } },
      { key: '99/w', value: JSON.stringify({ ...manifest, sequence: 99 }), headers },
      { key: '98/w', value: JSON.stringify({ ...manifest, sequence: 98, firstOffset: 0 }), headers },
      { key: '97/w', value: '{', headers },
      { key: '96/w', value: 'null', headers },
      { key: '95/w', value: JSON.stringify({ ...manifest, sequence: 'x' }), headers },
      { key: 'stray', value: 'stray' },
    ]);
    expect(await topic.latest()).toEqual({ sequence: 10, about: 'good', bytes: good });
    topic.close();
  });
});

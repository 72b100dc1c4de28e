// What really stands on a broker is what the AsyncAPI document says: a golden log with every event, brought to Kafka and gone on with.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

import { decodeRecords, EVENTS, recordsFromJson, recordsToJson } from '@tokenbourse/domain';
import { hex } from '@tokenbourse/log';
import { KafkaLogReader, marketTopics, SnapshotsTopic, TradesTopic } from '@tokenbourse/log-kafka';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';

import { carryToKafka } from '../../apps/operator/src/kafka/carry-to-kafka';
import { TradesPublisher } from '../../apps/exchange/src/trades-publisher';
import { answerOnKafka } from '../../apps/operator/testing/kafka-market';
import { temporaryFolders } from '../../libs/log-lmdb/src/temporary-folder';
import { putMessages } from '../../libs/log-kafka/src/test-topic.fixture';
import { GoldenLog } from '../golden/golden-log';
import { sharedKafka } from '../support/brokers/kafka';

interface Schema {
  readonly [keyword: string]: unknown;
}
interface Document {
  readonly channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  readonly components: {
    messages: Record<
      string,
      { headers: Schema; payload: Schema; contentType: string; bindings?: { kafka: { key: Schema } } }
    >;
    schemas: Record<string, Schema>;
  };
}

const document = JSON.parse(readFileSync(resolve(__dirname, '../../docs/asyncapi.json'), 'utf8')) as Document;
const temporaryFolder = temporaryFolders();
const MARKET = `messages-${process.pid}`;
const BEHIND_US = 1_000_000;

let kafka: Kafka;
const seen = new Map<string, KafkaMessage[]>();

beforeAll(async () => {
  const brokers = await sharedKafka();
  const settings = { brokers };
  kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const golden = GoldenLog.all(resolve(__dirname, '../golden')).at(-1)!;
  const frames = golden.frames();
  const folder = join(temporaryFolder(), 'data');
  const log = await LmdbEventLog.open(folder, { market: MARKET });
  await Promise.all(frames.map((frame) => log.append(frame)));
  await log.close();
  const quietly = { onProgress: () => undefined, onFilled: () => undefined, tell: () => undefined };
  const topicOptions = { replication: 1, commandsKeptMs: 3_600_000 };
  await carryToKafka({ settings, folder, market: MARKET, topicOptions, ...quietly });
  const topics = marketTopics(MARKET);
  await putMessages(brokers, topics.commands, [{ value: 'no command' }, { value: '[{"type":"Nothing"}]' }]);
  const last = frames.at(-1)!;
  const lastAtUs = decodeRecords(last.payload, last.firstSequence).at(-1)!.at_us;
  const ping = { type: 'Ping', command_id: 'seen', token: 7 } as const;
  await answerOnKafka(settings, MARKET, lastAtUs + BEHIND_US, [ping]);
  const text = { toText: recordsToJson, fromText: recordsFromJson };
  const reader = await KafkaLogReader.open({ settings, topic: topics.events, market: MARKET, text });
  const publisher = new TradesPublisher(
    reader,
    new TradesTopic(settings, topics.trades, MARKET),
    () => ({ state: 'WRITING', own_sequence: Number.POSITIVE_INFINITY }),
    () => undefined,
  );
  publisher.start();
  const { sequence } = await reader.tip();
  while ((publisher.status().as_of_seq ?? 0) < sequence) await new Promise((waited) => setTimeout(waited, 20));
  await publisher.stop();
  await reader.close();
  const snapshots = new SnapshotsTopic(settings, topics.snapshots, MARKET);
  await snapshots.put(last.firstSequence, { by: hex(last.id) }, [Buffer.alloc(700_000, 7)]);
  snapshots.close();
  for (const [name, topic] of Object.entries(topics)) seen.set(name, await allOf(topic));
});

/** As any program reads it. */
async function allOf(topic: string): Promise<KafkaMessage[]> {
  const admin = kafka.admin();
  await admin.connect();
  const [{ low, high }] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `${topic}-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const messages: KafkaMessage[] = [];
  await new Promise<void>((read, failed) => {
    const eachMessage = async ({ message }: { message: KafkaMessage }): Promise<void> => {
      messages.push(message);
      if (messages.length === Number(high) - Number(low)) read();
    };
    consumer.run({ eachMessage }).catch(failed);
  });
  await consumer.disconnect();
  return messages;
}

const ajv = new Ajv({ strict: false });
ajv.addSchema({ $id: 'document', components: { schemas: document.components.schemas } });

/** References are within the document. */
const within = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/')) as Schema;
const checks = new Map(
  Object.entries(document.components.messages)
    .filter(([, { headers }]) => headers !== undefined)
    .map(([name, { headers, payload, bindings }]) => {
      const [ofHeaders, ofPayload] = [ajv.compile(headers), ajv.compile(within(payload))];
      return [name, { ofHeaders, ofPayload, ofKey: bindings && ajv.compile(bindings.kafka.key) }] as const;
    }),
);

/** What is wrong with a message, held against what the document says of that name. */
function faults(name: string, { headers, key, value }: Pick<KafkaMessage, 'headers' | 'key' | 'value'>): unknown[] {
  const { ofHeaders, ofPayload, ofKey } = checks.get(name)!;
  const told = Object.fromEntries(Object.entries(headers ?? {}).map(([header, text]) => [header, String(text)]));
  const isJson = document.components.messages[name]!.contentType === 'application/json';
  const payload: unknown = isJson ? JSON.parse(String(value)) : String(value);
  const wrong: unknown[] = [];
  if (!ofHeaders(told)) wrong.push(ofHeaders.errors);
  if (
    Object.keys(told).some((header) => !(header in (document.components.messages[name]!.headers.properties as object)))
  )
    wrong.push('a header that is not described');
  if (!ofPayload(payload)) wrong.push(ofPayload.errors?.slice(-3));
  if (ofKey && !ofKey(String(key))) wrong.push(ofKey.errors);
  return wrong;
}

const nameOf: Record<string, (message: KafkaMessage) => string> = {
  commands: () => 'commands',
  events: () => 'frame',
  trades: () => 'trade',
  deadLetters: () => 'deadLetter',
  snapshots: ({ headers }) => (String(headers?.type) === 'snapshot' ? 'snapshot' : 'snapshotPiece'),
};
/** Strangers' messages need not be as described. */
const isOurs = ({ headers }: KafkaMessage): boolean => headers?.type !== undefined;

test.each(Object.keys(nameOf))('%s', (channel) => {
  const messages = seen.get(channel)!.filter(isOurs);
  expect(messages.length).toBeGreaterThan(channel === 'commands' ? 0 : 1);
  const found = messages.map((message) => [nameOf[channel]!(message), message] as const);
  expect(found.flatMap(([name, message]) => faults(name, message))).toEqual([]);
  const named = Object.keys(document.channels[channel]!.messages);
  expect([...new Set(found.map(([name]) => name))].sort()).toEqual([...named].sort());
});

test('every event that there is was among them', () => {
  const text = seen.get('events')!.map(({ value }) => String(value));
  const types = Object.keys(EVENTS).filter((type) => !text.some((records) => records.includes(`"type":"${type}"`)));
  expect(types).toEqual([]);
});

test('what is not as described is found', () => {
  const { key, value: text, headers } = seen.get('events')![0]!;
  const frame = { key, value: text, headers };
  const value = Buffer.from(String(text).replace('"at_us":', '"at":'));
  expect(faults('frame', { ...frame, value })).toHaveLength(1);
  expect(faults('frame', { ...frame, headers: { ...headers, id: 'abc' } })).toHaveLength(1);
  expect(faults('frame', { ...frame, headers: { ...headers, more: 'x' } })).toHaveLength(1);
});

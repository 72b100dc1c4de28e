// Records of every kind through a real topic: what a frame held comes back to the very bytes, and any tool reads it as JSON.

import fc from 'fast-check';
import {
  type LogRecord,
  decodeRecords,
  encodeRecords,
  recordToJson,
  recordsFromJson,
  recordsToJson,
} from '@tokenbourse/domain';
import { type Frame, NO_ANSWERS, ORIGIN, encodeFrame, sealFrame } from '@tokenbourse/log';
import { anyRecord } from '../../domain/src/codec/any-record.fixture';
import { collect } from '../../log/src/event-log.contract';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { KafkaEventLog } from './kafka-log';
import { KafkaLogReader } from './kafka-log-reader';
import { KafkajsPartition } from './kafkajs-partition';
import { makeTopic } from './test-topic.fixture';

const SEED = 7;

test('frames of random records', async () => {
  const settings = { brokers: await sharedKafka() };
  const topic = await makeTopic(settings.brokers);
  const text = { toText: recordsToJson, fromText: recordsFromJson };
  const log = await KafkaEventLog.open({ settings, topic, market: 'main', text });
  const batches = fc.sample(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), { numRuns: 40, seed: SEED });
  const frames: Frame[] = [];
  const records: LogRecord[] = [];
  for (const batch of batches) {
    const firstSequence = records.length + 1;
    const numbered = batch.map((record, index) => ({ ...record, sequence: firstSequence + index }));
    records.push(...numbered);
    const header = { firstSequence, recordCount: batch.length, digest: 5, answers: NO_ANSWERS };
    frames.push(sealFrame({ ...header, predecessor: frames.at(-1)?.id ?? ORIGIN }, encodeRecords(numbered)));
  }
  await Promise.all(frames.map((frame) => log.append(frame)));
  const reader = await KafkaLogReader.open({ settings, topic, market: 'main', text });
  const read = (await collect(reader)).map(({ frame }) => frame);
  expect(read.map((frame) => Buffer.compare(encodeFrame(frame), encodeFrame(frames[read.indexOf(frame)])))).toEqual(
    frames.map(() => 0),
  );
  expect(read.flatMap((frame) => decodeRecords(frame.payload, frame.firstSequence))).toEqual(records);

  const partition = new KafkajsPartition(settings, topic);
  const [first] = (await partition.fetch(0, 1_000)).messages;
  const told = JSON.parse(first.value!.toString()) as unknown[];
  const firstRecords = records.slice(0, batches[0].length);
  expect(told).toEqual(firstRecords.map((record) => JSON.parse(recordToJson(record)) as unknown));
  expect(first.headers).toMatchObject({
    type: 'frame',
    version: '1',
    market: 'main',
    'first-seq': '1',
    'last-seq': String(batches[0].length),
    predecessor: '0'.repeat(64),
    digest: '5',
    'answers-from': '0:0',
    'answers-to': '0:0',
  });
  partition.close();
  await reader.close();
  await log.close();
});

// The log on Kafka passes what every event log must, on a real broker: served from memory, and with everything read from the topic.

import { Kafka, logLevel } from 'kafkajs';
import { type Position } from '@tokenbourse/log';
import { describeEventLog } from '../../log/src/event-log.contract';
import { sharedKafka } from '../../../test/support/brokers/kafka';
import { KafkaEventLog } from './kafka-log';
import { type KafkaLogOptions, KafkaLogReader } from './kafka-log-reader';
import { opaqueText } from './opaque-text.fixture';

let topics = 0;

async function makeTopic(brokers: string[], fillers = 0): Promise<string> {
  const topic = `contract-${process.pid}-${Date.now()}-${topics++}`;
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'max.message.bytes', value: String(8 << 20) }];
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1, configEntries }] });
  if (fillers > 0) {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: Array.from({ length: fillers }, () => ({ value: 'gone' })) });
    await producer.disconnect();
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(fillers) }] });
  }
  await admin.disconnect();
  return topic;
}

for (const [name, recentBytes] of [
  ['Kafka', 16 << 20],
  ['Kafka, with nothing kept in memory', 0],
] as const) {
  describeEventLog(name, async () => {
    const brokers = await sharedKafka();
    const options = (topic: string, from?: Position): KafkaLogOptions => ({
      settings: { brokers },
      topic,
      market: 'main',
      text: opaqueText,
      recentBytes,
      from,
    });
    const topic = await makeTopic(brokers);
    return {
      open: () => KafkaEventLog.open(options(topic)),
      openReader: () => KafkaLogReader.open(options(topic)),
      openStartingAfter: async (start) => KafkaEventLog.open(options(await makeTopic(brokers, start.place), start)),
      dispose: async () => undefined,
    };
  });
}

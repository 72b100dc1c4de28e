// Topics of a test's own on the shared broker, and what a stranger may put into them.
import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, type Message } from 'kafkajs';

let made = 0;

export async function withAdmin<T>(brokers: string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** @param config beside large messages @param replicas of the topic */
export async function makeTopic(brokers: string[], config: Record<string, string> = {}, replicas = 1): Promise<string> {
  const topic = `test-${process.pid}-${Date.now()}-${made++}`;
  const all = { 'max.message.bytes': String(8 << 20), ...config };
  const configEntries = Object.entries(all).map(([name, value]) => ({ name, value }));
  const topics = [{ topic, numPartitions: 1, replicationFactor: replicas, configEntries }];
  await withAdmin(brokers, async (admin) => {
    await admin.createTopics({ topics, waitForLeaders: false });
    // It isn't known to every broker at once.
    while (!(await admin.fetchTopicOffsets(topic).catch(() => undefined))) await pause(50);
  });
  return topic;
}

/** Puts messages there as any program could. */
export async function putMessages(brokers: string[], topic: string, messages: Message[]): Promise<void> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

/** Deletes what stands before `offset`. */
export async function deleteBefore(brokers: string[], topic: string, offset: number): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    await admin.fetchTopicOffsets(topic); // it must know the topic's leader before it deletes
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  });
}

// The Kafka that tests get is a real one: it takes a message, and one that is killed comes back with what it had.
import { Kafka, logLevel } from 'kafkajs';
import { sharedKafka, startOwnKafka } from './kafka';

const client = (brokers: string[]): Kafka => new Kafka({ brokers, logLevel: logLevel.NOTHING });

async function endOf(brokers: string[], topic: string): Promise<string> {
  const admin = client(brokers).admin();
  await admin.connect();
  const [{ high }] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return high;
}

async function produceOne(brokers: string[], topic: string): Promise<void> {
  const admin = client(brokers).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client(brokers).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'one' }] });
  await producer.disconnect();
}

test('the shared broker takes a message, and is the same for all who ask', async () => {
  const addresses = await sharedKafka();
  expect(await sharedKafka()).toEqual(addresses);
  await produceOne(addresses, 'support');
  expect(Number(await endOf(addresses, 'support'))).toBeGreaterThanOrEqual(1);
});

test('a broker of a test is killed and started again with its data', async () => {
  const kafka = await startOwnKafka(1);
  try {
    await produceOne(kafka.addresses, 'kept');
    await kafka.brokers[0].signal('SIGKILL');
    kafka.brokers[0].start();
    await kafka.ready();
    expect(await endOf(kafka.addresses, 'kept')).toBe('1');
  } finally {
    await kafka.stop();
  }
});

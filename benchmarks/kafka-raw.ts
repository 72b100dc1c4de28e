// kafkajs alone, as the peer of the benchmarks on Kafka: clients that each wait, a message per command, what waits in one request.

import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

import { Kafka, logLevel, type Consumer, type Message, type Producer } from 'kafkajs';

import type { BenchBroker, Prepared } from './kafka-market';

const ALL_REPLICAS = -1;

/** Sends what waits, `most` messages in a request and one request at a time; all in-sync replicas are asked for. */
class Sender {
  private waiting: { readonly message: Message; readonly sent: () => void }[] = [];
  private sending: Promise<void> | undefined;

  constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly most: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  send(message: Message): Promise<void> {
    const sent = new Promise<void>((resolve) => this.waiting.push({ message, sent: resolve }));
    this.sending ??= this.run().catch(this.failed);
    return sent;
  }

  private async run(): Promise<void> {
    await turn();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.most);
      const messages = batch.map(({ message }) => message);
      await this.producer.send({ topic: this.topic, acks: ALL_REPLICAS, messages });
      for (const { sent } of batch) sent();
    }
    this.sending = undefined;
  }
}

function kafkaOf(broker: BenchBroker): Kafka {
  return new Kafka({ brokers: [...broker.addresses], logLevel: logLevel.NOTHING });
}

/** Seconds in which `clients` bring all commands through `exchange`, each waiting for its own. */
async function inLoops(
  { commands }: Prepared,
  clients: number,
  exchange: (text: string, index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < commands.length) {
      const index = next++;
      await exchange(JSON.stringify(commands[index]), index);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return (performance.now() - start) / 1e3;
}

/** Producing alone: a client goes on when the brokers have its command. */
export async function rawly(broker: BenchBroker, prepared: Prepared, clients: number): Promise<number> {
  const { topics } = await broker.newMarket();
  const producer = kafkaOf(broker).producer();
  await producer.connect();
  try {
    return await new Promise<number>((resolve, reject) => {
      const sender = new Sender(producer, topics.commands, clients, reject);
      inLoops(prepared, clients, (value) => sender.send({ value })).then(resolve, reject);
    });
  } finally {
    await producer.disconnect();
  }
}

/** Reads a topic from its start, in a group of its own; resolves when it does. */
async function reading(kafka: Kafka, topic: string, take: (messages: readonly Message[]) => void): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({ autoCommit: false, eachBatch: async ({ batch }) => take(batch.messages) });
  await joined;
  return consumer;
}

/**
 * There and back: what reads the commands answers each at once by a message of its own, and a client goes on when it has read
 * that. Nothing is decided, nobody checks anything, all in one process.
 */
export async function rawlyAndBack(broker: BenchBroker, prepared: Prepared, clients: number): Promise<number> {
  const { topics } = await broker.newMarket();
  const kafka = kafkaOf(broker);
  const producers = [kafka.producer(), kafka.producer()] as const;
  for (const producer of producers) await producer.connect();
  const consumers: Consumer[] = [];
  const answered = new Map<string, () => void>();
  try {
    return await new Promise<number>((resolve, reject) => {
      const asking = new Sender(producers[0], topics.commands, clients, reject);
      const answering = new Sender(producers[1], topics.events, clients, reject);
      const answer = (messages: readonly Message[]): void => {
        for (const { key, value } of messages) void answering.send({ key, value });
      };
      const deliver = (messages: readonly Message[]): void => {
        for (const { key } of messages) {
          const id = String(key);
          answered.get(id)?.();
          answered.delete(id);
        }
      };
      const exchange = (value: string, index: number): Promise<void> =>
        new Promise((done) => {
          answered.set(String(index), done);
          void asking.send({ key: String(index), value });
        });
      const run = async (): Promise<number> => {
        consumers.push(await reading(kafka, topics.commands, answer));
        consumers.push(await reading(kafka, topics.events, deliver));
        return inLoops(prepared, clients, exchange);
      };
      run().then(resolve, reject);
    });
  } finally {
    for (const consumer of consumers) await consumer.disconnect();
    for (const producer of producers) await producer.disconnect();
  }
}

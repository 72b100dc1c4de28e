// What the client of Kafka costs: the write path, and frames brought and read alone, by kafkajs and by another client behind the
// same interface.

import { setTimeout as pause } from 'node:timers/promises';

import { recordsToJson } from '@tokenbourse/domain';
import {
  BrokerAway,
  marketTopics,
  partitionOf,
  type KafkaSettings,
  type NewMessage,
  type Partition,
} from '@tokenbourse/log-kafka';

import type { Benchmark, Report } from './benchmark';
import { BenchBroker, CLIENTS, prepare, settingsBy, type Client, type Prepared } from './kafka-market';
import { fetchKafkaPeer } from './kafka-peer';
import { waiting, WritePath } from './kafka-write-path';
import { named, sideBySide, type Candidate } from './measure';
import { makeStream } from './stream';

const WAITING = [256, 4_096];
const TOGETHER = 256;
const OPERATIONS_MOST = 200_000;
const WAIT_MS = 1_000;
const ATTEMPTS = 100;
const LOOK_MS = 50;

/** The frames' texts, one outstanding request each; then the same read again. */
class Bringing {
  private readonly messages: readonly NewMessage[];

  constructor(
    private readonly broker: BenchBroker,
    { frames }: Prepared,
  ) {
    this.messages = frames.map(({ payload, firstSequence }) => ({ value: recordsToJson(payload, firstSequence) }));
  }

  async produced(client: Client): Promise<number> {
    return (await this.filled(await settingsBy(client, this.broker.addresses))).seconds;
  }

  async fetched(client: Client): Promise<number> {
    const settings = await settingsBy(client, this.broker.addresses);
    const { topic } = await this.filled(settings);
    const partition = partitionOf(settings, topic);
    const start = performance.now();
    let next = 0;
    while (next < this.messages.length) ({ next } = await partition.fetch(next, WAIT_MS));
    const seconds = (performance.now() - start) / 1e3;
    partition.close();
    return seconds;
  }

  private async filled(settings: KafkaSettings): Promise<{ topic: string; seconds: number }> {
    const topic = marketTopics((await this.broker.newMarket()).name).events;
    const partition = partitionOf(settings, topic);
    await untilThere(partition);
    const start = performance.now();
    for (const message of this.messages) await partition.produce([message]);
    const seconds = (performance.now() - start) / 1e3;
    partition.close();
    return { topic, seconds };
  }
}

/** A topic that was just made may have no leader yet. */
async function untilThere(partition: Partition): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      return void (await partition.bounds());
    } catch (error) {
      if (!(error instanceof BrokerAway) || attempts === ATTEMPTS) throw error;
      await pause(LOOK_MS);
    }
  }
}

const pathName = (client: Client, clients: number): string => `write path by ${client}, ${clients} waiting`;

export const kafkaClient: Benchmark = {
  name: 'kafka-client',
  title: 'Another client of Kafka',
  method:
    `The write path as in kafka-path, its engine in a process of its own, by kafkajs and by @platformatic/kafka behind the same ` +
    `interface; and the frames of the stream, ${TOGETHER} commands each, brought and read by the clients alone, a request at a time. ` +
    'In commands.',
  onlyByName: true,
  async measure(setting): Promise<Report> {
    fetchKafkaPeer(setting.progress);
    const operations = Math.min(setting.operations, OPERATIONS_MOST);
    const stream = makeStream({ seed: 1, operations, resting: Math.min(5_000, setting.largest) });
    const prepared = await prepare(stream, TOGETHER);
    const broker = await BenchBroker.start();
    const path = new WritePath(broker);
    try {
      const bringing = new Bringing(broker, prepared);
      const add = (name: string, run: () => Promise<number>): Candidate => ({ name, operations, run });
      const sizes = WAITING.filter((clients) => clients <= operations);
      const figures = await sideBySide(
        'kafka-client',
        [
          ...sizes.flatMap((clients) =>
            CLIENTS.map((client) =>
              add(pathName(client, clients), () => path.run(prepared, 'own', waiting(clients), client)),
            ),
          ),
          ...CLIENTS.map((client) => add(`frames produced by ${client}`, () => bringing.produced(client))),
          ...CLIENTS.map((client) => add(`frames read by ${client}`, () => bringing.fetched(client))),
        ],
        setting,
      );
      const notes = sizes.map((clients) => {
        const [ours, other] = CLIENTS.map((client) => named(figures, pathName(client, clients))!.median);
        return `with ${clients} waiting the write path by ${CLIENTS[1]} has ${(other! / ours!).toFixed(2)} times the rate of ${CLIENTS[0]}`;
      });
      return { figures, aims: [], notes };
    } finally {
      path.close();
      await broker.stop();
    }
  },
};

// One partition by way of @platformatic/kafka, behind the interface by which the log and the commands topic ask kafkajs: to be
// compared with it. It has what a benchmark needs; what becomes of it when brokers fail has not been worked out.

import {
  BrokerAway,
  OffsetOutOfRange,
  type Bounds,
  type Fetched,
  type KafkaSettings,
  type NewMessage,
  type Partition,
} from '@tokenbourse/log-kafka';

import { loadKafkaPeer, type PeerConsumer, type PeerFetched, type PeerProducer } from './kafka-peer';

const FETCH_BYTES = 4 << 20;
const ALL_REPLICAS = -1;
const EARLIEST = -2n;
const LATEST = -1n;
const OFFSET_OUT_OF_RANGE = 1;

interface Place {
  readonly topicId: string;
  readonly leader: number;
}

export class PlatformaticPartition implements Partition {
  private readonly producer: PeerProducer;
  private readonly consumer: PeerConsumer;
  private place: Promise<Place> | undefined;
  closed = false;

  constructor(
    { brokers, clientId = 'tokenbourse' }: KafkaSettings,
    readonly topic: string,
  ) {
    const { Consumer, Producer } = loadKafkaPeer();
    const options = { clientId, bootstrapBrokers: [...brokers], retries: 0 };
    this.producer = new Producer({ ...options, autocreateTopics: false });
    this.consumer = new Consumer({ ...options, groupId: clientId });
  }

  async fetch(offset: number, waitMs: number): Promise<Fetched> {
    const { topicId, leader } = await this.found();
    const partition = {
      partition: 0,
      currentLeaderEpoch: -1,
      fetchOffset: BigInt(offset),
      lastFetchedEpoch: -1,
      partitionMaxBytes: FETCH_BYTES,
    };
    const request = { node: leader, maxWaitTime: waitMs, minBytes: 1, maxBytes: FETCH_BYTES, isolationLevel: 0 };
    const answer = await this.asked(() =>
      this.consumer.fetch({ ...request, topics: [{ topicId, partitions: [partition] }] }),
    );
    return this.fetched(answer, offset);
  }

  async bounds(): Promise<Bounds> {
    const of = async (timestamp: bigint): Promise<number> => {
      const offsets = await this.asked(() => this.consumer.listOffsets({ topics: [this.topic], timestamp }));
      return Number(offsets.get(this.topic)![0]);
    };
    return { start: await of(EARLIEST), end: await of(LATEST) };
  }

  async produce(messages: readonly NewMessage[]): Promise<number> {
    const { topic } = this;
    const { offsets } = await this.asked(() =>
      this.producer.send({
        acks: ALL_REPLICAS,
        messages: messages.map(({ key, value, headers = {} }) => ({
          topic,
          partition: 0,
          ...(key === undefined ? {} : { key: Buffer.from(key) }),
          ...(value === null ? {} : { value: Buffer.from(value) }),
          headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
        })),
      }),
    );
    return Number(offsets![0]!.offset);
  }

  close(): void {
    this.closed = true;
    void this.producer.close().catch(() => undefined);
    void this.consumer.close().catch(() => undefined);
  }

  private found(): Promise<Place> {
    return (this.place ??= this.asked(async () => {
      const { topics } = await this.consumer.metadata({ topics: [this.topic] });
      const { id, partitions } = topics.get(this.topic)!;
      return { topicId: id, leader: partitions[0]!.leader };
    }));
  }

  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw new BrokerAway(`topic ${this.topic}: ${(error as Error).message}`, true, { cause: error });
    }
  }

  private fetched({ responses }: PeerFetched, offset: number): Fetched {
    const found = responses[0]?.partitions[0];
    if (found?.errorCode === OFFSET_OUT_OF_RANGE) throw new OffsetOutOfRange(this.topic, offset);
    const messages = (found?.records ?? []).flatMap((batch) =>
      batch.records.map(({ offsetDelta, key, value, headers }) => ({
        offset: Number(batch.firstOffset) + offsetDelta,
        key: key?.toString(),
        value: value ?? undefined,
        headers: Object.fromEntries(headers.map(([name, text]) => [String(name), String(text)])),
      })),
    );
    const wanted = messages.filter((message) => message.offset >= offset);
    const last = wanted.at(-1);
    const end = Number(found?.highWatermark ?? offset);
    return { messages: wanted, next: last === undefined ? offset : last.offset + 1, end };
  }
}

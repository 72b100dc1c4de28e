/** One partition by way of kafkajs. A connection that has failed is thrown away whole, with all that it thought it knew. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Kafka, type ISocketFactory, type KafkaConfig, logLevel } from 'kafkajs';
import Cluster, { type FetchedMessage, type LeadingBroker } from 'kafkajs/src/cluster';
import { CONNECT_MS, type KafkaSettings, REQUEST_MS } from './kafka-settings';
import {
  type Bounds,
  BrokerAway,
  BrokerRefuses,
  type Fetched,
  type Message,
  type NewMessage,
  OffsetOutOfRange,
  type Partition,
} from './partition';

/** The only partition of our topics. */
const PARTITION = 0;
/** One answer's size, so that reading is never far ahead; a larger message comes alone. */
const FETCH_BYTES = 4 << 20;
const ALL_REPLICAS = -1;
const READ_UNCOMMITTED = 0;
const CLIENT = -1;
const KEEP_ALIVE_MS = 60_000;
const METADATA_MS = 300_000;

const REFUSALS: Readonly<Record<string, BrokerRefuses['reason']>> = {
  TOPIC_AUTHORIZATION_FAILED: 'no permission',
  CLUSTER_AUTHORIZATION_FAILED: 'no permission',
  SASL_AUTHENTICATION_FAILED: 'no permission',
  UNSUPPORTED_SASL_MECHANISM: 'no permission',
  MESSAGE_TOO_LARGE: 'too large',
  RECORD_LIST_TOO_LARGE: 'too large',
  INVALID_RECORD: 'other',
  POLICY_VIOLATION: 'other',
};

/** The broker's answers by which it says that it has done nothing, but might later. */
const NOT_DONE = new Set([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_ENOUGH_REPLICAS',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/** What kafkajs and its parts are made with. Nothing is retried and nothing logged there: both are our business. */
export function clientConfig(settings: KafkaSettings): KafkaConfig {
  const { tls, sasl } = settings;
  return {
    brokers: [...settings.brokers],
    clientId: settings.clientId ?? 'tokenbourse',
    ssl: typeof tls === 'object' ? { ...tls } : (tls ?? false),
    sasl: sasl && { mechanism: sasl.mechanism as 'plain', username: sasl.username, password: sasl.password },
    connectionTimeout: settings.connectMs ?? CONNECT_MS,
    requestTimeout: settings.requestMs ?? REQUEST_MS,
    enforceRequestTimeout: true,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  };
}

/** By kafkajs, unless the settings name another client. */
export function partitionOf(settings: KafkaSettings, topic: string): Partition {
  return settings.partition?.(settings, topic) ?? new KafkajsPartition(settings, topic);
}

export class KafkajsPartition implements Partition {
  private connection: Connection | undefined;
  private attempts = 0;
  closed = false;

  constructor(
    private readonly settings: KafkaSettings,
    readonly topic: string,
  ) {}

  async fetch(offset: number, waitMs: number): Promise<Fetched> {
    const { responses } = await this.ask(offset, (leader) =>
      leader.fetch({
        replicaId: CLIENT,
        isolationLevel: READ_UNCOMMITTED,
        maxWaitTime: waitMs,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        topics: [
          {
            topic: this.topic,
            partitions: [{ partition: PARTITION, fetchOffset: String(offset), maxBytes: FETCH_BYTES }],
          },
        ],
      }),
    );
    const found = responses[0]?.partitions[0];
    // The broker gives whole batches: one may start before the offset that was asked for.
    const messages = (found?.messages ?? []).filter((message) => Number(message.offset) >= offset);
    const last = messages.at(-1);
    return {
      messages: messages.filter((message) => !message.isControlRecord).map(plainMessage),
      next: last === undefined ? offset : Number(last.offset) + 1,
      end: Number(found?.highWatermark ?? offset),
    };
  }

  async bounds(): Promise<Bounds> {
    const ask = (fromBeginning: boolean): Promise<number> =>
      this.ask(0, async (_, cluster) => {
        const topics = [{ topic: this.topic, partitions: [{ partition: PARTITION }], fromBeginning }];
        const [{ partitions }] = await cluster.fetchTopicsOffset(topics);
        return Number(partitions[0].offset);
      });
    const [start, end] = await Promise.all([ask(true), ask(false)]);
    return { start, end };
  }

  async produce(messages: readonly NewMessage[]): Promise<number> {
    const plain = messages.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }));
    const { topics } = await this.ask(0, (leader) =>
      leader.produce({
        acks: ALL_REPLICAS,
        timeout: this.settings.requestMs ?? REQUEST_MS,
        topicData: [{ topic: this.topic, partitions: [{ partition: PARTITION, firstSequence: 0, messages: plain }] }],
      }),
    );
    return Number(topics[0].partitions[0].baseOffset);
  }

  /**
   * Longer than kafkajs takes to give up by itself connecting, asking for versions and the leader, and what is asked: its requests
   * lose their timeout where a connection ends in the midst of them.
   */
  private get silenceMs(): number {
    const { connectMs = CONNECT_MS, requestMs = REQUEST_MS } = this.settings;
    return 2 * connectMs + 2 * requestMs;
  }

  close(): void {
    this.closed = true;
    this.discard(this.connection);
  }

  private async ask<T>(offset: number, request: (leader: LeadingBroker, cluster: Cluster) => Promise<T>): Promise<T> {
    if (this.closed) throw new BrokerAway(`topic ${this.topic}: closed`, false);
    const connection = (this.connection ??= new Connection(this.settings, this.topic, this.attempts++));
    let asked = false;
    const answer = async (): Promise<T> => {
      const leader = await connection.leader();
      asked = true;
      return request(leader, connection.cluster);
    };
    try {
      return await within(this.silenceMs, answer());
    } catch (error) {
      const type = (error as { type?: string }).type ?? '';
      if (type === 'OFFSET_OUT_OF_RANGE') throw new OffsetOutOfRange(this.topic, offset);
      this.discard(connection);
      throw this.named(error, type, asked);
    }
  }

  private discard(connection: Connection | undefined): void {
    connection?.destroy();
    if (this.connection === connection) this.connection = undefined;
  }

  private named(error: unknown, type: string, asked: boolean): Error {
    const { name, message } = error as Error;
    const authentication = name === 'KafkaJSSASLAuthenticationError' ? 'no permission' : undefined;
    const refusal = REFUSALS[type] ?? authentication;
    const text = `topic ${this.topic}: ${message}`;
    if (refusal) return new BrokerRefuses(refusal, text, { cause: error });
    return new BrokerAway(text, asked && !NOT_DONE.has(type), { cause: error });
  }
}

/** Sockets to the cluster that end together. */
class Connection {
  readonly cluster: Cluster;
  private readonly sockets = new Set<Socket>();
  private ready: Promise<void> | undefined;
  private destroyed = false;

  constructor(
    settings: KafkaSettings,
    private readonly topic: string,
    attempt: number,
  ) {
    const { brokers, logLevel: level, ...config } = clientConfig(settings);
    const list = brokers as string[];
    const first = attempt % list.length;
    this.cluster = new Cluster({
      ...config,
      brokers: [...list.slice(first), ...list.slice(0, first)],
      logger: new Kafka({ brokers: list, logLevel: level }).logger(),
      socketFactory: this.socket,
      metadataMaxAge: METADATA_MS,
      allowAutoTopicCreation: false,
      isolationLevel: READ_UNCOMMITTED,
    });
  }

  async leader(): Promise<LeadingBroker> {
    this.ready ??= this.cluster.connect().then(() => this.cluster.addTargetTopic(this.topic));
    await this.ready;
    const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(this.topic, [PARTITION]));
    if (nodeId === undefined) throw new Error('no broker leads it');
    return this.cluster.findBroker({ nodeId });
  }

  /** Ends all that is under way, at once. */
  destroy(): void {
    this.destroyed = true;
    for (const socket of this.sockets) socket.destroy(new Error('connection given up'));
  }

  private readonly socket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const named = isIP(host) ? {} : { servername: host };
    const socket = ssl
      ? connectTls({ ...named, ...ssl, host, port }, onConnect)
      : connectPlain({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.destroyed) socket.destroy(new Error('connection given up'));
    return socket;
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function plainMessage({ offset, key, value, headers }: FetchedMessage): Message {
  const plain: Record<string, string> = {};
  for (const [name, held] of Object.entries(headers)) {
    const last = Array.isArray(held) ? held.at(-1) : held;
    if (last) plain[name] = last.toString();
  }
  return { offset: Number(offset), key: key?.toString(), value: value ?? undefined, headers: plain };
}

/** The layer of kafkajs below its groups of consumers: a partition can be read by offset without joining any. Of exactly the version that is pinned. */
declare module 'kafkajs/src/cluster' {
  import type { Broker, ISocketFactory, KafkaConfig, Logger } from 'kafkajs';

  export interface FetchedMessage {
    readonly offset: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer | Buffer[] | undefined>>;
    readonly isControlRecord: boolean;
  }

  export interface LeadingBroker extends Omit<Broker, 'fetch' | 'produce'> {
    fetch(request: {
      replicaId: number;
      isolationLevel: number;
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
    }): Promise<{ responses: { partitions: { highWatermark: string; messages: FetchedMessage[] }[] }[] }>;
    produce(request: {
      acks: number;
      timeout: number;
      topicData: {
        topic: string;
        partitions: {
          partition: number;
          firstSequence: number;
          messages: { key?: string; value: Buffer | string | null; headers?: Record<string, string> }[];
        }[];
      }[];
    }): Promise<{ topics: { partitions: { baseOffset: string }[] }[] }>;
  }

  export default class Cluster {
    constructor(
      options: Omit<KafkaConfig, 'brokers' | 'logLevel' | 'logCreator'> & {
        brokers: string[];
        logger: Logger;
        socketFactory: ISocketFactory;
        metadataMaxAge: number;
        allowAutoTopicCreation: boolean;
        isolationLevel: number;
      },
    );
    connect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
    findBroker(options: { nodeId: string }): Promise<LeadingBroker>;
    fetchTopicsOffset(
      topics: { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[],
    ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
  }
}

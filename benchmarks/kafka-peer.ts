// The other client of Kafka, @platformatic/kafka: fetched by npm on first use, by its own lockfile, into a folder of its own. Beside the
// project's packages it would be installed, with the warning that parts of it ask for Node 22, by everybody who never measures it.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ROOT } from './root';

/** What is asked of it: its own types come with it, and it need not be there. */
export interface KafkaPeer {
  readonly Producer: new (options: ClientOptions & { autocreateTopics: boolean }) => PeerProducer;
  readonly Consumer: new (options: ClientOptions & { groupId: string }) => PeerConsumer;
}

interface ClientOptions {
  readonly clientId: string;
  readonly bootstrapBrokers: string[];
  readonly retries: number;
}

export interface PeerProducer {
  send(request: { acks: number; messages: PeerMessage[] }): Promise<{ offsets?: { offset: bigint }[] }>;
  close(): Promise<void>;
}

export interface PeerMessage {
  readonly topic: string;
  readonly partition: number;
  readonly key?: Buffer;
  readonly value?: Buffer;
  readonly headers: Map<Buffer, Buffer>;
}

export interface PeerConsumer {
  metadata(request: { topics: string[] }): Promise<{ topics: Map<string, PeerTopic> }>;
  listOffsets(request: { topics: string[]; timestamp: bigint }): Promise<Map<string, bigint[]>>;
  fetch(request: PeerFetch): Promise<PeerFetched>;
  close(): Promise<void>;
}

interface PeerTopic {
  readonly id: string;
  readonly partitions: Record<number, { leader: number }>;
}

interface PeerFetch {
  readonly node: number;
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: number;
  readonly topics: { topicId: string; partitions: PeerFetchPartition[] }[];
}

interface PeerFetchPartition {
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: bigint;
  readonly lastFetchedEpoch: number;
  readonly partitionMaxBytes: number;
}

export interface PeerFetched {
  readonly responses: { partitions: { errorCode: number; highWatermark: bigint; records?: PeerBatch[] }[] }[];
}

interface PeerBatch {
  readonly firstOffset: bigint;
  readonly records: {
    readonly offsetDelta: number;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: [Buffer, Buffer][];
  }[];
}

const SOURCE = path.join(ROOT, 'benchmarks', 'kafka-peer');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'kafka-peer');
const FILES = ['package.json', 'package-lock.json'];

export class PeerMissing extends Error {}

/** Fetches it, if the one that the lockfile names is not there. @throws PeerMissing with npm's own reason */
export function fetchKafkaPeer(progress: (text: string) => void): void {
  const made = path.join(CACHE, 'made');
  const lock = readFileSync(path.join(SOURCE, 'package-lock.json'), 'utf8');
  if (existsSync(made) && readFileSync(made, 'utf8') === lock) return;
  progress('@platformatic/kafka: fetching it with npm');
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  for (const file of FILES) copyFileSync(path.join(SOURCE, file), path.join(CACHE, file));
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel', 'error'], {
    cwd: CACHE,
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0) {
    const said = error?.message ?? stderr.split('\n').find((line) => line.trim() !== '');
    throw new PeerMissing(
      `the client to compare with, @platformatic/kafka, could not be fetched: ${said ?? `npm ended with ${status}`}`,
    );
  }
  copyFileSync(path.join(SOURCE, 'package-lock.json'), made);
}

/** @throws where it was not fetched */
export function loadKafkaPeer(): KafkaPeer {
  return createRequire(path.join(CACHE, 'package.json'))('@platformatic/kafka') as KafkaPeer;
}

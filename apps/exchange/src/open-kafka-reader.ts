// Opens the log on Kafka for reading: what the follower's thread of role engine is told to load.

import type { LogReader } from '@tokenbourse/log';
import { SnapshotFiles } from '@tokenbourse/sequencer';
import { Brokers, type BrokerAccess } from './brokers';

export interface KafkaReaderOptions extends BrokerAccess {
  readonly snapshotFolder: string;
}

export function openReader({ settings, market, snapshotFolder }: KafkaReaderOptions): Promise<LogReader> {
  const brokers = new Brokers(settings, market, () => undefined);
  return brokers.openFromSnapshot(new SnapshotFiles(snapshotFolder), (from) => brokers.openReader(from));
}

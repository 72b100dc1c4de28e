// Opens the log on Kafka for reading: what the follower's thread of role engine is told to load.

import type { LogReader, Position } from '@tokenbourse/log';
import { SnapshotFiles } from '@tokenbourse/sequencer';
import { Brokers, type BrokerAccess } from './brokers';

export interface KafkaReaderOptions extends BrokerAccess {
  readonly snapshotFolder: string;
}

export function openReader({ settings, market, snapshotFolder }: KafkaReaderOptions): Promise<LogReader> {
  const brokers = new Brokers(settings, market, () => undefined);
  // A follower that gave up would take no snapshots any more: it waits for brokers as long as need be.
  const open = (from?: Position): Promise<LogReader> => brokers.openReader(from, Infinity);
  return brokers.openFromSnapshot(new SnapshotFiles(snapshotFolder), open);
}

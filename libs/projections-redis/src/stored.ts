// Where a read store stands, as its writers see it.

import type { Cluster, Redis } from 'ioredis';
import { LOOK } from './scripts';

export interface Stored {
  /** Empty where nothing is stored. */
  readonly generation: string;
  readonly sequence: number;
  readonly id: string;
  readonly place: number;
  readonly version: string;
}

export interface WriterStatus {
  readonly state: 'STARTING' | 'WRITING' | 'STANDING_BY' | 'REBUILDING' | 'AWAY';
  /** Last record that was seen in the store. */
  readonly stored_sequence: number;
  /** Last record that this writer itself has stored; -1 for none. */
  readonly own_sequence: number;
  readonly batches: number;
  readonly records: number;
  /** What was told last: why it is away, where it is. */
  readonly told: string;
}

export function storedOf(reply: unknown): Stored {
  const [generation, sequence, id, place, , version] = reply as readonly string[];
  return { generation, sequence: Number(sequence || -1), id, place: Number(place || -1), version };
}

export async function look(redis: Redis | Cluster, prefix: string): Promise<Stored> {
  return storedOf(await LOOK.run(redis, [`${prefix}meta`], []));
}

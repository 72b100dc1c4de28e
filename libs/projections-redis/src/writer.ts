// Writes the documents of folded records into Redis, each batch with its position in one step.
//
// A batch is written only where the store stands between what was written before and what the batch ends with, on the same
// chain: documents are absolute values, so whoever else writes, no record counts twice and none is taken back. Where the store is
// empty, foreign, or behind what can be made up for, all documents are written into a generation of their own, which is read
// only when it is whole.

import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Cluster, Redis } from 'ioredis';
import { originPosition, positionToJson, type Position } from '@tokenbourse/log';
import { reasonOf, type InProcessReadModels, type ReadStore } from '@tokenbourse/projections';
import { keyPrefix, versionText } from './layout';
import { BUILDING_MS, LOOK, MILESTONES_MAX, TAKE_OVER, WRITE_BATCH, WRITE_PART } from './scripts';
import { Writes } from './writes';

const LOOK_EVERY_MS = 200;
/** Another writer that has written nothing for so long is taken to be gone. */
const TAKE_OVER_AFTER_MS = 1_000;
const RETRY_MS_MAX = 2_000;
/** Changed documents that may wait while Redis writes; then the fold waits. */
const WAITING_MAX = 100_000;
const PART_ARGUMENTS = 20_000;
const PART_KEYS = 2_000;
const MILESTONE_EVERY = 10_000;

/** What stands in the store. */
interface Stored {
  readonly generation: string;
  readonly sequence: number;
  readonly id: string;
  readonly version: string;
}

type Touched = Map<string, Set<string>>;

export interface WriterOptions {
  readonly redis: Redis | Cluster;
  readonly market: string;
  readonly models: InProcessReadModels;
  /** Throws when the position is not one of the log's. */
  readonly assertOurs: (position: Position) => Promise<void>;
  readonly onEvent?: (message: string) => void;
}

export interface WriterStatus {
  /** What the store held when it was last seen. */
  readonly sequence: number;
  readonly state: 'LOOKING' | 'WRITING' | 'STANDING_BY' | 'REBUILDING' | 'AWAY';
  readonly reason: string;
  /** Batches written, and documents in them. */
  readonly batches: number;
  readonly documents: number;
}

// Opens the embedded log for reading: what the follower's and the projector's threads are told to load.

import { constants, getPriority, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';

/** Readers give way where processors are scarce: woken, they would push the writer aside, whose pauses are what traders feel. */
const NICENESS_ABOVE_WRITER = 5;

export interface ReaderOptions {
  readonly folder: string;
  readonly market: string;
}

export function openReader({ folder, market }: ReaderOptions): Promise<LmdbLogReader> {
  giveWay();
  return LmdbLogReader.open(folder, { market });
}

/** Linux alone has priorities by thread; elsewhere the whole process would give way. */
function giveWay(): void {
  if (isMainThread || process.platform !== 'linux') return;
  setPriority(Math.min(getPriority() + NICENESS_ABOVE_WRITER, constants.priority.PRIORITY_LOW));
}

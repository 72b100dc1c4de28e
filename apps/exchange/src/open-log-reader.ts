// Opens the embedded log for reading: what the follower's and the projector's threads are told to load.

import { LmdbLogReader } from '@tokenbourse/log-lmdb';

export interface ReaderOptions {
  readonly folder: string;
  readonly market: string;
}

export function openReader({ folder, market }: ReaderOptions): Promise<LmdbLogReader> {
  return LmdbLogReader.open(folder, { market });
}

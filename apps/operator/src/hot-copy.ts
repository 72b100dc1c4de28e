// A copy of a data folder while an exchange runs on it: the log by LMDB's own consistent copy, and beside it the snapshots
// and saved read models of records that the copied log holds.

import { constants, existsSync } from 'node:fs';
import { copyFile, open, rename } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';

import type { Position } from '@tokenbourse/log';
import { findDataFolder, LmdbLogReader } from '@tokenbourse/log-lmdb';
import { ModelFiles } from '@tokenbourse/projections';
import { SnapshotFiles } from '@tokenbourse/sequencer';

export interface HotCopy {
  /** Up to where the copy reaches. */
  readonly tip: Position;
  readonly snapshots: number;
  readonly readModels: number;
}

/** The copy would lie in the folder that is copied. */
export class CopyInside extends Error {
  readonly code = 'COPY_INSIDE';
  constructor(path: string, folder: string) {
    super(`${path} lies in ${folder}, of which a copy is asked for; name a folder outside of it`);
  }
}

/**
 * Copies the data folder `from` to `to`, an empty or missing folder. An exchange can be started on the copy.
 * @throws CopyInside, and the errors of LmdbLogReader.open and LmdbLogReader.backup
 */
export async function copyFolder(from: string, to: string): Promise<HotCopy> {
  const folder = findDataFolder(from);
  const inside = relative(folder.path, resolve(to));
  if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside)))
    throw new CopyInside(resolve(to), folder.path);
  // Listed before the log is copied: what is listed is of records that the copy will hold.
  const snapshots = existsSync(folder.snapshots)
    ? new SnapshotFiles(folder.snapshots).list().map(({ file }) => file)
    : [];
  const models = await new ModelFiles(folder.readModels).list();
  const log = await LmdbLogReader.open(from);
  try {
    const tip = await log.backup(to);
    const copy = findDataFolder(to);
    return {
      tip,
      snapshots: await copyFiles(snapshots, copy.snapshots),
      readModels: await copyFiles(models, copy.readModels),
    };
  } finally {
    await log.close();
  }
}

/** Copies files, each durable and whole under its name or not there. Returns how many. */
async function copyFiles(files: readonly string[], folder: string): Promise<number> {
  let copied = 0;
  for (const file of files) {
    const final = join(folder, basename(file));
    const beside = `${final}.part`;
    try {
      await copyFile(file, beside, constants.COPYFILE_FICLONE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue; // a running exchange has dropped it
      throw error;
    }
    const handle = await open(beside, 'r+');
    await handle.sync();
    await handle.close();
    await rename(beside, final);
    copied += 1;
  }
  return copied;
}

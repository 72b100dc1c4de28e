// A folder that is one process's alone, among those of its kind that share a data folder: engines of one machine keep their snapshots
// apart, projectors their saved read models. A process that has died holds nothing.

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holdFile, judgeOwner, letGoOfFile, parseOwner, thisOwner } from '@tokenbourse/log-lmdb';

/** More processes of a kind on one machine are a mistake. */
const FOLDERS_MAX = 64;
const OWNER = 'owner';
/** Whoever holds a folder touches its file so often; an owner that can't be seen from here is dead when it hasn't for a while. */
const TOUCH_MS = 10_000;
const SILENT_MS = 6 * TOUCH_MS;

export interface OwnFolder {
  readonly path: string;
  release(): void;
}

/**
 * The first of `kind-1`, `kind-2`, … in `parent` that nobody holds.
 * @throws what making folders and files throws
 */
export function takeFolder(parent: string, kind: string): OwnFolder {
  for (let number = 1; number <= FOLDERS_MAX; number++) {
    const folder = path.join(parent, `${kind}-${number}`);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, OWNER);
    if (hold(file)) return held(folder, file);
  }
  throw new Error(
    `all folders ${kind}-1 to ${kind}-${FOLDERS_MAX} in ${parent} are in use; choose another with --data`,
  );
}

function held(folder: string, file: string): OwnFolder {
  holdFile(file);
  const touching = setInterval(() => touch(file), TOUCH_MS).unref();
  return {
    path: folder,
    release: () => {
      clearInterval(touching);
      letGoOfFile(file);
      rmSync(file, { force: true });
    },
  };
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Gone, or not writable just now: at worst another takes the folder, and both find whole files in it.
  }
}

function lives(record: Buffer, file: string): boolean {
  const owner = parseOwner(record);
  const verdict = owner === undefined ? 'dead' : judgeOwner(owner, file);
  if (verdict !== 'unsure') return verdict === 'alive';
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < SILENT_MS;
}

function hold(file: string): boolean {
  const mine = `${file}-${process.pid}`;
  writeFileSync(mine, JSON.stringify(thisOwner(file)));
  try {
    while (!linked(mine, file)) {
      const found = read(file);
      if (found === undefined) continue;
      if (lives(found, file)) return false;
      dropDead(file, found);
    }
    return true;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Of several who find the same dead owner one may have taken its place already: what was not that owner's is put back. */
function dropDead(file: string, dead: Buffer): void {
  const aside = `${file}-${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (!readFileSync(aside).equals(dead)) linked(aside, file);
  rmSync(aside, { force: true });
}

/** Whether `file` was nobody's: it is made whole, in one step. */
function linked(from: string, file: string): boolean {
  try {
    linkSync(from, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

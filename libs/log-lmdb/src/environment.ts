/** Opens LMDB the way the log needs it, and says in our words what it refuses. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LogUnavailable, UnavailableReason } from '@tokenbourse/log';
import { RootDatabase, open } from 'lmdb';
import { LogDamaged, NoPermission, namePermission } from './folder-errors';

export type Environment = RootDatabase<Uint8Array, Uint8Array>;

/** Key of the record of the folder's owner; frames stand at their place, from 1. */
export const OWNER_KEY = 0;

/**
 * Address space for the map, not disk or memory: with so much of it the map never moves under a reader.
 * Windows would make the file that large, so there it grows as needed.
 */
const MAP_BYTES = process.platform === 'win32' ? undefined : 2 ** 40;

const [EPERM, EIO, EAGAIN, ENOMEM, EACCES, EINVAL, ENOSPC, EROFS, EDQUOT] = [1, 5, 11, 12, 13, 22, 28, 30, 122];
/** LMDB's own codes for a file that contradicts itself. */
const DAMAGE_CODES = [-30797, -30796, -30794, -30793];

/** The log's file in LMDB's folder. */
export function dataFile(folder: string): string {
  return join(folder, 'data.mdb');
}

/** What must stay free for the log: some batches, and the pages that LMDB writes anew with each. */
const ROOM_BYTES = 8 * 1024 * 1024;

/**
 * Whether the system would take a write now: asked before each, for a write that is refused in LMDB's midst is not always
 * survived by the process (it writes its message past the end of a buffer).
 * @throws NoPermission, LogUnavailable
 */
export function assertWritable(folder: string): void {
  const path = dataFile(folder);
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw namePermission(error, path, 'write');
  }
  const free = freeBytes(folder);
  if (free >= ROOM_BYTES) return;
  const cause = new Error(`${free} bytes are free, ${ROOM_BYTES} are kept for the log`);
  throw new LogUnavailable('disk full', folder, { cause });
}

/** @throws NoPermission, LogDamaged, LogUnavailable */
export function openEnvironment(folder: string, readOnly: boolean): Environment {
  const opening = (mapSize: number | undefined): Environment =>
    open<Uint8Array, Uint8Array>({
      path: folder,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      compression: false,
      cache: false,
      // a commit is flushed before it is acknowledged or seen by any reader
      overlappingSync: false,
      // frames are put in one batch each time: batches that LMDB makes by itself reject promises that nobody holds
      eventTurnBatching: false,
      mapSize,
      readOnly,
    });
  try {
    try {
      return opening(MAP_BYTES);
    } catch (error) {
      if (codeOf(error) !== ENOMEM) throw error;
      return opening(undefined); // address space is limited here
    }
  } catch (error) {
    if (!readOnly && codeOf(error) === EINVAL) {
      const advice = 'this process has it open for reading only: close its readers and try again';
      throw new LogUnavailable('not opened for writing', folder, { cause: error, advice });
    }
    throw nameFailure(error, folder, readOnly ? 'read' : 'write');
  }
}

/** Eight bytes, big-endian, so that LMDB's order is the order of the places. */
export function keyOf(place: number): Uint8Array {
  const key = Buffer.allocUnsafe(8);
  key.writeUInt32BE(Math.floor(place / 0x1_0000_0000), 0);
  key.writeUInt32BE(place % 0x1_0000_0000, 4);
  return key;
}

export function placeOf(key: Uint8Array): number {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return bytes.readUInt32BE(0) * 0x1_0000_0000 + bytes.readUInt32BE(4);
}

/**
 * What LMDB or the system refused, by our names.
 * @param folder LMDB's folder
 */
export function nameFailure(error: unknown, folder: string, action: 'read' | 'write'): Error {
  const code = codeOf(error);
  if (code === EACCES || code === EPERM || code === EROFS) {
    return new NoPermission(refusedPath(folder, action) ?? folder, action, error);
  }
  if (code !== undefined && DAMAGE_CODES.includes(code)) {
    return new LogDamaged(dataFile(folder), 'as LMDB reads it', (error as Error).message, error);
  }
  return new LogUnavailable(reasonOf(code, folder), folder, { cause: error });
}

/** The reason of a failed write; LMDB reports a write cut short by a full disk as an I/O error. */
function reasonOf(code: number | undefined, folder: string): UnavailableReason {
  if (code === ENOSPC || code === EDQUOT || (code === EIO && isFull(folder))) return 'disk full';
  return code === EACCES || code === EPERM || code === EROFS ? 'no permission' : 'medium failed';
}

/** Another process under the same number, in another container, holds the file's lock for that number. */
export function isNumberTaken(error: unknown): boolean {
  return codeOf(error) === EAGAIN || (error as Error | undefined)?.message?.includes('temporarily') === true;
}

function isFull(folder: string): boolean {
  return freeBytes(folder) < 1024 * 1024; // a frame and the pages of its transaction no longer fit
}

/** Infinite where the system doesn't say. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

function refusedPath(folder: string, action: 'read' | 'write'): string | undefined {
  const mode = action === 'read' ? constants.R_OK : constants.R_OK | constants.W_OK;
  const paths: [string, number][] = [
    [dirname(folder), constants.X_OK],
    [folder, mode | constants.X_OK],
    [dataFile(folder), mode],
    [join(folder, 'lock.mdb'), constants.R_OK | constants.W_OK], // readers write their slots there
  ];
  return paths.find(([path, wanted]) => {
    try {
      accessSync(path, wanted);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  })?.[0];
}

function codeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

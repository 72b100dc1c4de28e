/** A market's data folder: its layout, and the marker file by which it is recognised as ours or refused. */
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { MarketMismatch, NewerVersion, NoDataFolder, NotAFolder, NotOurFolder, namePermission } from './folder-errors';

export const DATA_FORMAT_VERSION = 1;

const PRODUCT = 'tokenbourse';
const MARKER = 'tokenbourse.json';
const NEW_MARKER = 'tokenbourse.json.new';

export interface DataFolder {
  readonly path: string;
  readonly market: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Whether the log was ever opened for writing: then its file must be there. */
  readonly logStarted: boolean;
  /** LMDB's files. */
  readonly log: string;
  readonly snapshots: string;
  readonly readModels: string;
}

/** The marker file. */
interface Marker {
  readonly product: string;
  readonly format_version: number;
  readonly market: string;
  readonly created_at: string;
  readonly log_started: boolean;
}

/**
 * Opens a data folder for writing. A missing folder is made, parents too; an empty one is taken.
 * @throws NotAFolder, NotOurFolder, NewerVersion, MarketMismatch, NoPermission
 */
export function openDataFolder(path: string, market: string): DataFolder {
  const folder = resolve(path);
  makeFolder(folder);
  let marker = readMarker(folder);
  if (!marker) {
    assertEmpty(folder);
    marker = markerOf(market, new Date().toISOString(), false);
    writeMarker(folder, marker);
  }
  if (marker.market !== market) throw new MarketMismatch(folder, marker.market, market);
  const data = layout(folder, marker);
  for (const part of [data.log, data.snapshots, data.readModels]) makeFolder(part);
  for (const part of [folder, data.log]) assertAccess(part, constants.R_OK | constants.W_OK | constants.X_OK, 'write');
  return data;
}

/**
 * Finds a data folder for reading; nothing is made or changed.
 * @param market refused when the folder holds another one; any, without it
 * @throws NoDataFolder, NotAFolder, NotOurFolder, NewerVersion, MarketMismatch, NoPermission
 */
export function findDataFolder(path: string, market?: string): DataFolder {
  const folder = resolve(path);
  try {
    if (!statSync(folder).isDirectory()) throw new NotAFolder(folder);
  } catch (error) {
    if (isMissing(error)) throw new NoDataFolder(folder, 'does not exist');
    throw namePermission(error, folder, 'read');
  }
  const marker = readMarker(folder);
  if (!marker) {
    assertEmpty(folder);
    throw new NoDataFolder(folder, 'is empty');
  }
  if (market !== undefined && marker.market !== market) throw new MarketMismatch(folder, marker.market, market);
  return layout(folder, marker);
}

/**
 * Makes `path` a data folder of the same market and age as `original`: for backups.
 * @throws NotOurFolder when it has anything in it
 */
export function copyDataFolder(original: DataFolder, path: string): DataFolder {
  const folder = resolve(path);
  makeFolder(folder);
  assertEmpty(folder);
  const { market, createdAt } = original;
  const marker = markerOf(market, createdAt, true);
  const copy = layout(folder, marker);
  for (const part of [copy.log, copy.snapshots, copy.readModels]) makeFolder(part);
  writeMarker(folder, marker);
  return copy;
}

/** Notes in the marker that the log's file is there from now on: should it be missing later, it was lost. */
export function noteLogStarted({ path, market, createdAt }: DataFolder): void {
  writeMarker(path, markerOf(market, createdAt, true));
}

function markerOf(market: string, createdAt: string, logStarted: boolean): Marker {
  return {
    product: PRODUCT,
    format_version: DATA_FORMAT_VERSION,
    market,
    created_at: createdAt,
    log_started: logStarted,
  };
}

function layout(folder: string, marker: Marker): DataFolder {
  return {
    path: folder,
    market: marker.market,
    createdAt: marker.created_at,
    logStarted: marker.log_started,
    log: join(folder, 'log'),
    snapshots: join(folder, 'snapshots'),
    readModels: join(folder, 'read-models'),
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new NotAFolder((error as NodeJS.ErrnoException).path ?? path);
    throw namePermission(error, path, 'create');
  }
}

function assertEmpty(folder: string): void {
  let found: string[];
  try {
    found = readdirSync(folder).filter((name) => name !== NEW_MARKER); // left by a start that died while it made the folder
  } catch (error) {
    throw namePermission(error, folder, 'read');
  }
  if (found.length === 0) return;
  const shown = found
    .slice(0, 3)
    .map((name) => JSON.stringify(name))
    .join(', ');
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  throw new NotOurFolder(folder, `no ${MARKER} in it, but ${shown}${more}`);
}

function readMarker(folder: string): Marker | undefined {
  const path = join(folder, MARKER);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw namePermission(error, path, 'read');
  }
  const marker = parseMarker(folder, text);
  if (marker.format_version > DATA_FORMAT_VERSION)
    throw new NewerVersion(folder, marker.format_version, DATA_FORMAT_VERSION);
  return marker;
}

function parseMarker(folder: string, text: string): Marker {
  let json: Partial<Marker> | null;
  try {
    json = JSON.parse(text) as Partial<Marker> | null;
  } catch {
    throw new NotOurFolder(folder, `its ${MARKER} is not JSON`);
  }
  if (json === null || json.product !== PRODUCT) {
    throw new NotOurFolder(folder, `its ${MARKER} has product ${JSON.stringify(json?.product)}, not "${PRODUCT}"`);
  }
  const { format_version: version, market, created_at: createdAt, log_started: logStarted } = json;
  if (!Number.isInteger(version) || (version as number) < 1) {
    throw new NotOurFolder(
      folder,
      `its ${MARKER} has format_version ${JSON.stringify(version)}, not an integer from 1`,
    );
  }
  // a newer version may name its fields otherwise: it is refused as newer, not as foreign
  if ((version as number) > DATA_FORMAT_VERSION) return json as Marker;
  if (typeof market !== 'string' || typeof createdAt !== 'string' || typeof logStarted !== 'boolean') {
    throw new NotOurFolder(folder, `its ${MARKER} lacks market, created_at or log_started`);
  }
  return json as Marker;
}

/** Whole or not at all: written beside, flushed, renamed, and the folder flushed. */
function writeMarker(folder: string, marker: Marker): void {
  const path = join(folder, MARKER);
  try {
    const file = openSync(join(folder, NEW_MARKER), 'w', 0o644);
    try {
      writeSync(file, `${JSON.stringify(marker, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(join(folder, NEW_MARKER), path);
    flushFolder(folder);
  } catch (error) {
    throw namePermission(error, path, 'create');
  }
}

function flushFolder(folder: string): void {
  if (process.platform === 'win32') return; // folders can't be opened there
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function assertAccess(path: string, mode: number, action: 'read' | 'write'): void {
  try {
    accessSync(path, mode);
  } catch (error) {
    throw namePermission(error, path, action);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** LMDB's two meta pages, of which the newer one is where everything starts: read, and checked against each other. */
import type { FileBytes } from './file-bytes';

/** One tree of the file. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly entries: number;
  /** `NO_ROOT` when it is empty. */
  readonly root: bigint;
}

export interface Meta {
  readonly where: string;
  readonly pageSize: number;
  readonly transaction: number;
  readonly lastPage: number;
  /** Pages to be written over next, by transaction. */
  readonly free: Tree;
  /** Owner and frames, by place. */
  readonly main: Tree;
}

export const HEADER_BYTES = 24;
export const META_KIND = 8;
export const NO_ROOT = 0xffff_ffff_ffff_ffffn;

const META_BYTES = 144;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const INTEGER_KEY = 8;
const MOST_BYTES = 2 ** 44;
const RETRIES = 50;

/** LMDB writes over nothing that either of them needs, so both must hold. */
export interface MetaPair {
  readonly newer: Meta;
  readonly older: Meta;
}

/** @throws LogDamaged */
export function readMetaPair(file: FileBytes): MetaPair {
  for (let tries = 1; ; tries++) {
    try {
      return readPair(file);
    } catch (error) {
      if (tries === RETRIES) throw error; // it was not a live writer between the two reads
    }
  }
}

function readPair(file: FileBytes): MetaPair {
  const first = readMeta(file, 0, 0);
  const second = readMeta(file, 1, first.pageSize);
  if (first.pageSize !== second.pageSize) throw file.damaged('meta pages', 'their page sizes differ');
  // transaction n is written to meta page n mod 2; both are equal in a new file and in a backup
  const apart = Math.abs(first.transaction - second.transaction);
  const swapped = apart === 1 && first.transaction % 2 !== 0;
  if (apart > 1 || swapped) {
    const both = `${first.transaction} and ${second.transaction}`;
    throw file.damaged('meta pages', `their transactions ${both} can't stand side by side`);
  }
  const isFirst = first.transaction >= second.transaction;
  return { newer: isFirst ? first : second, older: isFirst ? second : first };
}

function readMeta(file: FileBytes, index: number, at: number): Meta {
  const where = `meta page ${index}`;
  const page = file.read(at, HEADER_BYTES + META_BYTES, where);
  const integer = (offset: number, what: string): number => {
    const value = page.readBigUInt64LE(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw file.damaged(where, `${what} ${value} can't be`);
    return Number(value);
  };
  const tree = (offset: number): Tree => ({
    flags: page.readUInt16LE(offset + 4),
    depth: page.readUInt16LE(offset + 6),
    entries: integer(offset + 32, 'entry count'),
    root: page.readBigUInt64LE(offset + 40),
  });
  if (page.readUInt16LE(18) !== META_KIND || page.readUInt32LE(24) !== MAGIC)
    throw file.damaged(where, 'it is none of LMDB');
  const version = page.readUInt32LE(28) & 0xffff;
  if (version !== DATA_VERSION) throw file.damaged(where, `data version ${version}, not ${DATA_VERSION}`);
  const pageSize = page.readUInt32LE(48);
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) {
    throw file.damaged(where, `page size ${pageSize} can't be`);
  }
  const meta: Meta = {
    where,
    pageSize,
    free: tree(48),
    main: tree(96),
    lastPage: integer(144, 'last page'),
    transaction: integer(152, 'transaction'),
  };
  if (meta.lastPage > MOST_BYTES / pageSize) throw file.damaged(where, `last page ${meta.lastPage} can't be`);
  if (meta.free.flags !== INTEGER_KEY || meta.main.flags !== 0) throw file.damaged(where, 'flags that are never set');
  return meta;
}

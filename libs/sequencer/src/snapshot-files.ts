// Snapshots as files: the state's bytes behind a header with position and SHA-256. Written beside, flushed, renamed:
// a file under its final name is whole, and if it is not, that is found.

import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import { readSnapshot, SnapshotUnreadable, writeSnapshot, type MarketState } from '@tokenbourse/engine';
import { positionFromJson, positionToJson, type Position } from '@tokenbourse/log';

const MAGIC = 'TBSNAP1\n';
const NAME = /^snapshot-(\d{16})\.tbs$/;

export interface SnapshotInfo {
  readonly file: string;
  readonly sequence: number;
}

export interface LoadedSnapshot {
  readonly state: MarketState;
  readonly position: Position;
  readonly stateHash: string;
}

/** SHA-256 over the snapshot of a state, hexadecimal: equal for all folds of the same log. */
export function stateHash(state: MarketState): string {
  return hashOf(writeSnapshot(state));
}

function hashOf(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export class SnapshotFiles {
  /** @param keep how many of the newest snapshots stay */
  constructor(
    private readonly folder: string,
    private readonly keep = 3,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** Newest first, by name alone. */
  list(): SnapshotInfo[] {
    return readdirSync(this.folder)
      .flatMap((name) => {
        const match = NAME.exec(name);
        return match === null ? [] : [{ file: path.join(this.folder, name), sequence: Number(match[1]) }];
      })
      .sort((a, b) => b.sequence - a.sequence);
  }

  /** Writes a snapshot, durable when this returns, and drops the oldest. Returns the state hash. */
  write(state: MarketState, position: Position): string {
    const chunks = writeSnapshot(state);
    const hash = hashOf(chunks);
    const header = Buffer.from(JSON.stringify({ position: positionToJson(position), state_hash: hash }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.byteLength);
    const final = path.join(this.folder, `snapshot-${String(position.sequence).padStart(16, '0')}.tbs`);
    const beside = `${final}.part`;
    const file = openSync(beside, 'w');
    try {
      for (const part of [Buffer.from(MAGIC), length, header, ...chunks]) writeWhole(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, final);
    syncFolder(this.folder);
    for (const { file: old } of this.list().slice(this.keep)) rmSync(old, { force: true });
    return hash;
  }

  /** Reads and verifies one snapshot. Throws SnapshotUnreadable, naming what is wrong. */
  read({ file, sequence }: SnapshotInfo): LoadedSnapshot {
    const bytes = readFileSync(file);
    const name = path.basename(file);
    if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) {
      throw new SnapshotUnreadable(`${name} does not begin as a snapshot of this version does`);
    }
    try {
      const headerAt = MAGIC.length + 4;
      const bodyAt = headerAt + bytes.readUInt32LE(MAGIC.length);
      const header = JSON.parse(bytes.subarray(headerAt, bodyAt).toString()) as Record<string, unknown>;
      const position = positionFromJson(header['position']);
      const body = bytes.subarray(bodyAt);
      const hash = hashOf([body]);
      if (hash !== header['state_hash']) throw new Error(`its bytes give the hash ${hash}, its header says otherwise`);
      const state = readSnapshot(body);
      if (state.sequence !== position.sequence || state.sequence !== sequence) {
        throw new Error(`its state is that of record ${state.sequence}, its header and name say otherwise`);
      }
      return { state, position, stateHash: hash };
    } catch (error) {
      if (error instanceof SnapshotUnreadable) throw error;
      throw new SnapshotUnreadable(`${name} is damaged: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

// Snapshots as files: the state's bytes behind a header with position and SHA-256. Written beside, flushed, renamed:
// a file under its final name is whole, and if it is not, that is found.

import { createHash } from 'node:crypto';
import * as machineFiles from 'node:fs';
import path from 'node:path';

import { readSnapshot, SnapshotUnreadable, writeSnapshot, type MarketState } from '@tokenbourse/engine';
import { FIRST_PLACE, positionFromJson, positionToJson, type CommandPlace, type Position } from '@tokenbourse/log';

const MAGIC = 'TBSNAP1\n';
/** Behind the name of a file that is being written. */
const BESIDE = '.part';
const NAME = /^snapshot-(\d{16})\.tbs$/;

/** What snapshots need of a file system: node's own functions, by their names. */
export interface SnapshotFileSystem {
  mkdirSync(folder: string, options: { readonly recursive: true }): unknown;
  readdirSync(folder: string): string[];
  readFileSync(file: string): Buffer;
  openSync(file: string, flags: 'r' | 'w'): number;
  writeSync(handle: number, bytes: Uint8Array, at: number): number;
  fsyncSync(handle: number): void;
  closeSync(handle: number): void;
  renameSync(from: string, to: string): void;
  rmSync(file: string, options: { readonly force: true }): void;
}

export interface SnapshotInfo {
  readonly file: string;
  readonly sequence: number;
}

export interface LoadedSnapshot {
  readonly state: MarketState;
  readonly position: Position;
  /** The next command that the log up to there has not answered. */
  readonly answered: CommandPlace;
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
  /**
   * @param keep how many of the newest snapshots stay
   * @param files the machine's without it
   */
  constructor(
    private readonly folder: string,
    private readonly keep = 3,
    private readonly files: SnapshotFileSystem = machineFiles,
  ) {
    files.mkdirSync(folder, { recursive: true });
  }

  /** Newest first, by name alone. */
  list(): SnapshotInfo[] {
    return this.files
      .readdirSync(this.folder)
      .flatMap((name) => {
        const match = NAME.exec(name);
        return match === null ? [] : [{ file: path.join(this.folder, name), sequence: Number(match[1]) }];
      })
      .sort((a, b) => b.sequence - a.sequence);
  }

  /** Writes a snapshot, durable when this returns, and drops the oldest. Returns the state hash. */
  write(state: MarketState, position: Position, answered: CommandPlace = FIRST_PLACE): string {
    const chunks = writeSnapshot(state);
    const hash = hashOf(chunks);
    const header = headerBytes({ position: positionToJson(position), answered, state_hash: hash });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.byteLength);
    this.finish(position.sequence, [Buffer.from(MAGIC), length, header, ...chunks]);
    return hash;
  }

  private finish(sequence: number, parts: readonly Uint8Array[]): void {
    const final = path.join(this.folder, `snapshot-${String(sequence).padStart(16, '0')}.tbs`);
    this.writeBeside(`${final}${BESIDE}`, parts);
    this.files.renameSync(`${final}${BESIDE}`, final);
    this.syncFolder();
    for (const { file: old } of this.list().slice(this.keep)) this.files.rmSync(old, { force: true });
  }

  /** Reads and verifies one snapshot. Throws SnapshotUnreadable, naming what is wrong. */
  read({ file, sequence }: SnapshotInfo): LoadedSnapshot {
    const name = path.basename(file);
    const bytes = this.bytesOf(file, name);
    if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) {
      throw new SnapshotUnreadable(`${name} does not begin as a snapshot of this version does`);
    }
    try {
      const { header, bodyAt } = headerIn(bytes);
      const position = positionFromJson(header['position']);
      const body = bytes.subarray(bodyAt);
      const hash = hashOf([body]);
      if (hash !== header['state_hash']) throw new Error(`its bytes give the hash ${hash}, its header says otherwise`);
      const state = readSnapshot(body);
      if (state.sequence !== position.sequence || state.sequence !== sequence) {
        throw new Error(`its state is that of record ${state.sequence}, its header and name say otherwise`);
      }
      return { state, position, answered: answeredOf(header['answered']), stateHash: hash };
    } catch (error) {
      if (error instanceof SnapshotUnreadable) throw error;
      throw new SnapshotUnreadable(`${name} is damaged: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Where the log is read on from a snapshot, as its header says; what is in it is not looked at. Throws SnapshotUnreadable. */
  positionOf({ file }: SnapshotInfo): Position {
    const name = path.basename(file);
    const bytes = this.bytesOf(file, name);
    try {
      return positionFromJson(headerIn(bytes).header['position']);
    } catch (error) {
      throw new SnapshotUnreadable(`${name} is damaged: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The snapshot as it can be carried to another machine. Throws SnapshotUnreadable. */
  bytes({ file }: SnapshotInfo): Buffer {
    return this.bytesOf(file, path.basename(file));
  }

  /** Takes in a snapshot from another machine, under the name that its record gives it. It is verified when it is read. */
  take(sequence: number, bytes: Uint8Array): void {
    this.finish(sequence, [bytes]);
  }

  private bytesOf(file: string, name: string): Buffer {
    try {
      return this.files.readFileSync(file);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (typeof code !== 'string') throw error;
      throw new SnapshotUnreadable(`${name} can't be read: ${message}`);
    }
  }

  /** What a failure leaves behind goes: on a full disk it would keep the next attempt from success. */
  private writeBeside(beside: string, parts: readonly Uint8Array[]): void {
    const { files } = this;
    this.dropUnfinished();
    try {
      const file = files.openSync(beside, 'w');
      try {
        for (const part of parts) this.writeWhole(file, part);
        files.fsyncSync(file);
      } finally {
        files.closeSync(file);
      }
    } catch (error) {
      files.rmSync(beside, { force: true });
      throw error;
    }
  }

  private dropUnfinished(): void {
    for (const name of this.files.readdirSync(this.folder)) {
      if (name.endsWith(`.tbs${BESIDE}`)) this.files.rmSync(path.join(this.folder, name), { force: true });
    }
  }

  private writeWhole(file: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength;) at += this.files.writeSync(file, bytes, at);
  }

  private syncFolder(): void {
    const { files } = this;
    const handle = files.openSync(this.folder, 'r');
    try {
      files.fsyncSync(handle);
    } finally {
      files.closeSync(handle);
    }
  }
}

/** JSON with a hash of all that stands before it: the state's own hash says nothing of the header. */
function headerBytes(header: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify({ ...header, header_hash: hashOf([Buffer.from(JSON.stringify(header))]) }));
}

function headerIn(bytes: Buffer): { readonly header: Readonly<Record<string, unknown>>; readonly bodyAt: number } {
  const headerAt = MAGIC.length + 4;
  const bodyAt = headerAt + bytes.readUInt32LE(MAGIC.length);
  const text = bytes.subarray(headerAt, bodyAt).toString();
  const { header_hash, ...header } = JSON.parse(text) as Record<string, unknown>;
  // Older ones have none.
  if (header_hash !== undefined && text !== headerBytes(header).toString()) throw new Error('its header was changed');
  return { header, bodyAt };
}

/** Snapshots from before there was a commands topic don't have it. */
function answeredOf(json: unknown): CommandPlace {
  if (json === undefined) return FIRST_PLACE;
  const { offset, index } = json as Record<string, unknown>;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(index)) throw new Error('its answered place is none');
  return { offset: offset as number, index: index as number };
}

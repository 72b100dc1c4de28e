// Read models saved as files, so that a start reads a tail of the log and not the whole.
//
// A file is a magic line and pieces: two lengths (32 bits each, little-endian), the head as JSON, bytes. The first piece
// says format, position, models' versions and retention; each one behind it belongs to a collection; the last holds the
// SHA-256 of all before it. A file is written beside, flushed and renamed: under its final name it is whole, and if it is
// not, that is found. What can't be used is named, and the log is read instead.

import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import * as machineFiles from 'node:fs/promises';
import { join } from 'node:path';

import { positionFromJson, positionToJson, type Position } from '@tokenbourse/log';
import { NO_BYTES, canonicalJson, type Json } from './documents';
import { reasonOf } from './errors';
import type { InProcessReadModels } from './in-process';

export const MODEL_FILE_FORMAT = 1;
const FILES_KEPT = 2;
const CHUNK_BYTES = 1_024 * 1_024;
/** A length that a damaged byte made up must not become one allocation. */
const LARGEST_READ_BYTES = 64 * 1_024 * 1_024;
const MAGIC = Buffer.from('TBMODELS\n');
const NAME = /^models-(\d{16})\.tbm$/;

/** What saved read models need of a file system: node's own functions, by their names. */
export interface ModelFileSystem {
  mkdir(folder: string, options: { readonly recursive: true }): Promise<unknown>;
  readdir(folder: string): Promise<string[]>;
  open(file: string, flags: 'r' | 'w'): Promise<ModelFileHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(file: string, options: { readonly force: true }): Promise<void>;
}

export interface ModelFileHandle {
  appendFile(bytes: Uint8Array): Promise<void>;
  read(into: Uint8Array, at: number, length: number): Promise<{ readonly bytesRead: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A saved file can't be used; `message` says which and why. */
export class ModelFileUnusable extends Error {
  readonly code = 'MODEL_FILE_UNUSABLE';
  constructor(
    readonly file: string,
    why: string,
    /** Its bytes are not what was written; else it is whole, and of another version or retention. */
    readonly isDamaged = false,
  ) {
    super(`saved read models ${file}: ${why}`);
    this.name = 'ModelFileUnusable';
  }
}

interface Header {
  readonly format: number;
  readonly position: unknown;
  readonly at_us: number;
  readonly byte_order: string;
  readonly models: Json;
  readonly retention: Json;
}

export class ModelFiles {
  /** @param files the machine's without it */
  constructor(
    readonly folder: string,
    private readonly files: ModelFileSystem = machineFiles,
  ) {}

  /** Paths, newest first. */
  async list(): Promise<string[]> {
    const names = await this.files.readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const known = names.filter((name) => NAME.test(name)).sort();
    return known.reverse().map((name) => join(this.folder, name));
  }

  /** Writes the models down; durable when it resolves. The models must not fold meanwhile; questions may be asked. */
  async save(models: InProcessReadModels, position: Position): Promise<string> {
    const { store } = models;
    if (store.sequence !== position.sequence || store.failure !== undefined) {
      throw new Error(`the models are at record ${store.sequence}, the position at ${position.sequence}: not saved`);
    }
    await this.files.mkdir(this.folder, { recursive: true });
    const final = join(this.folder, `models-${String(position.sequence).padStart(16, '0')}.tbm`);
    const beside = `${final}.part`;
    try {
      await this.writeBeside(beside, models, position);
    } catch (error) {
      // On a full disk it would keep the next attempt from success.
      await this.files.rm(beside, { force: true });
      throw error;
    }
    await this.files.rename(beside, final);
    await this.syncFolder();
    await this.dropOld();
    return final;
  }

  private async writeBeside(beside: string, models: InProcessReadModels, position: Position): Promise<void> {
    await this.dropUnfinished();
    const handle = await this.files.open(beside, 'w');
    try {
      const hash = createHash('sha256');
      for (const bytes of chunksOf(models, position)) {
        hash.update(bytes);
        await handle.appendFile(bytes);
      }
      for (const bytes of pieceBytes({ sha256: hash.digest('hex') }, NO_BYTES)) await handle.appendFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /**
   * Reads a file into empty models; returns where in the log they stand. After an error the models are to be `reset`.
   * @throws ModelFileUnusable
   */
  async load(file: string, models: InProcessReadModels): Promise<Position> {
    try {
      return await this.restore(file, models);
    } catch (error) {
      if (error instanceof ModelFileUnusable) throw error;
      throw new ModelFileUnusable(file, `is damaged: ${reasonOf(error)}`, true);
    }
  }

  private async restore(file: string, models: InProcessReadModels): Promise<Position> {
    const handle = await this.files.open(file, 'r');
    try {
      const reader = new PieceReader(handle);
      await reader.begin();
      const header = readHeader(file, (await reader.next()).head, models);
      for (;;) {
        const sum = reader.digest();
        const { head, bytes } = await reader.next();
        if (!Array.isArray(head)) {
          await assertEnd(reader, head, sum);
          break;
        }
        models.store.restorePiece(head[0] as string, { head: head[1] as Json, bytes });
      }
      models.store.resume(header.position.sequence, header.at_us);
      return header.position;
    } finally {
      await handle.close();
    }
  }

  private async syncFolder(): Promise<void> {
    const handle = await this.files.open(this.folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private async dropOld(): Promise<void> {
    for (const file of (await this.list()).slice(FILES_KEPT)) await this.files.rm(file, { force: true });
  }

  private async dropUnfinished(): Promise<void> {
    const unfinished = (await this.files.readdir(this.folder)).filter((name) => name.endsWith('.tbm.part'));
    for (const name of unfinished) await this.files.rm(join(this.folder, name), { force: true });
  }
}

function versionsOf(models: InProcessReadModels): Json {
  return Object.fromEntries(models.store.models.map(({ name, version }) => [name, version]));
}

/** The file's bytes up to its checksum: small pieces together, large ones by themselves and uncopied. */
function* chunksOf(models: InProcessReadModels, position: Position): Iterable<Uint8Array> {
  const header: Header = {
    format: MODEL_FILE_FORMAT,
    position: positionToJson(position),
    at_us: models.store.atUs,
    byte_order: endianness(),
    models: versionsOf(models),
    retention: models.retention as unknown as Json,
  };
  let small: Uint8Array[] = [MAGIC, ...pieceBytes(header as unknown as Json, NO_BYTES)];
  let size = 0;
  for (const [collection, piece] of models.store.pieces()) {
    for (const bytes of pieceBytes([collection, piece.head], piece.bytes)) {
      const isLarge = bytes.length >= CHUNK_BYTES;
      if (!isLarge) {
        small.push(bytes);
        size += bytes.length;
        if (size < CHUNK_BYTES) continue;
      }
      yield Buffer.concat(small);
      if (isLarge) yield bytes;
      small = [];
      size = 0;
    }
  }
  yield Buffer.concat(small);
}

function pieceBytes(head: Json, bytes: Uint8Array): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(bytes.length, 4);
  return bytes.length === 0 ? [Buffer.concat([lengths, text])] : [Buffer.concat([lengths, text]), bytes];
}

class PieceReader {
  private readonly hash = createHash('sha256');
  private buffer: Buffer = Buffer.alloc(0);

  constructor(private readonly handle: ModelFileHandle) {}

  async begin(): Promise<void> {
    if (!(await this.take(MAGIC.length)).equals(MAGIC)) throw new Error('it does not begin as such a file does');
  }

  /** Of all bytes so far. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  async next(): Promise<{ head: Json; bytes: Uint8Array }> {
    const lengths = await this.take(8);
    const head = JSON.parse((await this.take(lengths.readUInt32LE(0))).toString()) as Json;
    return { head, bytes: await this.take(lengths.readUInt32LE(4)) };
  }

  async atEnd(): Promise<boolean> {
    return this.buffer.length === 0 && (await this.handle.read(Buffer.alloc(1), 0, 1)).bytesRead === 0;
  }

  private async take(length: number): Promise<Buffer> {
    while (this.buffer.length < length) {
      const more = Buffer.allocUnsafe(Math.min(Math.max(CHUNK_BYTES, length - this.buffer.length), LARGEST_READ_BYTES));
      const { bytesRead } = await this.handle.read(more, 0, more.length);
      if (bytesRead === 0) throw new Error('it ends before its checksum');
      this.buffer = Buffer.concat([this.buffer, more.subarray(0, bytesRead)]);
    }
    const taken = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    this.hash.update(taken);
    return taken;
  }
}

async function assertEnd(reader: PieceReader, head: Json, sum: string): Promise<void> {
  const { sha256 } = head as { sha256?: unknown };
  if (sha256 !== sum) throw new Error(`its bytes give the checksum ${sum}, its end says otherwise`);
  if (!(await reader.atEnd())) throw new Error('it goes on behind its checksum');
}

function readHeader(file: string, head: Json, models: InProcessReadModels): { position: Position; at_us: number } {
  const header = head as unknown as Partial<Header>;
  if (!Number.isInteger(header.format)) throw new Error('its first piece is no header');
  if (header.format !== MODEL_FILE_FORMAT) {
    throw new ModelFileUnusable(file, `has format ${header.format}, this program reads format ${MODEL_FILE_FORMAT}`);
  }
  if (header.byte_order !== endianness()) {
    throw new ModelFileUnusable(file, `was written by a machine of byte order ${header.byte_order}`);
  }
  const versions = canonicalJson(versionsOf(models));
  if (canonicalJson(header.models ?? null) !== versions) {
    throw new ModelFileUnusable(file, `holds other versions of the models than this program’s ${versions}`);
  }
  if (canonicalJson(header.retention ?? null) !== canonicalJson(models.retention as unknown as Json)) {
    throw new ModelFileUnusable(file, 'was made with another retention');
  }
  return { position: positionFromJson(header.position), at_us: header.at_us as number };
}

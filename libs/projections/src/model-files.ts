// Read models saved as files, so that a start reads a tail of the log and not the whole.
//
// A file is lines of JSON: a header (format, position, models' versions, retention), one line [collection, key, value] per
// document, and a last line with the SHA-256 of all bytes before it. It is written beside, flushed and renamed: a file
// under its final name is whole, and if it is not, that is found. What can't be used is named and the log is read instead.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

import { positionFromJson, positionToJson, type Position } from '@tokenbourse/log';
import { canonicalJson, type Json } from './documents';
import { reasonOf } from './errors';
import type { InProcessReadModels } from './in-process';

export const MODEL_FILE_FORMAT = 1;
const FILES_KEPT = 2;
const CHUNK_CHARACTERS = 256 * 1_024;
const NAME = /^models-(\d{16})\.ndjson$/;

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
  readonly models: Json;
  readonly retention: Json;
}

export class ModelFiles {
  constructor(readonly folder: string) {}

  /** Paths, newest first. */
  async list(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
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
    await mkdir(this.folder, { recursive: true });
    const final = join(this.folder, `models-${String(position.sequence).padStart(16, '0')}.ndjson`);
    const beside = `${final}.part`;
    const handle = await open(beside, 'w');
    try {
      const hash = createHash('sha256');
      for (const chunk of chunksOf(models, position)) {
        const bytes = Buffer.from(chunk);
        hash.update(bytes);
        await handle.appendFile(bytes);
      }
      await handle.appendFile(`${JSON.stringify({ sha256: hash.digest('hex') })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, final);
    await syncFolder(this.folder);
    await this.dropOld();
    return final;
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
    let header: { position: Position; at_us: number } | undefined;
    let last: string | undefined;
    const hash = createHash('sha256');
    for await (const line of linesOf(file)) {
      // The last line is the checksum of those before it, so each line is taken in when the next one has come.
      if (last !== undefined) {
        hash.update(`${last}\n`);
        if (header === undefined) header = readHeader(file, last, models);
        else restoreLine(last, models);
      }
      last = line;
    }
    if (header === undefined || last === undefined) throw new Error('it ends before its checksum');
    const { sha256 } = JSON.parse(last) as { sha256?: unknown };
    const digest = hash.digest('hex');
    if (sha256 !== digest) throw new Error(`its bytes give the checksum ${digest}, its last line says otherwise`);
    models.store.resume(header.position.sequence, header.at_us);
    return header.position;
  }

  private async dropOld(): Promise<void> {
    const old = (await this.list()).slice(FILES_KEPT);
    const parts = (await readdir(this.folder)).filter((name) => name.endsWith('.ndjson.part'));
    for (const file of [...old, ...parts.map((name) => join(this.folder, name))]) await rm(file, { force: true });
  }
}

function versionsOf(models: InProcessReadModels): Json {
  return Object.fromEntries(models.store.models.map(({ name, version }) => [name, version]));
}

function* chunksOf(models: InProcessReadModels, position: Position): Iterable<string> {
  const header: Header = {
    format: MODEL_FILE_FORMAT,
    position: positionToJson(position),
    at_us: models.store.atUs,
    models: versionsOf(models),
    retention: models.retention as unknown as Json,
  };
  let chunk = `${JSON.stringify(header)}\n`;
  for (const { collection, key, value } of models.store.documents()) {
    chunk += `${JSON.stringify([collection, key, value])}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

async function* linesOf(file: string): AsyncIterable<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const bytes of createReadStream(file, { highWaterMark: CHUNK_CHARACTERS })) {
    const lines = (rest + decoder.write(bytes as Buffer)).split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  if (rest + decoder.end() !== '') throw new Error('its last line has no end');
}

function readHeader(file: string, line: string, models: InProcessReadModels): { position: Position; at_us: number } {
  const header = JSON.parse(line) as Partial<Header>;
  if (!Number.isInteger(header.format)) throw new Error('its first line is no header');
  if (header.format !== MODEL_FILE_FORMAT) {
    throw new ModelFileUnusable(file, `has format ${header.format}, this program reads format ${MODEL_FILE_FORMAT}`);
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

function restoreLine(line: string, models: InProcessReadModels): void {
  const [collection, key, value] = JSON.parse(line) as [string, string, Json];
  models.store.restore({ collection, key, value });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

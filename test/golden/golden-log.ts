// Golden logs: what the exchange wrote when a version of its events was new, kept for ever. Each has a folder of its own:
// its frames, a snapshot taken on the way, the steps that made it, and what reading it must give.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { decodeRecords, EVENTS, recordToJson, type EventType, type Field, type LogRecord } from '@tokenbourse/domain';
import { MarketState, SNAPSHOT_VERSION } from '@tokenbourse/engine';
import { decodeFrame, encodeFrame, hex, lastSequence, originPosition, sameId, type Frame } from '@tokenbourse/log';
import { canonicalJson, InProcessReadModels, type Json } from '@tokenbourse/projections';
import { Fold, SnapshotFiles, stateHash, type LoadedSnapshot } from '@tokenbourse/sequencer';

import type { Step } from './history';

/** What reading a golden log must give, in `expected.json`. */
export interface Expected {
  readonly records: number;
  /** Id of the last frame: names the whole history. */
  readonly tip: string;
  /** SHA-256 of its records as JSON, a line each. */
  readonly json_sha256: string;
  /** By the version of snapshots: the state hash is a digest of a snapshot's bytes. */
  readonly state_hash: { readonly [snapshotVersion: string]: string };
  /** SHA-256 of each collection of the read models. */
  readonly read_models_sha256: { readonly [collection: string]: string };
}

const FILES = { frames: 'log.frames', steps: 'steps.ndjson.gz', expected: 'expected.json' } as const;

export class GoldenLog {
  constructor(readonly folder: string) {}

  static all(root: string): GoldenLog[] {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.map(({ name }) => new GoldenLog(path.join(root, name)));
  }

  get name(): string {
    return path.basename(this.folder);
  }

  expected(): Expected {
    return JSON.parse(readFileSync(path.join(this.folder, FILES.expected), 'utf8')) as Expected;
  }

  /** Each frame lies behind its length in four bytes, little-endian. */
  frames(): Frame[] {
    const bytes = readFileSync(path.join(this.folder, FILES.frames));
    const frames: Frame[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readUInt32LE(at);
      frames.push(decodeFrame(bytes.subarray(at + 4, at + 4 + length), frames.length + 1));
      at += 4 + length;
    }
    return frames;
  }

  steps(): Step[] {
    const text = gunzipSync(readFileSync(path.join(this.folder, FILES.steps))).toString();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Step);
  }

  snapshot(): LoadedSnapshot {
    const files = new SnapshotFiles(this.folder);
    return files.read(files.list()[0]!);
  }

  /** Writes a new golden log. Never over an old one. */
  static write(folder: string, frames: readonly Frame[], steps: readonly Step[], snapshotAt: Fold): void {
    if (existsSync(folder)) throw new GoldenLogExists(folder);
    const expected = `${JSON.stringify(readingOf(frames), null, 2)}\n`;
    mkdirSync(folder, { recursive: true });
    const parts = frames.map(encodeFrame).flatMap((frame) => [lengthOf(frame), frame]);
    writeFileSync(path.join(folder, FILES.frames), Buffer.concat(parts));
    writeFileSync(path.join(folder, FILES.steps), gzipSync(steps.map((step) => `${JSON.stringify(step)}\n`).join('')));
    new SnapshotFiles(folder).write(snapshotAt.state, snapshotAt.position);
    writeFileSync(path.join(folder, FILES.expected), expected);
  }
}

export class GoldenLogExists extends Error {
  readonly code = 'GOLDEN_LOG_EXISTS';
  constructor(folder: string) {
    super(`${folder} is there already; a golden log is never changed: record a new one under another name`);
  }
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

/** Folds frames from the first, or from a snapshot on. */
export function foldOf(frames: readonly Frame[], from?: LoadedSnapshot): Fold {
  const fold = from === undefined ? new Fold(new MarketState(), originPosition()) : new Fold(from.state, from.position);
  for (const frame of frames) {
    const { place, sequence, id } = fold.position;
    if (frame.firstSequence <= sequence) continue;
    if (frame.firstSequence !== sequence + 1 || !sameId(frame.predecessor, id)) {
      throw new Error(`the frame of record ${frame.firstSequence} does not continue the chain`);
    }
    fold.take({ frame, position: { place: place + 1, sequence: lastSequence(frame), id: frame.id } });
  }
  return fold;
}

export function recordsOf(frames: readonly Frame[]): LogRecord[] {
  return frames.flatMap((frame) => decodeRecords(frame.payload, frame.firstSequence));
}

/** What today's code reads out of frames. */
export function readingOf(frames: readonly Frame[]): Expected {
  const fold = foldOf(frames);
  const records = recordsOf(frames);
  return {
    records: records.length,
    tip: hex(fold.position.id),
    json_sha256: digestOf(records.map(recordToJson)),
    state_hash: { [SNAPSHOT_VERSION]: stateHash(fold.state) },
    read_models_sha256: readModelsOf(frames),
  };
}

function readModelsOf(frames: readonly Frame[]): { [collection: string]: string } {
  const models = new InProcessReadModels();
  for (const frame of frames) models.applyPayload(frame.payload, frame.firstSequence);
  const lines = new Map<string, string[]>();
  for (const { collection, key, value } of models.store.documents()) {
    lines.set(collection, [...(lines.get(collection) ?? []), canonicalJson([key, value as Json])]);
  }
  return Object.fromEntries(
    [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, all]) => [name, digestOf(all.sort())]),
  );
}

function digestOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** Each event's version in the catalogue, as `OrderAccepted 1`, and each name of its lists, as `SELF_TRADE of …`. */
export function catalogueWords(): Set<string> {
  const words = new Set<string>();
  for (const [type, { version, fields }] of Object.entries(EVENTS)) {
    words.add(`${type} ${version}`);
    for (const field of Object.values(fields) as Field<unknown>[]) {
      for (const value of field.values ?? []) words.add(wordOf(field, value));
    }
  }
  return words;
}

/** Those words that stand in records. */
export function wordsOf(records: readonly LogRecord[]): Set<string> {
  const words = new Set<string>();
  for (const event of records.flatMap(({ events }) => events)) {
    const { version, fields } = EVENTS[event.type as EventType];
    words.add(`${event.type} ${version}`);
    for (const [name, field] of Object.entries(fields) as [string, Field<unknown>][]) {
      if (field.kind === 'choice') words.add(wordOf(field, (event as unknown as Record<string, string>)[name]!));
    }
  }
  return words;
}

/** Names are kept as their place in their list: a list is told by its first and its last name. */
function wordOf({ values = [] }: Field<unknown>, value: string): string {
  return `${value} of ${values[0]} … ${values.at(-1)}`;
}

/** What no log can hold. */
export const NEVER_WRITTEN: readonly string[] = [
  // Nothing is kept before the opening; and of an id that was used for another request the first outcome is told.
  'MARKET_NOT_OPEN of NONE … INTERNAL',
  'COMMAND_ID_REUSED of NONE … INTERNAL',
  // A command that failed has an event of its own.
  'INTERNAL of MARKET_NOT_OPEN … INTERNAL',
];

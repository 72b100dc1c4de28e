/** Reads a market's log from LMDB, in the writer's thread, another thread or another process: what is durable, and nothing else. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Bell,
  FrameDamaged,
  LogReader,
  LogUnavailable,
  PlacedFrame,
  Position,
  ReadOptions,
  assertOurs,
  decodeFrame,
  followFrames,
  originPosition,
  positionAfter,
  readContinuation,
  searchPosition,
} from '@tokenbourse/log';
import { DataFolder, copyDataFolder, findDataFolder } from './data-folder';
import { Environment, OWNER_KEY, dataFile, keyOf, nameFailure, openEnvironment, placeOf } from './environment';
import { LogDamaged, NoDataFolder, NoPermission } from './folder-errors';
import { judgeOwner, parseOwner } from './folder-owner';
import { LmdbFile } from './lmdb-file';
import type { Leaf } from './lmdb-tree';

/** Followers look again after so long, should no one have called `wake`. */
const POLL_MS = 250;

/** Reading lets other work of its thread run at least this often. */
const TURN_MS = 5;

export class LmdbLogReader implements LogReader {
  protected readonly bell = new Bell();
  private closed = false;
  /** Pages up to here were on disk before we came, so they are looked at before LMDB is; later ones come from a live writer. */
  private readonly placeAtOpening: number;
  private soundLeaf: Leaf | undefined;

  protected constructor(
    readonly folder: DataFolder,
    protected readonly env: Environment,
    private readonly file: LmdbFile,
  ) {
    this.placeAtOpening = this.lastPlace();
  }

  /**
   * Opens the log of a data folder for reading, in any thread of any process, before or after the writer.
   * @throws NoDataFolder, NotOurFolder, NewerVersion, MarketMismatch, NoPermission, LogDamaged
   */
  static async open(path: string, options: { market?: string } = {}): Promise<LmdbLogReader> {
    const folder = findDataFolder(path, options.market);
    const file = openLogFile(folder);
    if (!file) throw new NoDataFolder(folder.path, 'has no log in it');
    try {
      file.check();
      return new LmdbLogReader(folder, openForReading(folder, file), file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  async *read(from: Position, options: ReadOptions = {}): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertReadable(from);
    yield* this.framesAfter(from, options);
  }

  async *follow(from: Position, signal: AbortSignal): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertReadable(from);
    yield* followFrames(from, signal, this.bell, (last) => this.framesAfter(last, {}), POLL_MS);
  }

  async tip(): Promise<Position> {
    this.renew();
    return this.positionAt(this.lastPlace());
  }

  async locate(sequence: number): Promise<Position> {
    this.renew();
    const tip = this.positionAt(this.lastPlace());
    return searchPosition(sequence, originPosition(), tip, (place) => this.positionAt(place));
  }

  /** Call it when another thread or process has appended: followers look at once. */
  wake(): void {
    this.bell.ring();
  }

  /**
   * A consistent copy of log and marker in `path`, an empty or missing folder, while appends go on, by
   * whichever process. It can be started at once.
   * @returns the copy's tip, read from the copy
   * @throws NotOurFolder, NoPermission, LogUnavailable
   */
  async backup(path: string): Promise<Position> {
    this.assertOpen();
    const copy = copyDataFolder(this.folder, path);
    try {
      await this.env.backup(copy.log, false);
      const file = openSync(dataFile(copy.log), 'r+');
      fsyncSync(file);
      closeSync(file);
    } catch (error) {
      throw nameFailure(error, copy.log, 'write');
    }
    const reader = await LmdbLogReader.open(copy.path);
    try {
      return await reader.tip();
    } finally {
      await reader.close();
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.bell.ring();
    this.file.close();
    await this.env.close();
  }

  protected assertOpen(): void {
    if (this.closed) throw new LogUnavailable('closed', this.folder.log);
  }

  /** The newest snapshot of the file, from now on. */
  protected renew(): void {
    this.assertOpen();
    this.env.resetReadTxn();
  }

  /** Place of the last frame; 0 when there is none. */
  protected lastPlace(): number {
    try {
      for (const key of this.env.getKeys({ reverse: true, limit: 1 })) return placeOf(key);
      return 0;
    } catch (error) {
      throw nameFailure(error, this.folder.log, 'read');
    }
  }

  /**
   * The position after the frame at `place`, whose digest is verified.
   * @throws FrameDamaged
   */
  protected positionAt(place: number): Position {
    if (place === 0) return originPosition();
    try {
      return positionAfter(decodeFrame(this.bytesAt(place, 0), place), place);
    } catch (error) {
      if (!(error instanceof FrameDamaged)) throw error;
      throw new FrameDamaged(place, this.sequenceAt(place), error.what, error.detail);
    }
  }

  /**
   * The frame after `last`, verified.
   * @throws FrameDamaged
   */
  protected frameAfter(last: Position): PlacedFrame {
    const place = last.place + 1;
    return readContinuation(this.bytesAt(place, last.sequence + 1), last, place);
  }

  protected has(place: number): boolean {
    this.assertSound(place);
    return this.env.doesExist(keyOf(place));
  }

  private assertReadable(from: Position): void {
    this.renew();
    const end = this.lastPlace();
    const tip = from.place > end ? this.positionAt(end) : { ...originPosition(), place: end };
    assertOurs(from, originPosition(), tip, (place) => this.positionAt(place));
  }

  private async *framesAfter(from: Position, { limit = Infinity, signal }: ReadOptions): AsyncGenerator<PlacedFrame> {
    this.renew();
    const end = Math.min(this.lastPlace(), from.place + limit);
    let turn = performance.now();
    for (let last = from; last.place < end;) {
      signal?.throwIfAborted();
      this.assertOpen();
      const placed = this.frameAfter(last);
      last = placed.position;
      yield placed;
      if (performance.now() - turn > TURN_MS) {
        await nextTurn();
        turn = performance.now();
      }
    }
  }

  /** The stored bytes, copied out of the map. */
  private bytesAt(place: number, sequence: number): Uint8Array {
    this.assertSound(place);
    let bytes: Uint8Array | undefined;
    try {
      bytes = this.env.getBinary(keyOf(place));
    } catch (error) {
      throw nameFailure(error, this.folder.log, 'read');
    }
    if (bytes) return bytes;
    throw new FrameDamaged(place, sequence, 'missing', `the log goes on to frame ${this.lastPlace()}`);
  }

  private assertSound(place: number): void {
    const leaf = this.soundLeaf;
    if (place > this.placeAtOpening || (leaf && leaf.first <= place && place <= leaf.last)) return;
    try {
      this.soundLeaf = this.file.checkPath(place);
    } catch (error) {
      if (error instanceof LogDamaged) throw error;
      throw nameFailure(error, this.folder.log, 'read');
    }
  }

  /** The sequence number that the frame at `place` should start with, from the frame before it; 0 where that can't tell. */
  private sequenceAt(place: number): number {
    if (place <= 1) return 1;
    try {
      const before = decodeFrame(this.bytesAt(place - 1, 0), place - 1);
      return before.firstSequence + before.recordCount;
    } catch {
      return 0;
    }
  }
}

/**
 * @returns undefined when there is no log yet
 * @throws LogDamaged when there was one and it is gone
 */
export function openLogFile(folder: DataFolder): LmdbFile | undefined {
  const path = dataFile(folder.log);
  const file = LmdbFile.open(path);
  if (!file && folder.logStarted)
    throw new LogDamaged(path, 'as a whole', 'it is missing or empty, but the log was started');
  return file;
}

/**
 * LMDB opens a file once per process, as the first opener wants it. So a reader opens it as a writer would, lest a writer in this
 * process come later; but for reading only where another process writes, for it might be kept waiting by that one, or has no right.
 */
function openForReading(folder: DataFolder, file: LmdbFile): Environment {
  const owner = parseOwner(file.smallValue(OWNER_KEY) ?? Buffer.alloc(0));
  if (owner && owner.pid !== process.pid && judgeOwner(owner, file.identity) !== 'dead') {
    return openEnvironment(folder.log, true);
  }
  try {
    return openEnvironment(folder.log, false);
  } catch (error) {
    if (error instanceof NoPermission || error instanceof LogUnavailable) return openEnvironment(folder.log, true);
    throw error;
  }
}

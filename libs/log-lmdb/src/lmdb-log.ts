/** The embedded log: one value per frame in LMDB, acknowledged when flushed; one writer per data folder. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  EventLog,
  Frame,
  FrameDamaged,
  LogError,
  LogUnavailable,
  Position,
  assertCounts,
  encodeFrame,
  positionAfter,
} from '@tokenbourse/log';
import { DataFolder, noteLogStarted, openDataFolder } from './data-folder';
import {
  Environment,
  OWNER_KEY,
  assertWritable,
  dataFile,
  isNumberTaken,
  keyOf,
  nameFailure,
  openEnvironment,
} from './environment';
import { FolderInUse } from './folder-errors';
import { FolderOwner, holdFile, judgeOwner, letGoOfFile, parseOwner, thisOwner } from './folder-owner';
import { FileSummary, LmdbFile } from './lmdb-file';
import { LmdbLogReader, openLogFile } from './lmdb-reader';

const EPERM = 1;
/** How long LMDB may take to tell the cause of a failed write. */
const CAUSE_MS = 500;

/** A frame on its way to the disk, and who waits for it. */
interface Append {
  readonly bytes: Uint8Array;
  readonly position: Position;
  readonly done: (position: Position) => void;
  readonly failed: (error: Error) => void;
}

export class LmdbEventLog extends LmdbLogReader implements EventLog {
  private readonly identity: string;
  private queue: Append[] = [];
  /** Ends when nothing is on its way. */
  private writing: Promise<void> | undefined;
  /** After all that is on its way. */
  private last: Position;
  private lastAppend: Promise<Position>;
  private failure: LogUnavailable | undefined;
  private closing: Promise<void> | undefined;

  private constructor(folder: DataFolder, env: Environment, file: LmdbFile, summary: FileSummary) {
    super(folder, env, file);
    this.identity = file.identity;
    this.assertComplete(summary);
    this.last = this.verifiedTip();
    this.lastAppend = Promise.resolve(this.last);
  }

  /**
   * Opens a data folder for writing, as its only writer; makes it when it is missing. Checks the file's structure where it
   * will be touched, the number of frames, and the last frame with its link to the one before.
   * @throws NotAFolder, NotOurFolder, NewerVersion, MarketMismatch, NoPermission, FolderInUse, LogDamaged, FrameDamaged, LogUnavailable
   */
  static override async open(path: string, { market = 'main' }: { market?: string } = {}): Promise<LmdbEventLog> {
    const folder = openDataFolder(path, market);
    const earlier = openLogFile(folder);
    let summary: FileSummary = { entries: 0, lastKey: -1 };
    if (earlier) {
      try {
        refuseLiveOwner(folder, parseOwner(earlier.smallValue(OWNER_KEY) ?? Buffer.alloc(0)), earlier.identity);
        summary = earlier.check();
      } finally {
        earlier.close();
      }
    }
    assertWritable(folder.log);
    const env = openEnvironment(folder.log, false);
    let file: LmdbFile | undefined;
    let claimed = false;
    try {
      file = LmdbFile.open(dataFile(folder.log)) as LmdbFile;
      claimFolder(folder, env, file.identity);
      claimed = true;
      if (!folder.logStarted) noteLogStarted(folder);
      return new LmdbEventLog(folder, env, file, summary);
    } catch (error) {
      if (claimed) releaseFolder(folder, env, file!.identity);
      file?.close();
      await env.close();
      throw error;
    }
  }

  async append(frame: Frame): Promise<Position> {
    this.assertWritable();
    const bytes = encodeFrame(frame);
    if (!assertCounts(frame, this.last)) return this.lastAppend;
    const position = positionAfter(frame, this.last.place + 1);
    this.last = position;
    const appended = new Promise<Position>((done, failed) => this.queue.push({ bytes, position, done, failed }));
    this.lastAppend = appended.then(({ place, sequence, id }) => ({ place, sequence, id: new Uint8Array(id) }));
    this.lastAppend.catch(() => undefined); // it is reported to whoever appended
    this.writing ??= this.writeQueue();
    return appended;
  }

  /** Waits for appends in flight, then gives the folder up. */
  override close(): Promise<void> {
    this.closing ??= (async () => {
      await this.writing;
      releaseFolder(this.folder, this.env, this.identity);
      await super.close();
    })();
    return this.closing;
  }

  private assertWritable(): void {
    if (this.closing) throw new LogUnavailable('closed', this.folder.log);
    if (this.failure) throw new LogUnavailable('failed before', this.folder.log, { cause: this.failure });
  }

  /** Writes what waits, as one transaction, until nothing waits: a frame is never on its way while one before it may still fail. */
  private async writeQueue(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        assertWritable(this.folder.log);
        await this.env.batch(() => {
          for (const { position, bytes } of batch) void this.env.put(keyOf(position.place), bytes);
        });
      } catch (error) {
        this.fail([...batch, ...this.queue], await causeOf(error));
        break;
      }
      for (const { done, position } of batch) done({ ...position, id: new Uint8Array(position.id) });
      this.bell.ring();
    }
    this.writing = undefined;
  }

  private fail(appends: readonly Append[], cause: unknown): void {
    const named = cause instanceof LogError ? cause : nameFailure(cause, this.folder.log, 'write');
    this.failure =
      named instanceof LogUnavailable ? named : new LogUnavailable('no permission', this.folder.log, { cause: named });
    this.queue = [];
    for (const { failed } of appends) failed(this.failure);
  }

  /** As many frames as the last one's number says; else names the first that is missing. */
  private assertComplete({ entries, lastKey }: FileSummary): void {
    if (entries === lastKey + 1) return;
    for (let place = 1; place <= lastKey; place++) {
      if (!this.has(place)) {
        throw new FrameDamaged(
          place,
          0,
          'missing',
          `the log has ${entries - 1} frames and goes on to frame ${lastKey}`,
        );
      }
    }
  }

  /** The last frame must be whole and continue the one before. */
  private verifiedTip(): Position {
    const place = this.lastPlace();
    if (place < 2) return this.positionAt(place);
    return this.frameAfter(this.positionAt(place - 1)).position;
  }
}

function refuseLiveOwner(folder: DataFolder, owner: FolderOwner | undefined, identity: string): void {
  if (!owner || judgeOwner(owner, identity) !== 'alive') return;
  throw new FolderInUse(folder.path, owner.pid, owner.since, owner.host);
}

/** Takes the folder in one transaction: LMDB lets one process at a time in, so of two that start at once one sees the other. */
function claimFolder(folder: DataFolder, env: Environment, identity: string): void {
  try {
    env.getBinary(keyOf(OWNER_KEY)); // takes a slot in LMDB's table of openers, by which others see that we live
    env.transactionSync(() => {
      const owner = parseOwner(env.getBinary(keyOf(OWNER_KEY)) ?? Buffer.alloc(0));
      if (owner && owner.pid !== process.pid && judgeOwner(owner, identity) === 'unsure' && hasOpen(env, owner.pid)) {
        throw new FolderInUse(folder.path, owner.pid, owner.since, owner.host);
      }
      refuseLiveOwner(folder, owner, identity);
      env.putSync(keyOf(OWNER_KEY), Buffer.from(JSON.stringify(thisOwner(identity))));
    });
    holdFile(identity);
  } catch (error) {
    if (error instanceof FolderInUse) throw error;
    if (isNumberTaken(error)) throw new FolderInUse(folder.path, process.pid, 'its start', 'another container');
    throw nameFailure(error, folder.log, 'write');
  }
}

function releaseFolder(folder: DataFolder, env: Environment, identity: string): void {
  letGoOfFile(identity);
  try {
    assertWritable(folder.log);
    env.putSync(keyOf(OWNER_KEY), Buffer.from('{}'));
  } catch {
    // the disk refuses: what stays is known as a dead owner's by its process, or by ours as let go of
  }
}

/** Whether LMDB's table of openers has a living process of that number. */
function hasOpen(env: Environment, pid: number): boolean {
  env.readerCheck();
  return new RegExp(`^\\s*${pid}\\s`, 'm').test(env.readerList());
}

/**
 * LMDB rejects with a general error that carries a promise of the cause, and keeps that for all system errors but number 1,
 * "operation not permitted", which its package takes for something else.
 */
async function causeOf(error: unknown): Promise<unknown> {
  const commitError = (error as { commitError?: Promise<never> }).commitError;
  if (!commitError) return error;
  const waiting = new AbortController();
  const untold = Object.assign(new Error('operation not permitted', { cause: error }), { code: EPERM });
  try {
    return await Promise.race([
      commitError.then(
        () => error,
        (cause: unknown) => cause,
      ),
      pause(CAUSE_MS, untold, { signal: waiting.signal }),
    ]);
  } finally {
    waiting.abort();
  }
}

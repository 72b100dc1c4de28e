// The event log on the simulated disk: real frames, the real chain, and every way in which a disk can fail an append.
//
// An append is four operations: write the frames, flush them, write the commit record, flush it. Only then it is
// answered. Frames that wait are written together.

import {
  Bell,
  LogUnavailable,
  assertCounts,
  encodeFrame,
  positionAfter,
  type EventLog,
  type Frame,
  type Position,
} from '@tokenbourse/log';

import { DiskRefusal, type StoredFile } from '../disk/medium';
import type { DiskPort } from '../disk/disk-port';
import { commitBytes, journalBytes } from './journal';
import { JournalReader } from './journal-reader';

export const LOG_FOLDER = '/log';
export const LOG_FILE = `${LOG_FOLDER}/journal`;

interface Append {
  readonly frame: Frame;
  readonly bytes: Uint8Array;
  readonly position: Position;
  readonly done: (position: Position) => void;
  readonly failed: (error: Error) => void;
}

export class SimulatedLog extends JournalReader implements EventLog {
  private queue: Append[] = [];
  private writing: Promise<void> | undefined;
  private last: Position;
  private lastAppend: Promise<Position>;
  private failure: LogUnavailable | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly port: DiskPort,
    private readonly file: StoredFile,
    bell: Bell,
  ) {
    super(file, bell);
    this.journal.takeCommitted();
    this.last = this.journal.tip;
    this.lastAppend = Promise.resolve(this.last);
  }

  /**
   * Opens the log for writing; makes it when it is missing. Frames that were written and not committed count from now on,
   * after they have been flushed.
   * @throws FrameDamaged when a committed frame is not what was written; LogUnavailable
   */
  static async open(port: DiskPort, bell: Bell): Promise<SimulatedLog> {
    const { medium } = port;
    try {
      if (!medium.has(LOG_FILE)) {
        await port.name('log', () => void medium.create(LOG_FILE));
        await port.name('log', () => medium.flushNames(LOG_FOLDER));
      }
      const log = new SimulatedLog(port, medium.file(LOG_FILE), bell);
      await log.settleUncommitted();
      return log;
    } catch (error) {
      throw nameRefusal(error);
    }
  }

  append(frame: Frame): Promise<Position> {
    try {
      this.assertWritable();
      const bytes = encodeFrame(frame);
      if (!assertCounts(frame, this.last)) return this.lastAppend;
      const position = positionAfter(frame, this.last.place + 1);
      this.last = position;
      const appended = new Promise<Position>((done, failed) =>
        this.queue.push({ frame, bytes, position, done, failed }),
      );
      this.lastAppend = appended.then(copyOf);
      this.lastAppend.catch(() => undefined); // it is reported to whoever appended
      this.writing ??= this.writeQueue();
      return appended;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Waits for appends in flight. */
  override close(): Promise<void> {
    this.closing ??= (async () => {
      await this.writing;
      await super.close();
    })();
    return this.closing;
  }

  private assertWritable(): void {
    if (this.closing) throw new LogUnavailable('closed', LOG_FILE);
    if (this.failure) throw new LogUnavailable('failed before', LOG_FILE, { cause: this.failure });
  }

  private async writeQueue(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        await this.writeBatch(batch);
      } catch (error) {
        this.fail([...batch, ...this.queue], error);
        break;
      }
      for (const { done, position } of batch) done(copyOf(position));
      this.bell.ring();
    }
    this.writing = undefined;
  }

  private async writeBatch(batch: readonly Append[]): Promise<void> {
    const { port, file, journal } = this;
    const bytes = journalBytes(batch.map((append) => append.bytes));
    const at = journal.end;
    const { position } = batch[batch.length - 1]!;
    await port.write('log', file, at, bytes, 'frames');
    await port.flush('log', file, 'frames');
    await this.commit(position, at + bytes.length);
    for (const append of batch) journal.take(append);
  }

  private async commit({ place, id }: Position, end: number): Promise<void> {
    const { port, file } = this;
    await port.write('log', file, this.journal.nextCommitAt(), commitBytes(place, end, id), 'commit');
    await port.flush('log', file, 'commit');
  }

  /** Brings to the disk for certain what is there by luck; then it counts. */
  private async settleUncommitted(): Promise<void> {
    const found = this.journal.takeUncommitted();
    await this.port.flush('log', this.file, 'frames');
    for (let i = 0; i < found; i++) this.port.frameFound();
    if (found > 0) await this.commit(this.journal.tip, this.journal.end);
    this.last = this.journal.tip;
    this.lastAppend = Promise.resolve(this.last);
  }

  private fail(appends: readonly Append[], cause: unknown): void {
    const named = nameRefusal(cause);
    this.failure = named instanceof LogUnavailable ? named : new LogUnavailable('medium failed', LOG_FILE, { cause });
    this.queue = [];
    for (const { failed } of appends) failed(this.failure);
  }
}

function copyOf({ place, sequence, id }: Position): Position {
  return { place, sequence, id: new Uint8Array(id) };
}

function nameRefusal(error: unknown): unknown {
  if (!(error instanceof DiskRefusal)) return error;
  return new LogUnavailable(error.code === 'ENOSPC' ? 'disk full' : 'medium failed', LOG_FILE, { cause: error });
}

// Reads a journal beside its writer: what has been committed, each frame verified anew whenever it is read.

import {
  Bell,
  LogUnavailable,
  assertOurs,
  followFrames,
  originPosition,
  searchPosition,
  type LogReader,
  type PlacedFrame,
  type Position,
  type ReadOptions,
} from '@tokenbourse/log';

import type { StoredFile } from '../disk/medium';
import { Journal } from './journal';

export class JournalReader implements LogReader {
  protected readonly journal: Journal;
  private closed = false;

  /** @param bell rung by the writer of the same process */
  constructor(
    file: StoredFile,
    protected readonly bell: Bell,
  ) {
    this.journal = new Journal(file);
  }

  async *read(from: Position, options: ReadOptions = {}): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertReadable(from);
    yield* this.framesAfter(from, options);
  }

  async *follow(from: Position, signal: AbortSignal): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertReadable(from);
    yield* followFrames(from, signal, this.bell, (last) => this.framesAfter(last, {}));
  }

  async tip(): Promise<Position> {
    const { place } = this.seenTip();
    return this.verifiedPosition(place);
  }

  async locate(sequence: number): Promise<Position> {
    const tip = this.seenTip();
    return searchPosition(sequence, originPosition(), tip, (place) => this.verifiedPosition(place));
  }

  close(): Promise<void> {
    this.closed = true;
    this.bell.ring();
    return Promise.resolve();
  }

  /** What readers may see. */
  protected seenTip(): Position {
    this.assertOpen();
    this.journal.takeCommitted();
    return this.journal.tip;
  }

  protected assertOpen(): void {
    if (this.closed) throw new LogUnavailable('closed', 'on the simulated disk');
  }

  private assertReadable(from: Position): void {
    assertOurs(from, originPosition(), this.seenTip(), (place) => this.journal.positionAt(place));
  }

  private verifiedPosition(place: number): Position {
    if (place === 0) return originPosition();
    return this.journal.frameAfter(this.journal.positionAt(place - 1)).position;
  }

  private async *framesAfter(from: Position, { limit = Infinity, signal }: ReadOptions): AsyncGenerator<PlacedFrame> {
    const end = Math.min(this.seenTip().place, from.place + limit);
    for (let last = from; last.place < end;) {
      signal?.throwIfAborted();
      this.assertOpen();
      const placed = this.journal.frameAfter(last);
      last = placed.position;
      yield placed;
    }
  }
}

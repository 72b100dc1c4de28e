/** The event log in memory, for tests and simulations. It keeps encoded bytes, so nothing that is shared with a caller can alter it. */
import { Bell } from './bell';
import { assertCounts, positionAfter, readContinuation } from './chain';
import { LogUnavailable } from './errors';
import type { EventLog, PlacedFrame, ReadOptions } from './event-log';
import { followFrames } from './follow';
import { Frame, decodeFrame, encodeFrame } from './frame';
import { Position, assertOurs, originPosition, searchPosition } from './position';

/** What outlives a `MemoryEventLog`: several logs, one after the other or at once, may stand on one medium. */
export class MemoryMedium {
  /** Encoded frames; index 0 stands at place `start.place` + 1. */
  readonly frames: Uint8Array[] = [];
  /** The last frame's position, kept beside the bytes so that an append need not decode. */
  tip: Position;
  readonly bell = new Bell();

  /** @param start the position after which the log starts; later than the origin for a log that has lost its beginning */
  constructor(readonly start: Position = originPosition()) {
    this.tip = start;
  }
}

export class MemoryEventLog implements EventLog {
  private closed = false;

  constructor(private readonly medium: MemoryMedium = new MemoryMedium()) {}

  async append(frame: Frame): Promise<Position> {
    this.assertOpen();
    const { medium } = this;
    const bytes = encodeFrame(frame);
    if (assertCounts(frame, medium.tip)) {
      medium.frames.push(new Uint8Array(bytes));
      medium.tip = positionAfter(frame, medium.tip.place + 1);
      medium.bell.ring();
    }
    return positionOf(medium.tip);
  }

  async *read(from: Position, options: ReadOptions = {}): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertReadable(from);
    yield* this.framesAfter(from, options);
  }

  async *follow(from: Position, signal: AbortSignal): AsyncGenerator<PlacedFrame, void, undefined> {
    this.assertReadable(from);
    yield* followFrames(from, signal, this.medium.bell, (last) => this.framesAfter(last, {}));
  }

  async tip(): Promise<Position> {
    this.assertOpen();
    return this.positionAt(this.medium.tip.place);
  }

  async locate(sequence: number): Promise<Position> {
    this.assertOpen();
    const { start, tip } = this.medium;
    return searchPosition(sequence, start, tip, (place) => this.positionAt(place));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.medium.bell.ring();
  }

  private assertOpen(): void {
    if (this.closed) throw new LogUnavailable('closed', 'in memory');
  }

  private assertReadable(from: Position): void {
    this.assertOpen();
    assertOurs(from, this.medium.start, this.medium.tip, (place) => this.positionAt(place));
  }

  private positionAt(place: number): Position {
    const { start, frames } = this.medium;
    if (place === start.place) return positionOf(start);
    return positionAfter(decodeFrame(frames[place - start.place - 1], place), place);
  }

  private async *framesAfter(from: Position, { limit = Infinity, signal }: ReadOptions): AsyncGenerator<PlacedFrame> {
    this.assertOpen();
    const { start, tip, frames } = this.medium;
    const end = Math.min(tip.place, from.place + limit);
    for (let last = from; last.place < end;) {
      signal?.throwIfAborted();
      this.assertOpen();
      const copy = new Uint8Array(frames[last.place - start.place]);
      const placed = readContinuation(copy, last, last.place + 1);
      last = placed.position;
      yield placed;
    }
  }
}

/** A position of the caller's own: what is done to its id does not reach the medium. */
function positionOf({ place, sequence, id }: Position): Position {
  return { place, sequence, id: new Uint8Array(id) };
}

// A log as one file: two commit records by turns, then frames one behind the other. A commit record says how many frames
// there are for certain: it is written when they have been flushed. Frames found whole behind it were written and not yet
// committed; they count by the chain. What is torn behind it never was.

import { crc32 } from 'node:zlib';

import {
  FRAME_OVERHEAD_BYTES,
  FrameDamaged,
  originPosition,
  readContinuation,
  sameId,
  type FrameId,
  type PlacedFrame,
  type Position,
} from '@tokenbourse/log';

import type { StoredFile } from '../disk/medium';

/** Commit records stand in sectors of their own. */
const COMMIT_AT = [0, 512] as const;
const FRAMES_AT = 1_024;
const LENGTH_BYTES = 4;
const MAGIC = 0x4a42_5431;
const COMMIT_BYTES = 60;

interface Commit {
  readonly frames: number;
  readonly end: number;
  readonly tip: FrameId;
}

export class Journal {
  /** Where the frames begin. */
  readonly start = FRAMES_AT;
  readonly commitBytes = COMMIT_BYTES;
  /** By place: where the frame ends. */
  private readonly ends = [FRAMES_AT];
  private readonly positions: Position[] = [originPosition()];

  constructor(private readonly file: StoredFile) {}

  /** After the last frame that is known to count. */
  get tip(): Position {
    return this.positions[this.positions.length - 1]!;
  }

  /** Where the next frame is written. */
  get end(): number {
    return this.ends[this.ends.length - 1]!;
  }

  positionAt(place: number): Position {
    return this.positions[place]!;
  }

  /** Takes in what has been committed since. @throws FrameDamaged */
  takeCommitted(): void {
    const commit = this.newestCommit();
    if (commit === undefined || commit.frames <= this.tip.place) return;
    while (this.tip.place < commit.frames) this.take(this.frameAfter(this.tip));
    if (sameId(this.tip.id, commit.tip) && this.end === commit.end) return;
    throw new FrameDamaged(this.tip.place, 0, 'foreign predecessor', 'the commit record names another last frame');
  }

  /** Takes in the whole frames behind the last commit; returns how many there were. */
  takeUncommitted(): number {
    for (let found = 0; ; found++) {
      if (this.end + LENGTH_BYTES >= this.file.seen.length) return found;
      try {
        this.take(this.frameAfter(this.tip));
      } catch (error) {
        if (error instanceof FrameDamaged) return found;
        throw error;
      }
    }
  }

  /** The frame behind a position of this journal, verified; its bytes are a copy. @throws FrameDamaged */
  frameAfter(last: Position): PlacedFrame {
    const bytes = this.file.seen.view();
    const at = this.ends[last.place]!;
    const from = at + LENGTH_BYTES;
    const length = from <= bytes.length ? bytes.readUInt32LE(at) : 0;
    const whole = from + length <= bytes.length ? bytes.subarray(from, from + length) : bytes.subarray(0, 0);
    return readContinuation(new Uint8Array(whole), last, last.place + 1);
  }

  /** A frame has been written behind the others; one that was found there already is not taken twice. */
  take({ frame, position }: PlacedFrame): void {
    if (position.place <= this.tip.place) return;
    this.ends.push(this.end + LENGTH_BYTES + FRAME_OVERHEAD_BYTES + frame.payload.length);
    this.positions.push(position);
  }

  /** Which commit record is to be written next: never over the newest whole one. */
  nextCommitAt(): number {
    const [first, second] = COMMIT_AT.map((at) => this.commitAt(at));
    return (first?.frames ?? -1) > (second?.frames ?? -1) ? COMMIT_AT[1] : COMMIT_AT[0];
  }

  /** Where the newest commit record stands. */
  lastCommitAt(): number {
    return this.nextCommitAt() === COMMIT_AT[0] ? COMMIT_AT[1] : COMMIT_AT[0];
  }

  private newestCommit(): Commit | undefined {
    const [first, second] = COMMIT_AT.map((at) => this.commitAt(at));
    if (first === undefined || second === undefined) return first ?? second;
    return first.frames > second.frames ? first : second;
  }

  private commitAt(at: number): Commit | undefined {
    // Only what is durable: a record that a power cut may still take away says nothing for certain.
    const bytes = this.file.durable.view().subarray(at, at + COMMIT_BYTES);
    if (bytes.length < COMMIT_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
    if (crc32(bytes.subarray(0, COMMIT_BYTES - 4)) !== bytes.readUInt32LE(COMMIT_BYTES - 4)) return undefined;
    return { frames: bytes.readDoubleLE(4), end: bytes.readDoubleLE(12), tip: bytes.subarray(20, 52) };
  }
}

/** Frames as they stand in the file: each behind its length. */
export function journalBytes(frames: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(frame.length);
      return [length, frame];
    }),
  );
}

export function commitBytes(frames: number, end: number, tip: FrameId): Uint8Array {
  const bytes = Buffer.alloc(COMMIT_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeDoubleLE(frames, 4);
  bytes.writeDoubleLE(end, 12);
  bytes.set(tip, 20);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, COMMIT_BYTES - 4)), COMMIT_BYTES - 4);
  return bytes;
}

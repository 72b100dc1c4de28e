/** The one rule of the log: a frame counts if and only if it continues the chain. */
import { FrameDamaged, FrameNotCounted } from './errors';
import type { PlacedFrame } from './event-log';
import { Frame, decodeFrame, hex, isSealed, lastSequence, sameId } from './frame';
import { Position, originPosition } from './position';

export type ChainVerdict =
  | 'counts'
  /** It is the last frame that counted, once more: harmless, and not counted twice. */
  | 'counted already'
  /** Its predecessor is not the last frame that counted. */
  | 'foreign predecessor'
  /** Its predecessor is right, its first sequence number is not the next one. */
  | 'sequence gap';

/** Whether `frame` is the next one after `last`. Pure; trusts that the frame's id is the digest of its bytes. */
export function judgeFrame(frame: Frame, last: Position): ChainVerdict {
  if (!sameId(frame.predecessor, last.id)) {
    return last.place > 0 && sameId(frame.id, last.id) ? 'counted already' : 'foreign predecessor';
  }
  return frame.firstSequence === last.sequence + 1 ? 'counts' : 'sequence gap';
}

/** Where a reader stands after a frame that counted, found at `place`. Its id is a copy: a position keeps no frame alive. */
export function positionAfter(frame: Frame, place: number): Position {
  return { place, sequence: lastSequence(frame), id: new Uint8Array(frame.id) };
}

/** Says in words what the chain expected instead of `frame`. */
export function explainVerdict(frame: Frame, last: Position): string {
  if (!sameId(frame.predecessor, last.id)) {
    return `its predecessor is ${hex(frame.predecessor)}, the last frame that counted is ${hex(last.id)}`;
  }
  return `it starts with sequence ${frame.firstSequence}, the next is ${last.sequence + 1}`;
}

/**
 * A writer's side of the rule: whether `frame` may be appended after `last`, or is there already.
 * @returns true when it is to be written, false when it is the last frame once more
 * @throws FrameNotCounted
 */
export function assertCounts(frame: Frame, last: Position): boolean {
  if (!isSealed(frame)) {
    throw new FrameNotCounted('unsealed', frame.firstSequence, last.sequence, 'its id is not the digest of its bytes');
  }
  const verdict = judgeFrame(frame, last);
  if (verdict === 'counted already') return false;
  if (verdict === 'counts') return true;
  throw new FrameNotCounted(verdict, frame.firstSequence, last.sequence, explainVerdict(frame, last));
}

/**
 * For media that store only what counted: the stored frame at `place` must continue the chain after `last`.
 * The payload is a view of `bytes`.
 * @throws FrameDamaged when it does not, or is not whole
 */
export function readContinuation(bytes: Uint8Array, last: Position, place: number): PlacedFrame {
  const frame = decodeFrame(bytes, place, last.sequence + 1);
  if (judgeFrame(frame, last) !== 'counts') {
    const what = sameId(frame.predecessor, last.id) ? 'sequence gap' : 'foreign predecessor';
    throw new FrameDamaged(place, last.sequence + 1, what, explainVerdict(frame, last));
  }
  return { frame, position: positionAfter(frame, place) };
}

/** A reader's side of the rule, for media that may hold frames that don't count: the position moves only for one that does. */
export class Chain {
  constructor(private last: Position = originPosition()) {}

  get position(): Position {
    return this.last;
  }

  /** Judges the frame found at `place`; the position moves if and only if it counts. */
  offer(frame: Frame, place: number): ChainVerdict {
    const verdict = judgeFrame(frame, this.last);
    if (verdict === 'counts') this.last = positionAfter(frame, place);
    return verdict;
  }
}

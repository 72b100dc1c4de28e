/** A position says up to where a reader has read: snapshots and read stores keep it, and every reader starts from one. */
import { PositionBeforeStart, PositionForeign, PositionPastEnd } from './errors';
import { FRAME_ID_BYTES, FrameId, ORIGIN, hex, sameId } from './frame';

export interface Position {
  /** Place in the medium of the last frame that counted, from 1; 0 at the origin. Media that count from 0 add one. */
  readonly place: number;
  /** Sequence number of the last record that counted; 0 at the origin. */
  readonly sequence: number;
  /** Id of the last frame that counted; `ORIGIN` at the origin. */
  readonly id: FrameId;
}

/** A position as JSON: `id` is 64 hexadecimal digits. */
export interface PositionJson {
  readonly place: number;
  readonly sequence: number;
  readonly id: string;
}

/** Before the first frame. */
export function originPosition(): Position {
  return { place: 0, sequence: 0, id: new Uint8Array(ORIGIN) };
}

export function positionToJson(position: Position): PositionJson {
  return { place: position.place, sequence: position.sequence, id: hex(position.id) };
}

/** @throws TypeError naming the field that is wrong and what would be right */
export function positionFromJson(json: unknown): Position {
  if (typeof json !== 'object' || json === null)
    throw new TypeError('a position is an object of place, sequence and id');
  const { place, sequence, id } = json as Record<string, unknown>;
  if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) {
    throw new TypeError(
      `a position's id is ${FRAME_ID_BYTES * 2} lower-case hexadecimal digits, not ${JSON.stringify(id)}`,
    );
  }
  return {
    place: count('place', place),
    sequence: count('sequence', sequence),
    id: new Uint8Array(Buffer.from(id, 'hex')),
  };
}

export function samePosition(a: Position, b: Position): boolean {
  return a.place === b.place && a.sequence === b.sequence && sameId(a.id, b.id);
}

/**
 * Whether a reader may start from `from` in a log that reaches from `start` to `tip`.
 * @param ours gives the log's own position at a place between the two
 * @throws PositionBeforeStart, PositionPastEnd, PositionForeign
 */
export function assertOurs(from: Position, start: Position, tip: Position, ours: (place: number) => Position): void {
  if (from.place < start.place) throw new PositionBeforeStart(from.place, start.place + 1);
  if (from.place > tip.place) {
    throw new PositionPastEnd(from.sequence, tip.sequence, `place ${from.place}, sequence ${from.sequence}`);
  }
  const found = ours(from.place);
  if (samePosition(found, from)) return;
  const detail = `there the log has sequence ${found.sequence}, frame ${hex(found.id)}`;
  throw new PositionForeign(from.place, from.sequence, detail);
}

/**
 * Finds by halving where to start reading for the record `sequence`: the last position before it.
 * @throws PositionBeforeStart, PositionPastEnd
 */
export function searchPosition(
  sequence: number,
  start: Position,
  tip: Position,
  ours: (place: number) => Position,
): Position {
  if (!Number.isSafeInteger(sequence) || sequence < 1) {
    throw new RangeError(`a sequence number is an integer from 1, not ${sequence}`);
  }
  if (sequence > tip.sequence + 1) throw new PositionPastEnd(sequence, tip.sequence, `record ${sequence}`);
  if (sequence <= start.sequence) throw new PositionBeforeStart(start.place, start.place + 1);
  let [low, high] = [start, tip];
  if (sequence > high.sequence) return high;
  while (high.place - low.place > 1) {
    const middle = ours(Math.floor((low.place + high.place) / 2));
    if (middle.sequence < sequence) low = middle;
    else high = middle;
  }
  return low;
}

function count(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`a position's ${field} is an integer from 0, not ${JSON.stringify(value)}`);
}

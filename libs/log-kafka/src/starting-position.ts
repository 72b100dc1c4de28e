/** Whether a reader may start from a position: the message before it must be the frame that it names. */
import {
  type Position,
  PositionBeforeStart,
  PositionForeign,
  PositionPastEnd,
  assertOurs,
  hex,
  originPosition,
  positionAfter,
  sameId,
} from '@tokenbourse/log';
import { type PayloadText, frameIn } from './frame-message';
import { type Fetched, OffsetOutOfRange, type Partition } from './partition';

/** A new leader may not yet show all that it has; what isn't there after so long is past the end. */
const SHOWN_MS = 500;

interface Reading {
  readonly market: string;
  readonly text: PayloadText;
  /** For the error alone. */
  readonly tipSequence: number;
}

/**
 * @returns false where the topic starts at the very next message: the frame itself is gone, and only reading can tell whether the
 * chain goes on from it
 * @throws PositionBeforeStart, PositionPastEnd, PositionForeign, BrokerAway, BrokerRefuses
 */
export async function assertStandsThere(partition: Partition, from: Position, reading: Reading): Promise<boolean> {
  const origin = originPosition();
  if (from.place === 0) {
    assertOurs(from, origin, origin, () => origin);
    const { start } = await partition.bounds();
    if (start > 0) throw new PositionBeforeStart(0, start + 1);
    return true;
  }
  const offset = from.place - 1;
  let fetched: Fetched;
  try {
    fetched = await partition.fetch(offset, SHOWN_MS);
  } catch (error) {
    if (!(error instanceof OffsetOutOfRange)) throw error;
    const { start, end } = await partition.bounds();
    if (from.place < start) throw new PositionBeforeStart(from.place, start + 1);
    if (from.place === start) return false;
    throw pastEnd(from, end, reading);
  }
  const message = fetched.messages.find((one) => one.offset === offset);
  if (!message) throw pastEnd(from, fetched.end, reading);
  const frame = frameIn(message, reading.market, reading.text);
  const found = frame && positionAfter(frame, from.place);
  if (found && sameId(found.id, from.id) && found.sequence === from.sequence) return true;
  const detail = found ? `there stands sequence ${found.sequence}, frame ${hex(found.id)}` : 'no frame stands there';
  throw new PositionForeign(from.place, from.sequence, detail);
}

function pastEnd(from: Position, end: number, { tipSequence }: Reading): PositionPastEnd {
  return new PositionPastEnd(from.sequence, tipSequence, `place ${from.place}, the topic's last is ${end}`);
}

/** Following a log: read what is there, wait until there is more, read on. */
import type { Bell } from './bell';
import type { PlacedFrame } from './event-log';
import type { Position } from './position';

/**
 * @param readAfter gives the frames after a position that is known to be the log's own, to the present end
 * @param bell rings when frames may have come
 * @param pollMs looks again after so long without a stroke; never, without it
 */
export async function* followFrames(
  from: Position,
  signal: AbortSignal,
  bell: Bell,
  readAfter: (last: Position) => AsyncIterable<PlacedFrame>,
  pollMs?: number,
): AsyncGenerator<PlacedFrame, void, undefined> {
  let last = from;
  while (!signal.aborted) {
    const heard = bell.count;
    for await (const placed of readAfter(last)) {
      if (signal.aborted) return;
      last = placed.position;
      yield placed;
    }
    await bell.next(heard, signal, pollMs);
  }
}

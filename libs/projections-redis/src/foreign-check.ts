// Whether a store that is ahead of this writer stands on the writer's own log.

import { PositionPastEnd, type Position } from '@tokenbourse/log';
import type { Stored } from './stored';

const EVERY_MS = 2_000;
/** Another reader of the log may see its end earlier than this one, but not for longer. */
const PAST_END_MS = 4_000;

export class ForeignCheck {
  private checkedMs = -Infinity;
  private pastEndSinceMs: number | undefined;

  /** @param assertOurs throws when the position is not one of the log's */
  constructor(private readonly assertOurs: (position: Position) => Promise<void>) {}

  /** Asks the log now and then; in between the answer is no. */
  async isForeign({ place, sequence, id }: Stored): Promise<boolean> {
    const nowMs = performance.now();
    if (nowMs - this.checkedMs < EVERY_MS) return false;
    this.checkedMs = nowMs;
    try {
      await this.assertOurs({ place, sequence, id: new Uint8Array(Buffer.from(id, 'hex')) });
      this.pastEndSinceMs = undefined;
      return false;
    } catch (error) {
      if (!isOfPosition(error)) return false;
      if (!(error instanceof PositionPastEnd)) return true;
      this.pastEndSinceMs ??= nowMs;
      return nowMs - this.pastEndSinceMs >= PAST_END_MS;
    }
  }
}

/** A log that can't be read just now says nothing about the position. */
function isOfPosition(error: unknown): boolean {
  return ['POSITION_FOREIGN', 'POSITION_PAST_END', 'POSITION_BEFORE_START'].includes((error as { code: string }).code);
}

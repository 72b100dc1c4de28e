// Finds records in the log on Kafka from positions that the read store keeps: a process opens the log near its end, and what stands
// before would else be sought from the first record on.

import {
  lastSequence,
  originPosition,
  PositionForeign,
  PositionPastEnd,
  type EventLog,
  type LogReader,
  type Position,
} from '@tokenbourse/log';
import type { RedisReadModels } from '@tokenbourse/projections-redis';

/** So far apart are the positions that a search leaves behind. */
const APART_RECORDS = 10_000;
const KEPT_MAX = 10_000;

export class LocatedLog {
  /** Positions that searches came past, in order. */
  private passed: Position[] = [];

  constructor(private readonly models: Pick<RedisReadModels, 'milestone'>) {}

  /** `log`, with a search that begins nearby. Closing it leaves `log` open: nothing of its own is. */
  over(log: LogReader): LogReader {
    return {
      tip: () => log.tip(),
      read: (from, options) => log.read(from, options),
      follow: (from, signal) => log.follow(from, signal),
      close: () => Promise.resolve(),
      locate: (sequence) => this.locate(log, sequence),
    };
  }

  /** @throws RangeError, PositionPastEnd, PositionBeforeStart */
  private async locate(log: LogReader, sequence: number): Promise<Position> {
    const tip = await log.tip();
    if (!Number.isSafeInteger(sequence) || sequence < 1 || sequence > tip.sequence) return log.locate(sequence);
    const near = await this.nearest(sequence - 1);
    try {
      return await this.walk(log, near, sequence);
    } catch (error) {
      if (!(error instanceof PositionForeign || error instanceof PositionPastEnd) || near.sequence === 0) throw error;
      // The read store, or what was kept, was of another log.
      this.passed = [];
      return this.walk(log, originPosition(), sequence);
    }
  }

  private async nearest(sequence: number): Promise<Position> {
    const own = this.passed.findLast((position) => position.sequence <= sequence) ?? originPosition();
    const stored = await this.models.milestone(sequence).catch(() => undefined);
    return stored !== undefined && stored.sequence > own.sequence ? stored : own;
  }

  private async walk(log: LogReader, from: Position, sequence: number): Promise<Position> {
    let before = from;
    let kept = from.sequence;
    for await (const { frame, position } of log.read(from)) {
      if (lastSequence(frame) >= sequence) return before;
      before = position;
      if (position.sequence - kept < APART_RECORDS) continue;
      kept = position.sequence;
      this.keep(position);
    }
    throw new PositionPastEnd(sequence, before.sequence, `record ${sequence}`);
  }

  private keep(position: Position): void {
    if (this.passed.length >= KEPT_MAX) this.passed = this.passed.filter((_, i) => i % 2 === 0);
    const at = this.passed.findIndex(({ sequence }) => sequence >= position.sequence);
    if (at < 0) this.passed.push(position);
    else if (this.passed[at]!.sequence !== position.sequence) this.passed.splice(at, 0, position);
  }
}

/** Opens the log where the read store stands, so that a start need not read the whole topic. */
export async function openRecent<L extends LogReader | EventLog>(
  models: Pick<RedisReadModels, 'position'>,
  open: (from?: Position) => Promise<L>,
): Promise<L> {
  const from = await models.position();
  if (from === undefined) return open();
  try {
    return await open(from);
  } catch (error) {
    if (!(error instanceof PositionForeign || error instanceof PositionPastEnd)) throw error;
    return open();
  }
}

/** What a partition's failures mean for the log that stands in it, in the words of all logs. */
import { FrameDamaged, LogUnavailable, type Position, PositionBeforeStart, PositionPastEnd } from '@tokenbourse/log';
import { BrokerRefuses } from './partition';
import { OffsetBeforeStart, OffsetGap, OffsetPastEnd } from './partition-reader';

/** @param last up to where the log was read */
export function nameFailure(error: unknown, topic: string, last: Position): Error {
  if (error instanceof OffsetBeforeStart) return new PositionBeforeStart(error.offset, error.start + 1);
  if (error instanceof OffsetPastEnd) return new PositionPastEnd(last.sequence, last.sequence, error.message);
  if (error instanceof OffsetGap) return new FrameDamaged(error.expected + 1, 0, 'missing', error.message);
  if (!(error instanceof BrokerRefuses)) return error as Error;
  const reason = error.reason === 'no permission' ? 'no permission' : 'medium failed';
  return new LogUnavailable(reason, `${topic} after place ${last.place}`, { cause: error });
}

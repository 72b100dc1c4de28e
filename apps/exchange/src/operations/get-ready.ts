// Use case: whether commands are taken and reads are current.

import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { formatInstant } from '@tokenbourse/domain';
import type { Ready } from '@tokenbourse/protocol';
import { Health } from '../health';

/** A reader this far behind still answers, but not what a trader should act on. */
const LAG_RECORDS_MAX = 100_000;

/** A process that follows stands by: it is well. */
const TAKES_COMMANDS: ReadonlySet<string> = new Set(['WRITING', 'FOLLOWING']);

export class GetReady extends Query<Ready> {}

@QueryHandler(GetReady)
export class GetReadyHandler implements IQueryHandler<GetReady> {
  constructor(private readonly health: Health) {}

  execute(): Promise<Ready> {
    return readiness(this.health);
  }
}

export async function readiness(health: Health): Promise<Ready> {
  const readers = await health.readers();
  const writer = health.writer();
  const lagging = readers.map(({ reader, ready, reason, as_of_seq }) => {
    const lag_records = Math.max(0, writer.sequence - as_of_seq);
    const behind = lag_records > LAG_RECORDS_MAX ? `it is ${lag_records} records behind` : '';
    return { reader, ready: ready && behind === '', reason: reason || behind, as_of_seq, lag_records };
  });
  const reasons = [
    health.isStopping ? 'it is being stopped' : '',
    TAKES_COMMANDS.has(writer.state) ? '' : `the writer is ${writer.state}: ${writer.reason}`,
    ...lagging.map(({ reader, ready, reason }) => (ready ? '' : `${reader}: ${reason}`)),
  ].filter((reason) => reason !== '');
  return {
    status: reasons.length === 0 ? 'READY' : 'NOT_READY',
    reason: reasons.join('; '),
    writer: {
      state: writer.state,
      reason: writer.reason,
      seq: writer.sequence,
      last_stamp_at: writer.last_stamp_us === 0 ? null : formatInstant(writer.last_stamp_us),
      inbox_depth: writer.inbox_depth,
      inbox_limit: writer.inbox_limit,
      recoveries: writer.recoveries,
    },
    readers: lagging,
  };
}

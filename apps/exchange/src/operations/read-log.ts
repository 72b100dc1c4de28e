// Use case: the log's records as JSON lines. A frame is read when the one before has left: a slow reader costs no memory.

import { Readable } from 'node:stream';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeRecords, recordToJson } from '@tokenbourse/domain';
import { PositionPastEnd, type LogReader } from '@tokenbourse/log';
import { invalidRequest, problem, ProblemError } from '@tokenbourse/protocol';
import { LOG } from '../tokens';

/** Readers at once: each holds one frame. */
const READERS_MAX = 16;
const CHUNK_CHARACTERS = 64 * 1024;

export class ReadLog extends Query<Readable> {
  /** @param limit records at most */
  constructor(
    readonly fromSequence: number,
    readonly limit: number,
  ) {
    super();
  }
}

@QueryHandler(ReadLog)
export class ReadLogHandler implements IQueryHandler<ReadLog> {
  private readers = 0;

  constructor(@Inject(LOG) private readonly log: () => LogReader) {}

  async execute({ fromSequence, limit }: ReadLog): Promise<Readable> {
    if (fromSequence < 1) throw invalidRequest([{ path: '/query/from_seq', message: 'records count from 1' }]);
    if (this.readers >= READERS_MAX) {
      const detail = `${READERS_MAX} readers have the log open already; try again when one has ended.`;
      throw new ProblemError(problem('RATE_LIMITED', detail), { 'Retry-After': '5' });
    }
    // Counted from here on: what begins to be read later would let any number in at once.
    this.readers += 1;
    const stream = await this.open(fromSequence, limit).catch((error: unknown) => {
      this.readers -= 1;
      throw error;
    });
    return stream.once('close', () => (this.readers -= 1));
  }

  private async open(fromSequence: number, limit: number): Promise<Readable> {
    const log = this.log();
    const from = await log.locate(fromSequence).catch((error: unknown) => {
      if (error instanceof PositionPastEnd) return undefined;
      throw error;
    });
    if (from === undefined) return Readable.from([], { objectMode: false });
    const lines = linesFrom(log, from, fromSequence, limit);
    return Readable.from(lines, { objectMode: false, highWaterMark: CHUNK_CHARACTERS });
  }
}

async function* linesFrom(
  log: LogReader,
  from: Awaited<ReturnType<LogReader['locate']>>,
  fromSequence: number,
  limit: number,
): AsyncGenerator<string> {
  let left = limit;
  for await (const { frame } of log.read(from)) {
    let chunk = '';
    for (const record of decodeRecords(frame.payload, frame.firstSequence)) {
      if (record.sequence < fromSequence) continue;
      if (left === 0) break;
      left -= 1;
      chunk += `${recordToJson(record)}\n`;
      if (chunk.length >= CHUNK_CHARACTERS) {
        yield chunk;
        chunk = '';
      }
    }
    if (chunk !== '') yield chunk;
    if (left === 0) return;
  }
}

// Prints a part of a log to a stream, frame by frame, at the pace at which the stream takes it.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Writable } from 'node:stream';

import { decodeRecords, recordToJson, type EventType, type LogRecord } from '@tokenbourse/domain';
import { SnapshotUnreadable } from '@tokenbourse/engine';
import { originPosition, samePosition, type PlacedFrame, type Position } from '@tokenbourse/log';
import type { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { SnapshotFiles } from '@tokenbourse/sequencer';

import { Names } from './names';
import { recordLines } from './narration';

export interface Excerpt {
  /** First and last record; the log's own without them. */
  readonly from?: number;
  readonly to?: number;
  /** Only events of these types; all without it. */
  readonly types?: ReadonlySet<EventType>;
  /** Records as lines of JSON, instead of events in words. */
  readonly json: boolean;
}

/** The log has no such record. */
export class NoSuchRecord extends Error {
  readonly code = 'NO_SUCH_RECORD';
  constructor(record: number, last: number) {
    super(`the log has no record ${record}: it ends with record ${last}`);
  }
}

/** A frame's records can't be decoded. */
export class RecordsUnreadable extends Error {
  readonly code = 'RECORDS_UNREADABLE';
  constructor({ frame, position }: PlacedFrame, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`frame ${position.place} (from record ${frame.firstSequence}) holds what can't be decoded: ${why}`);
  }
}

/**
 * Prints the excerpt; returns how many records were looked at from its first on.
 * @throws NoSuchRecord, RecordsUnreadable, and what the log throws when it is damaged
 */
export async function printLog(log: LmdbLogReader, excerpt: Excerpt, out: Writable): Promise<number> {
  const { from = 1, to = Number.POSITIVE_INFINITY, json } = excerpt;
  const tip = await log.tip();
  if (tip.sequence === 0) return 0;
  if (from > tip.sequence) throw new NoSuchRecord(from, tip.sequence);
  const names = new Names();
  const start = json ? await log.locate(from) : await startOfNames(log, from, names);
  const format = formatOf(excerpt, names);
  let looked = 0;
  for await (const placed of log.read(start, { limit: tip.place - start.place })) {
    if (placed.frame.firstSequence > to) break;
    let text = '';
    for (const record of recordsOf(placed)) {
      if (record.sequence > to) break;
      if (record.sequence < from) for (const event of record.events) names.learn(event);
      else {
        text += format(record);
        looked += 1;
      }
    }
    if (text !== '' && !out.write(text)) await once(out, 'drain');
  }
  return looked;
}

function formatOf({ types, json }: Excerpt, names: Names): (record: LogRecord) => string {
  const shown = (event: { readonly type: EventType }): boolean => types === undefined || types.has(event.type);
  if (!json) return (record) => recordLines(record, names, shown);
  return (record) => {
    const events = record.events.filter(shown);
    return events.length === 0 ? '' : `${recordToJson({ ...record, events })}\n`;
  };
}

function recordsOf(placed: PlacedFrame): LogRecord[] {
  try {
    return decodeRecords(placed.frame.payload, placed.frame.firstSequence);
  } catch (error) {
    throw new RecordsUnreadable(placed, error);
  }
}

/** Names are given by events that may lie far back: the newest snapshot before `from` knows those that still matter. */
async function startOfNames(log: LmdbLogReader, from: number, names: Names): Promise<Position> {
  const folder = log.folder.snapshots;
  const files = existsSync(folder) ? new SnapshotFiles(folder) : undefined;
  for (const info of files?.list() ?? []) {
    if (info.sequence >= from) continue;
    try {
      const { state, position } = files!.read(info);
      if (!samePosition(await log.locate(info.sequence + 1), position)) continue;
      names.learnState(state);
      return position;
    } catch (error) {
      if (!(error instanceof SnapshotUnreadable)) throw error;
    }
  }
  return originPosition();
}

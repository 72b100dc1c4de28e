// Requests and responses for those who run the exchange: health, the log, the clock.

import { Type, type Static } from 'typebox';
import { flag, instant, name, oneOf, orNull, queryNumber, strict, total } from './fields';

const seq = total('record of the log that answers the request');

export const ClockRequest = strict({ wall_at: instant('the wall clock’s time, as you know it to be right') });
export const ClockConfirmed = strict({
  wall_at: instant('the confirmed time'),
  last_stamp_at: orNull(instant('the stamp of the record before; null in a repeated answer')),
  seq,
});

export const LiveSchema = strict({ status: oneOf(['LIVE'], 'the process answers') });
export const ReadySchema = strict({
  status: oneOf(['READY', 'NOT_READY'], 'whether commands are taken and reads are current'),
  reason: Type.String({ description: 'why not; empty while ready' }),
  writer: strict({
    state: oneOf(
      ['STARTING', 'FOLLOWING', 'WRITING', 'CLOCK_IN_DOUBT', 'RECOVERING', 'STOPPED'],
      'state of the writer',
    ),
    reason: Type.String({ description: 'why it does not write' }),
    seq: total('last durable record'),
    last_stamp_at: orNull(instant('time of the last record')),
    inbox_depth: total('commands that wait', 0),
    inbox_limit: total('commands that can wait', 4096),
    recoveries: total('how often it began again since the start', 0),
  }),
  readers: Type.Array(
    strict({
      reader: name(40, 'who reads the log', 'projector'),
      ready: flag('whether it is up to date enough to answer'),
      reason: Type.String(),
      as_of_seq: total('last record that it has read'),
      lag_records: total('records behind the writer', 0),
    }),
  ),
});
export type Ready = Static<typeof ReadySchema>;

export const LogQuery = strict({
  from_seq: Type.Optional(queryNumber('first record wanted; 1 if left out', '1')),
  limit: Type.Optional(queryNumber('how many records at most; to the end of the log if left out', '1000')),
});

// The binary form gives back every event exactly, whatever its fields hold.

import fc from 'fast-check';

import { EVENTS } from '../events/catalogue';
import { COMMAND_TYPES } from '../commands/types';
import { anyRecord } from './any-record.fixture';
import { UnknownEventCode } from './compiler';
import { decodeRecords, encodeRecords, RecordWriter } from './records';
import { runs } from '../../../../test/support/runs';

describe('records in binary form', () => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), fc.nat(1_000_000), (records, first) => {
        const numbered = records.map((record, i) => ({ ...record, sequence: first + i }));
        expect(decodeRecords(encodeRecords(numbered), first)).toEqual(numbered);
      }),
      { numRuns: runs(300) },
    );
  });

  test('event codes are unique', () => {
    const codes = Object.values(EVENTS).map((definition) => definition.code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('an unknown event code is named', () => {
    const bytes = encodeRecords([
      {
        sequence: 1,
        at_us: 5,
        cause: 'DUE',
        cause_sequence: 0,
        identity: null,
        events: [{ type: 'Pinged', token: 1 }],
      },
    ]);
    bytes[11] = 255;
    expect(() => decodeRecords(bytes, 1)).toThrow(
      'event code 255 is in no catalogue of this version; a newer version wrote this log',
    );
    expect(new UnknownEventCode(255).code).toBe('UNKNOWN_EVENT_CODE');
    bytes[8] = 3;
    expect(() => decodeRecords(bytes, 1)).toThrow(new RangeError('record 1 has no known cause'));
  });

  test('the identity of every kind of command is read back', () => {
    const identities = COMMAND_TYPES.map((command) => ({
      sequence: 1,
      at_us: 5,
      cause: 'COMMAND' as const,
      cause_sequence: 0,
      identity: { command, account: 1, contract: 2, command_id: 'id', fingerprint: 3 },
      events: [],
    }));
    for (const record of identities) expect(decodeRecords(encodeRecords([record]), 1)).toEqual([record]);
  });

  test('a writer knows its size and number of records, and is empty when all is taken or it is cleared', () => {
    const writer = new RecordWriter();
    const write = (): number => {
      writer.begin(5, 'DUE', 0, null);
      writer.write({ type: 'Pinged', token: 1 });
      writer.end();
      return writer.size;
    };
    expect([writer.size, writer.records]).toEqual([0, 0]);
    expect([write(), write(), writer.records]).toEqual([16, 32, 2]);
    expect(decodeRecords(writer.payload, 7)).toHaveLength(2);
    expect(decodeRecords(writer.take(), 7).map(({ sequence, events }) => [sequence, events.length])).toEqual([
      [7, 1],
      [8, 1],
    ]);
    expect([writer.size, writer.records, write(), writer.payload.byteLength]).toEqual([0, 0, 16, 16]);
    writer.clear();
    expect([writer.size, writer.records, write(), writer.take().byteLength]).toEqual([0, 0, 16, 16]);
  });
});

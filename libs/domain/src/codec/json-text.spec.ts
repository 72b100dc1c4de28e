// A payload's text gives back the very bytes, whatever the fields hold, and is the JSON that the rest of the program writes.

import fc from 'fast-check';

import { EVENT_TYPES } from '../events/catalogue';
import type { LogRecord } from '../record';
import { anyRecord } from './any-record.fixture';
import { recordToJson } from './json';
import { recordsFromJson, recordsToJson, UnknownEventType } from './json-text';
import { decodeRecords, encodeRecords } from './records';
import { runs } from '../../../../test/support/runs';

const named = (name: string): Uint8Array =>
  encodeRecords([
    {
      sequence: 1,
      at_us: 5,
      cause: 'COMMAND',
      cause_sequence: 0,
      identity: { command: 'PlaceOrder', account: 1, contract: 2, command_id: name, fingerprint: 3 },
      events: [],
    },
  ]);
const roundTrip = (payload: Uint8Array, first = 1): Uint8Array => recordsFromJson(recordsToJson(payload, first), first);

test('the bytes are the same after a round through text, for every type of event', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 8 }), fc.nat(1_000_000), (records, first) => {
      const numbered = records.map((record, i) => ({ ...record, sequence: first + i }));
      for (const { events } of numbered) for (const { type } of events) seen.add(type);
      const payload = encodeRecords(numbered);
      expect(Buffer.compare(roundTrip(payload, first), payload)).toBe(0);
    }),
    { numRuns: runs(400) },
  );
  if (process.env.TOKENBOURSE_TESTS === undefined) expect([...seen].sort()).toEqual([...EVENT_TYPES].sort());
});

test('each record is a line, as records are written everywhere', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 5 }), (records) => {
      const payload = encodeRecords(records.map((record, i) => ({ ...record, sequence: i + 1 })));
      const lines = decodeRecords(payload, 1).map(recordToJson);
      expect(recordsToJson(payload, 1)).toBe(`[${lines.join(',\n')}]`);
    }),
    { numRuns: runs(100) },
  );
});

test.each([
  ['control characters', '\u0000\u0007\n\u001f"\\\u007f\u2028'],
  ['characters beyond 16 bits', 'a😀b'],
  ['half of such a character, which the bytes hold as a replacement', 'a\ud83db\udc00'],
  ['a byte order mark, first and later', '\ufeffa\ufeff'],
  ['a long text with one', `\ufeff${'x'.repeat(60)}`],
])('a text with %s', (_, text) => {
  const payload = named(text);
  expect(decodeRecords(payload, 1)[0].identity?.command_id).toBe(text.toWellFormed());
  expect(Buffer.compare(roundTrip(payload), payload)).toBe(0);
});

test('figures at the ends of their range, and a zero with a sign', () => {
  for (const events of [
    [
      {
        type: 'PositionSettled',
        lots: -0,
        paid_micro_usd: -(2n ** 63n),
        received_micro_usd: 0n,
        account: 0xffff_ffff,
        contract: 0,
      },
    ],
    [
      {
        type: 'PositionSettled',
        lots: Number.MIN_SAFE_INTEGER,
        paid_micro_usd: 2n ** 63n - 1n,
        received_micro_usd: -1n,
        account: 0,
        contract: 1,
      },
    ],
  ]) {
    const record = { sequence: 1, at_us: 8e15, cause: 'DUE', cause_sequence: 0, identity: null, events };
    const payload = encodeRecords([record as unknown as LogRecord]);
    expect(Buffer.compare(roundTrip(payload), payload)).toBe(0);
  }
});

test.each<[string, string, string | RegExp]>([
  ['no JSON', '[{', /JSON/],
  ['no array', '{}', 'records are an array'],
  ['an array of something else', '[7]', 'record 1 has sequence undefined, not 1'],
  ['another sequence', recordsToJson(named('x'), 2), 'record 1 has sequence 2, not 1'],
  [
    'an event of no name',
    recordsToJson(named('x'), 1).replace('[]', '[{}]'),
    'event type undefined is in no catalogue',
  ],
  [
    'more than a frame can hold',
    recordsToJson(named('x'.repeat(65_536 / 2)), 1).replace(/x+/, 'x'.repeat(70_000)),
    'does not fit',
  ],
])('a text that is %s is refused, and the next is read all the same', (_, text, message) => {
  expect(() => recordsFromJson(text, 1)).toThrow(message);
  expect(Buffer.compare(roundTrip(named('y')), named('y'))).toBe(0);
});

test('a type of event that only a newer version knows is named', () => {
  const text = recordsToJson(named('x'), 1).replace('[]', '[{"type":"CircuitBroken"}]');
  expect(() => recordsFromJson(text, 1)).toThrow(UnknownEventType);
  expect(() => recordsFromJson(text, 1)).toThrow('"CircuitBroken" is in no catalogue of this version');
  expect(new UnknownEventType('X').code).toBe('UNKNOWN_EVENT_TYPE');
});

test('a number that is none is not written', () => {
  const payload = named('x');
  new DataView(payload.buffer, payload.byteOffset).setFloat64(0, Number.NaN, true);
  expect(() => recordsToJson(payload, 1)).toThrow('NaN has no form in JSON');
});

test('no records are an empty array', () => {
  expect(recordsToJson(new Uint8Array(0), 1)).toBe('[]');
  expect(recordsFromJson('[]', 1)).toHaveLength(0);
});

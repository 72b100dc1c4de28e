// Records of every kind of event with whatever their fields can hold, for properties of the codecs.

import fc from 'fast-check';

import { EVENTS, type MarketEvent } from '../events/catalogue';
import type { Field, Fields } from '../fields';
import type { LogRecord } from '../record';

function valueOf(field: Field<unknown>): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'count':
      return fc.nat(0xffff_ffff);
    case 'integer':
      return fc.maxSafeInteger();
    case 'wide':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(field.values ?? []));
    case 'text':
      return fc
        .string({ unit: 'grapheme', maxLength: Math.min(field.max ?? 0, 60) })
        .map((text) => [...text].slice(0, field.max).join(''));
    case 'list':
      return fc.array(shapeOf(field.of ?? {}), { maxLength: 5 });
  }
}

export function shapeOf(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)])), {
    noNullPrototype: true,
  });
}

const anyEvent = fc.oneof(
  ...Object.entries(EVENTS).map(([type, definition]) =>
    shapeOf(definition.fields).map((shape) => ({ type, ...shape }) as unknown as MarketEvent),
  ),
);

export const anyRecord: fc.Arbitrary<Omit<LogRecord, 'sequence'>> = fc
  .record({
    at_us: fc.nat(Number.MAX_SAFE_INTEGER),
    cause: fc.constantFrom('COMMAND' as const, 'DUE' as const, 'CONTINUATION' as const),
    cause_sequence: fc.nat(1_000_000),
    account: fc.nat(0xffff_ffff),
    id: fc.string({ maxLength: 64 }),
    events: fc.array(anyEvent, { maxLength: 6 }),
  })
  .map(({ at_us, cause, cause_sequence, account, id, events }) => ({
    at_us,
    cause,
    cause_sequence: cause === 'CONTINUATION' ? cause_sequence : 0,
    identity:
      cause === 'COMMAND'
        ? { command: 'PlaceOrder' as const, account, contract: 7, command_id: id, fingerprint: 0xdead_beef }
        : null,
    events,
  }));

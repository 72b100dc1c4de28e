// Whether an event's figures can be: integers that are exact, of the sign that their unit has, names of their lists.

import { EVENTS, type EventType, type Field, type Fields, type MarketEvent } from '@tokenbourse/domain';

const UINT32_MAX = 0xffff_ffff;
const INT64_LIMIT = 1n << 63n;
/** A net position is negative for who has sold more than bought. */
const SIGNED: ReadonlySet<string> = new Set(['PositionSettled.lots']);
/** A refusal repeats the figure that was asked for, whatever it was. */
const UNSIGNED_UNITS: ReadonlySet<string> = new Set(['lots', 'ticks', 'micro_usd', 'us', 'ppm', 'watts']);

type Test = (value: unknown) => boolean;

interface FieldTest {
  readonly name: string;
  readonly holds: Test;
}

const TESTS = new Map<EventType, readonly FieldTest[]>(
  Object.entries(EVENTS).map(([type, { fields }]) => [type as EventType, testsOf(type, fields)]),
);

/** Names the first field of an event that can't be, with its value; undefined if there is none. */
export function impossibleFigure(event: MarketEvent): string | undefined {
  const values = event as unknown as Readonly<Record<string, unknown>>;
  for (const { name, holds } of TESTS.get(event.type)!) {
    if (!holds(values[name])) return `${event.type}.${name} is ${String(values[name])}`;
  }
  return undefined;
}

function testsOf(type: string, fields: Fields): FieldTest[] {
  return Object.entries(fields).map(([name, field]) => ({ name, holds: testOf(`${type}.${name}`, field) }));
}

function testOf(name: string, field: Field<unknown>): Test {
  switch (field.kind) {
    case 'integer': {
      const least = UNSIGNED_UNITS.has(field.unit) && !SIGNED.has(name) ? 0 : Number.MIN_SAFE_INTEGER;
      return (value) => Number.isSafeInteger(value) && (value as number) >= least;
    }
    case 'count':
      return (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= UINT32_MAX;
    case 'wide':
      return (value) => typeof value === 'bigint' && value < INT64_LIMIT && value >= -INT64_LIMIT;
    case 'choice':
      return (value) => value !== undefined;
    case 'flag':
      return (value) => typeof value === 'boolean';
    case 'text':
      return (value) => typeof value === 'string';
    case 'list': {
      const tests = testsOf(name, field.of ?? {});
      return (items) =>
        (items as readonly Record<string, unknown>[]).every((item) =>
          tests.every((test) => test.holds(item[test.name])),
        );
    }
  }
}

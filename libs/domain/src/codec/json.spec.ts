// The JSON form of records, and the schemas that are made from the descriptions of fields.

import { choice, count, flag, integer, list, text, wide } from '../fields';
import type { LogRecord } from '../record';
import { fieldsSchema, recordToJson } from './json';

test('a record is a line of JSON; 64-bit figures are strings, all others as they are', () => {
  const record = {
    sequence: 3,
    events: [{ type: 'PositionSettled', lots: -5, paid_micro_usd: 9_223_372_036_854_775_807n, account: 0 }],
  } as unknown as LogRecord;
  expect(recordToJson(record)).toBe(
    '{"sequence":3,"events":[{"type":"PositionSettled","lots":-5,"paid_micro_usd":"9223372036854775807","account":0}]}',
  );
});

describe('the schema of', () => {
  test.each([
    ['a number', count('which'), { type: 'integer', minimum: 0, maximum: 4_294_967_295, description: 'which' }],
    [
      'an amount, with its unit',
      integer('lots', 'how many'),
      {
        type: 'integer',
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'how many; in lots',
      },
    ],
    [
      'a 64-bit amount: a decimal string',
      wide('micro_usd', 'how much'),
      { type: 'string', pattern: '^-?\\d{1,19}$', description: 'how much; in micro_usd' },
    ],
    ['a text', text(9, 'name'), { type: 'string', maxLength: 9, description: 'name' }],
    ['a flag', flag('whether'), { type: 'boolean', description: 'whether' }],
    ['a choice', choice(['A', 'B'], 'one'), { type: 'string', enum: ['A', 'B'], description: 'one' }],
    [
      'a list',
      list({ part: flag('is it') }, 3, 'some'),
      {
        type: 'array',
        maxItems: 3,
        description: 'some',
        items: {
          type: 'object',
          properties: { part: { type: 'boolean', description: 'is it' } },
          required: ['part'],
          additionalProperties: false,
        },
      },
    ],
  ])('%s', (_, field, schema) => {
    expect(fieldsSchema({ field })).toEqual({
      type: 'object',
      properties: { field: schema },
      required: ['field'],
      additionalProperties: false,
    });
  });

  test('an object with constants: they come first, and are required too', () => {
    const schema = fieldsSchema({ on: flag('') }, { type: 'Pinged' });
    expect(schema).toEqual({
      type: 'object',
      properties: { type: { const: 'Pinged' }, on: { type: 'boolean', description: '' } },
      required: ['type', 'on'],
      additionalProperties: false,
    });
    expect(Object.keys(schema.properties as object)).toEqual(['type', 'on']);
  });
});

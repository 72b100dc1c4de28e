// The JSON form of records and events: field names as described, 64-bit fields as decimal strings, and JSON schemas
// made from the descriptions.

import type { Field, Fields } from '../fields';
import type { LogRecord } from '../record';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** One record as one line of JSON. */
export function recordToJson(record: LogRecord): string {
  return JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function fieldSchema(field: Field<unknown>): JsonSchema {
  const description = field.unit === '' ? field.note : `${field.note}; in ${field.unit}`;
  switch (field.kind) {
    case 'count':
      return { type: 'integer', minimum: 0, maximum: 0xffff_ffff, description };
    case 'integer':
      return { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, description };
    case 'wide':
      return { type: 'string', pattern: '^-?\\d{1,19}$', description };
    case 'text':
      return { type: 'string', maxLength: field.max, description };
    case 'flag':
      return { type: 'boolean', description };
    case 'choice':
      return { type: 'string', enum: field.values, description };
    case 'list':
      return { type: 'array', maxItems: field.max, description, items: fieldsSchema(field.of ?? {}) };
  }
}

/** The JSON schema of an object with these fields, all of them required and no others allowed. */
export function fieldsSchema(fields: Fields, constants: { readonly [name: string]: string } = {}): JsonSchema {
  const fixed = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, { const: value }]));
  const described = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));
  const properties = { ...fixed, ...described };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

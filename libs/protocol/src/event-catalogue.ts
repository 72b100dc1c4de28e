// The event catalogue for readers: a page and an AsyncAPI document, both made from the descriptions that make the codec.

import {
  COMMANDS,
  EVENTS,
  fieldsSchema,
  RECORD_CAUSES,
  REJECTIONS,
  type Field,
  type Fields,
  type JsonSchema,
} from '@tokenbourse/domain';

function typeOf(field: Field<unknown>): string {
  switch (field.kind) {
    case 'count':
      return 'integer, 0 to 2^32−1';
    case 'integer':
      return 'integer, |n| < 2^53';
    case 'wide':
      return 'decimal string, 64 bits';
    case 'text':
      return `string, at most ${field.max}`;
    case 'flag':
      return 'boolean';
    case 'choice': {
      const values = field.values ?? [];
      return values.length > 12 ? 'string, one of the reason codes or command names' : values.join(' · ');
    }
    case 'list':
      return `list, at most ${field.max}`;
  }
}

function rows(fields: Fields, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    `| \`${prefix}${name}\` | ${typeOf(field)} | ${field.unit} | ${field.note} |`,
    ...(field.of === undefined ? [] : rows(field.of, `${prefix}${name}[].`)),
  ]);
}

function section(title: string, note: string, fields: Fields): string {
  const table = ['| field | type | unit | meaning |', '|---|---|---|---|', ...rows(fields)];
  return [`### ${title}`, '', note, '', ...(Object.keys(fields).length === 0 ? ['No fields.'] : table), ''].join('\n');
}

/** The page docs/events.md. */
export function eventCataloguePage(): string {
  const events = Object.entries(EVENTS);
  return [
    '# Event catalogue',
    '',
    'Made by `npm run docs` from `libs/domain/src/events`; a test compares the two. A record is one command’s identity, its time',
    'and its events; a frame of the log holds the records of one batch. Units: 1 lot = 1,000 tokens; 1 tick = USD 0.001 per',
    'million tokens; ticks × lots = micro-USD; lots × joules per million tokens = millijoules. Times are microseconds since 1970.',
    'Numbers of accounts, contracts, orders and so on count from 1; 0 stands for none. Account 0 is the house, which collects fees.',
    '',
    '## Events',
    '',
    '| event | code | version | meaning |',
    '|---|---|---|---|',
    ...events.map(
      ([type, { code, version, note }]) => `| [${type}](#${type.toLowerCase()}) | ${code} | ${version} | ${note} |`,
    ),
    '',
    ...events.map(([type, { note, fields }]) => section(type, note, fields)),
    '## Reason codes',
    '',
    'What `code` of a refusal can be. `needed`, `available` and their difference `missing` are in the unit of the code.',
    '',
    '| code | unit | passes later as it is | what is wrong, and what would pass |',
    '|---|---|---|---|',
    ...Object.entries(REJECTIONS).map(
      ([code, { unit, retryable, sentence }]) => `| ${code} | ${unit} | ${retryable ? 'can' : ''} | ${sentence} |`,
    ),
    '',
    '## Commands',
    '',
    ...Object.entries(COMMANDS).map(([type, fields]) => section(type, '', fields)),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

/** The AsyncAPI 3.0 document of the record stream, as `GET /v1/log` gives it, one JSON object a line. */
export function asyncApiDocument(version: string): JsonSchema {
  const schemas = Object.fromEntries(
    Object.entries(EVENTS).map(([type, { fields, note }]) => [
      type,
      { description: note, ...fieldsSchema(fields, { type }) },
    ]),
  );
  const identity = {
    type: 'object',
    required: ['command', 'account', 'contract', 'command_id', 'fingerprint'],
    additionalProperties: false,
    properties: {
      command: { type: 'string', enum: Object.keys(COMMANDS) },
      account: { type: 'integer', minimum: 0 },
      contract: { type: 'integer', minimum: 0 },
      command_id: { type: 'string', maxLength: 64 },
      fingerprint: { type: 'integer', minimum: 0, maximum: 0xffff_ffff },
    },
  };
  const record = {
    type: 'object',
    required: ['sequence', 'at_us', 'cause', 'cause_sequence', 'identity', 'events'],
    additionalProperties: false,
    properties: {
      sequence: { type: 'integer', minimum: 1, description: 'counts records, without gaps' },
      at_us: { type: 'integer', description: 'stamp, microseconds since 1970, UTC; never goes back' },
      cause: { type: 'string', enum: RECORD_CAUSES },
      cause_sequence: { type: 'integer', minimum: 0, description: 'record that a continuation continues; 0 otherwise' },
      identity: { oneOf: [{ type: 'null' }, identity] },
      events: {
        type: 'array',
        maxItems: 1_000,
        items: { oneOf: Object.keys(EVENTS).map((type) => ({ $ref: `#/components/schemas/${type}` })) },
      },
    },
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tokenbourse records',
      version,
      description: 'What the event log of a market holds. 64-bit fields are decimal strings.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      records: {
        address: 'records',
        description: 'All records of one market in their order; GET /v1/log gives them as NDJSON.',
        messages: { record: { $ref: '#/components/messages/record' } },
      },
    },
    operations: {
      readRecords: { action: 'receive', channel: { $ref: '#/channels/records' } },
    },
    components: {
      messages: { record: { name: 'record', payload: { $ref: '#/components/schemas/record' } } },
      schemas: { record, ...schemas },
    },
  };
}

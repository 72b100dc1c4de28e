// The event catalogue for readers: a page made from the descriptions that make the codec.

import { COMMANDS, EVENTS, REJECTIONS, type Field, type Fields } from '@tokenbourse/domain';

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

// The AsyncAPI document is one, by the specification's own schema, and says all that there is.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';

import { COMMANDS, EVENTS } from '@tokenbourse/domain';

const read = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object;
const document = read(path.resolve(__dirname, '../../docs/asyncapi.json'));
const specification = read(require.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json'));

// The schema of schemas that it holds bears the name of one that is known already.
const validator = new Ajv({
  strict: false,
  validateFormats: false,
  meta: false,
  validateSchema: false,
  allErrors: true,
});
const isDocument = validator.compile(specification);

test('it is valid', () => {
  isDocument(document);
  expect(isDocument.errors ?? []).toEqual([]);
});

test('one that breaks the specification is found', () => {
  const broken = structuredClone(document) as { channels: Record<string, { messages: unknown }> };
  broken.channels.events!.messages = ['a list'];
  expect(isDocument(broken)).toBe(false);
});

test('it names every event, every command and every topic; each reference leads somewhere', () => {
  const text = JSON.stringify(document);
  for (const type of Object.keys(EVENTS)) expect(text).toContain(`"#/components/schemas/${type}"`);
  for (const type of Object.keys(COMMANDS)) expect(text).toContain(`"#/components/schemas/command.${type}"`);
  for (const topic of ['commands', 'events', 'trades', 'dead-letters', 'snapshots'])
    expect(text).toContain(`"address":"tokenbourse.{market}.${topic}"`);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, found]) => found!);
  const leadsTo = (reference: string): unknown =>
    reference.split('/').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((reference) => leadsTo(reference) === undefined)).toEqual([]);
});

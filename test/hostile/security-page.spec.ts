// docs/security.md names tests that exist, and says what is true of the API's description.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openApiDocument } from '@tokenbourse/protocol';
import { operationsOf, placesIn, type OpenApi } from './description';

const ROOT = path.resolve(__dirname, '../..');
const page = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| API\d+ /.test(line));

/** `file`: "name", as the page writes it. */
function testsIn(text: string): [file: string, name: string][] {
  return [...text.matchAll(/`([\w./-]+\.spec\.ts)`[:,] "([^"]+)"/g)].map(([, file, name]) => [file!, name!]);
}

test('the page has a row for each of the ten, with a test', () => {
  expect(rows.map((row) => Number(/^\| API(\d+) /.exec(row)![1]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const row of rows) expect([row.slice(0, 20), testsIn(row).length > 0]).toEqual([row.slice(0, 20), true]);
});

test.each(testsIn(page))('%s has a test "%s"', (file, name) => {
  expect(existsSync(path.join(ROOT, file))).toBe(true);
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  const quoted = ["'", '"', '`'].map((mark) => `${mark}${name}${mark}`);
  expect([name, quoted.some((text) => source.includes(text))]).toEqual([name, true]);
});

test('no request of the API names an address that the server would call', () => {
  const operations = operationsOf(openApiDocument('1') as unknown as OpenApi);
  const names = operations.flatMap(({ fields, body }) => [
    ...fields.map(({ name }) => name),
    ...(body === undefined ? [] : placesIn(body.schema).map(({ place }) => place.at(-1)!)),
  ]);
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => /ur[il]|href|host|callback|webhook|endpoint|address/i.test(name))).toEqual([]);
});

// docs/read-models.md names every collection of documents, and none that is not there.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_RETENTION, createModels } from '@tokenbourse/projections';

it('the page on read models names their collections', () => {
  const page = readFileSync(resolve(__dirname, '../../docs/read-models.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const models = Object.values(createModels(DEFAULT_RETENTION));
  const collections = models.flatMap((model) => model.collections.map(({ name }) => name));
  expect(named.sort()).toEqual(collections.sort());
});

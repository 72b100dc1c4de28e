// The generated pages in docs/ are what the code says today.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { EVENTS, REJECTIONS } from '@tokenbourse/domain';

import { generatedDocuments, packageVersion } from '../../apps/operator/src/documents';

const ROOT = path.resolve(__dirname, '../..');
const documents = generatedDocuments(packageVersion(ROOT));

describe('generated documents', () => {
  test.each(Object.keys(documents))('%s is up to date; run `npm run docs`', (file) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8')).toBe(documents[file]);
  });

  test('the event catalogue names every event and every reason code', () => {
    const page = documents['docs/events.md']!;
    for (const type of Object.keys(EVENTS)) expect(page).toContain(`### ${type}`);
    for (const code of Object.keys(REJECTIONS)) expect(page).toContain(`| ${code} |`);
  });
});

import fc from 'fast-check';

import fs from 'node:fs';
import path from 'node:path';

fc.configureGlobal({ seed: 1, endOnFailure: true });
const root = path.resolve(__dirname, '../..');
const files = ['libs/domain', 'libs/matching', 'libs/ledger', 'libs/engine', 'libs/twin', 'test/acceptance']
  .flatMap((dir) => (fs.readdirSync(path.join(root, dir), { recursive: true }) as string[]).map((f) => path.join(dir, f)))
  .filter((f) => /(?<!int|e2e)\.spec\.ts$/.test(f) && !f.includes('rules-page'));
for (const file of files) describe(file, () => void require(path.join(root, file)));

// npm run charts -- [FILE]: writes docs/performance.md's tables and docs/charts/*.svg from kept results.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { chartOf } from './drawing';
import { NoMarkers, pageWith } from './page';
import { KEPT, NoResults, readResults } from './results';
import { ROOT } from './root';

function main(files: readonly string[]): void {
  if (files.length > 1) throw new NoResults(`one file of results is needed, not ${files.length}`);
  const results = readResults(files[0] ?? KEPT);
  const page = path.join(ROOT, 'docs', 'performance.md');
  const charts = path.join(ROOT, 'docs', 'charts');
  const renewed = pageWith(readFileSync(page, 'utf8'), results);
  rmSync(charts, { recursive: true, force: true });
  mkdirSync(charts);
  for (const result of results) writeFileSync(path.join(charts, `${result.name}.svg`), chartOf(result));
  writeFileSync(page, renewed);
  process.stdout.write(`docs/performance.md and ${results.length} charts in docs/charts\n`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof NoResults || error instanceof NoMarkers)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

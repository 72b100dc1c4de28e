// Results as they are kept: one file, a benchmark's last result each; docs/performance.md and its charts are made from it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Report } from './benchmark';
import { ROOT } from './root';

export interface Measured extends Report {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  readonly at: string;
  readonly machine: string;
  readonly command: string;
  readonly seconds: number;
}

/** The results that the repository keeps. */
export const KEPT = path.join(ROOT, 'benchmarks', 'results', 'latest.json');

/** The file can't be read as results; the message says why in a line. */
export class NoResults extends Error {}

export function readResults(file: string): Measured[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new NoResults(`${file} can't be read: a file that "npm run bench -- --json FILE" has written is needed`);
  }
  try {
    const { results } = JSON.parse(text) as { results: Measured[] };
    if (results.every(({ name, figures, aims }) => name !== '' && Array.isArray(figures) && Array.isArray(aims))) {
      return results;
    }
  } catch {
    // Said below.
  }
  throw new NoResults(`${file} holds no results as "npm run bench -- --json FILE" writes them`);
}

/** New results take the place of those of the same name; others stay. In the given order of names. */
export function merged(earlier: readonly Measured[], later: readonly Measured[], order: readonly string[]): Measured[] {
  const byName = new Map([...earlier, ...later].map((result) => [result.name, result]));
  return order.flatMap((name) => byName.get(name) ?? []);
}

/** Puts results into a file, beside those of other benchmarks that it has already. */
export function keepResults(file: string, later: readonly Measured[], order: readonly string[]): void {
  const earlier = existsSync(file) ? readResults(file) : [];
  writeFileSync(file, `${JSON.stringify({ results: merged(earlier, later, order) }, null, 2)}\n`);
}

// The benchmarks of the roles run, tiny, with real processes, brokers and read store: each checks what was answered against its log.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../test/support/compiled';
import type { Measured } from './results';

const TINY = ['--operations', '1000', '--largest', '500', '--events', '20000', '--runs', '1'];

test('taking over, catching up and memory are measured', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
  const json = join(folder, 'results.json');
  const options = ['kafka-takeover', 'kafka-catch-up', 'kafka-memory', ...TINY, '--json', json];
  execFileSync(process.execPath, [compiled('benchmarks/main'), ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: Measured[] };
  expect(results.map(({ name, figures }) => [name, figures.map((figure) => figure.name)])).toEqual([
    ['kafka-takeover', ['from the kill to the first order acknowledged']],
    [
      'kafka-catch-up',
      ['engine', 'projector'].flatMap((role) => [`${role}, 20,000 commands behind`, `${role}, commands caught up`]),
    ],
    ['kafka-memory', ['engine', 'projector', 'api', 'broker', 'Redis'].map((name) => `${name}, after 20,500 commands`)],
  ]);
  rmSync(folder, { recursive: true });
}, 180_000);

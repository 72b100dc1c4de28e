// The benchmarks of the roles run, tiny, with real processes, brokers and read store: each checks what was answered against its log.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../test/support/compiled';
import type { Measured } from './results';

function measured(...options: string[]): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
  const json = join(folder, 'results.json');
  try {
    execFileSync(process.execPath, [compiled('benchmarks/main'), ...options, '--json', json], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return (JSON.parse(readFileSync(json, 'utf8')) as { results: Measured[] }).results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TINY = ['--operations', '1000', '--largest', '500', '--events', '20000', '--runs', '1'];

test('taking over, catching up and memory are measured', () => {
  const results = measured('kafka-takeover', 'kafka-catch-up', 'kafka-memory', ...TINY);
  expect(results.map(({ name, figures }) => [name, figures.map((figure) => figure.name)])).toEqual([
    ['kafka-takeover', ['from the kill to the first order acknowledged']],
    [
      'kafka-catch-up',
      ['engine', 'projector'].flatMap((role) => [`${role}, 20,000 commands behind`, `${role}, commands caught up`]),
    ],
    ['kafka-memory', ['engine', 'projector', 'api', 'broker', 'Redis'].map((name) => `${name}, after 20,500 commands`)],
  ]);
}, 240_000);

test('orders over HTTP are measured with all roles, without the projector, on two markets, and in one process', () => {
  const [http] = measured('kafka-http', ...TINY);
  const rates = http!.figures.filter(({ unit }) => unit === 'per second').map(({ name }) => name);
  expect(rates).toEqual([
    'api, engine and projector',
    'the same, the projector held',
    'two markets at once, each with all its roles, together',
    'all in one process, on its own log',
  ]);
}, 240_000);

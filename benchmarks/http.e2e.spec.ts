// The HTTP benchmarks run, tiny, on a real server: every answer is checked there, and the log against the answers.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../test/support/compiled';
import type { Measured } from './results';
import { quantile } from './http-latency';

test('orders and latencies are measured on both sides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
  const json = join(folder, 'results.json');
  const options = ['http', 'latency', '--operations', '1000', '--runs', '1', '--json', json];
  execFileSync(process.execPath, [compiled('benchmarks/main'), ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: Measured[] };
  const [http, latency] = results;
  const rates = http!.figures.filter(({ unit }) => unit === 'per second').map(({ name }) => name);
  const aged = ', 256 connections, market older than its idempotency window';
  expect(rates).toEqual(
    [', 64 connections', ', 256 connections', aged].flatMap((what) => [`exchange${what}`, `bare Fastify${what}`]),
  );
  expect(http!.aims.map(({ unit, wanted }) => [unit, wanted])).toEqual([
    ['×', 0.6],
    ['×', 0.6],
  ]);
  const quantiles = ['p50', 'p99', 'p99.9', 'longest'];
  for (const side of ['exchange', 'bare Fastify']) {
    for (const kind of ['place', 'cancel']) {
      const named = latency!.figures.filter(({ name }) => name.startsWith(`${side}, ${kind}, `));
      expect(named.map(({ name }) => name)).toEqual(quantiles.map((which) => `${side}, ${kind}, ${which}`));
      expect(named.map(({ median }) => median)).toEqual(named.map(({ median }) => median).sort((a, b) => a - b));
    }
  }
  rmSync(folder, { recursive: true });
});

test('a quantile is the smallest value that so many do not exceed', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => 1_000 - i);
  expect([0.5, 0.99, 0.999, 1].map((share) => quantile(values, share))).toEqual([500, 990, 999, 1_000]);
  expect(quantile([7], 0.5)).toBe(7);
});

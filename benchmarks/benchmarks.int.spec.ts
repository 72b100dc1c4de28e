// Every benchmark runs, tiny: what nobody runs rots. Java takes part where it is at hand; figures are not looked at here.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { compiled } from '../test/support/compiled';
import { BENCHMARKS } from './catalogue';
import { chartOf } from './drawing';
import { readResults } from './results';
import { ROOT } from './root';

const SERVERS = ['http', 'latency', 'kafka-http', 'kafka-takeover', 'kafka-catch-up', 'kafka-memory'];
const TINY = ['--operations', '2000', '--largest', '500', '--events', '20000', '--runs', '1'];

function bench(...options: string[]): { status: number | null; stderr: string; stdout: string } {
  return spawnSync(process.execPath, [compiled('benchmarks/main'), ...options], { encoding: 'utf8' });
}

describe('benchmarks', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tokenbourse-bench-spec-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('each runs, reports figures, and its chart can be drawn', () => {
    const file = path.join(folder, 'results.json');
    // Those that start servers have tests of their own, http.e2e.spec.ts and kafka.e2e.spec.ts.
    const names = BENCHMARKS.map(({ name }) => name).filter((name) => !SERVERS.includes(name));
    const { status, stderr } = bench(...names, ...TINY, '--no-java', '--json', file);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const results = readResults(file);
    expect(results.map(({ name }) => name)).toEqual(names);
    for (const result of results) {
      expect(result.figures.length).toBeGreaterThan(0);
      for (const { least, median, most } of result.figures) expect(least <= median && median <= most).toBe(true);
      expect(chartOf(result)).toMatch(/^<svg[^]*<text[^]*<\/svg>\n$/);
    }
  }, 600_000);

  const atHand = existsSync(path.join(ROOT, 'node_modules', '.cache', 'exchange-core', 'made'));
  (atHand ? test : test.skip)(
    'the Java peer makes the same trades (where a benchmark has fetched it before)',
    () => {
      const { status, stdout, stderr } = bench('book-5k', 'engine-5k', ...TINY);
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/exchange-core's book \(Java\) +[\d,.]+ +per second/);
      expect(stdout).toMatch(/exchange-core whole \(Java\), no client ids +[\d,.]+ +per second/);
    },
    120_000,
  );

  test('the profile says of each part what a command costs there, and refuses what is no number', () => {
    const profile = (...options: string[]) =>
      spawnSync(process.execPath, [compiled('benchmarks/profile'), ...options], { encoding: 'utf8' });
    const { status, stdout } = profile('--operations', '20000', '--resting', '500');
    expect(status).toBe(0);
    const shares = [...stdout.matchAll(/^ {2}(\S.*?) +(\d+) % +(\d+) ns$/gm)].map(([, part, share]) => [
      part,
      Number(share),
    ]);
    expect(shares).toHaveLength(16);
    for (const part of ['order book', 'deciding', 'ids: hash, digest of the request, outcomes']) {
      expect(shares.find(([name]) => name === part)![1]).toBeGreaterThan(0);
    }
    const refused = profile('--resting', 'many');
    const line = '--resting many: a whole number from 1 on is needed\n';
    expect({ status: refused.status, stderr: refused.stderr }).toEqual({ status: 2, stderr: line });
  }, 60_000);

  test('help names every benchmark and every option, and measures nothing', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    for (const { name, title } of BENCHMARKS) expect(stdout).toMatch(new RegExp(`^  ${name} +${title}( \\*)?$`, 'm'));
    for (const option of ['runs', 'operations', 'events', 'largest', 'no-java', 'json'])
      expect(stdout).toMatch(new RegExp(`^  --${option}`, 'm'));
  });

  test.each([
    [['nothing'], 'there is no benchmark "nothing"; there are: book-5k'],
    [['--runs', '0'], '--runs 0: a whole number from 1 on is needed'],
    [['--operations', 'many'], '--operations many: a whole number from 1000 on is needed'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j gets one line and exit code 2', (options, line) => {
    const { status, stderr, stdout } = bench(...options);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

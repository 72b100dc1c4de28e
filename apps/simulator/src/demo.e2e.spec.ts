// `npm run demo` as its users start it: a process, its output and its exit code.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compiled } from '../../../test/support/compiled';

const TRACE = join(__dirname, '../../../libs/simulation/fixtures/invented-azure.csv');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function demo(...options: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('apps/simulator/src/demo'), ...options], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'demo-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run demo', () => {
  it('prints prices, power, the value split, counts and the hash; the progress goes to standard error', () => {
    const { code, out, err } = demo('--trace', TRACE, '--limit', '200');
    expect(code).toBe(0);
    for (const words of ['Price and volume', 'tokens per USD', 'Power', 'perished MWh', 'Where each dollar goes']) {
      expect(out).toContain(words);
    }
    for (const tier of ['FREE', 'MEDIUM', 'HIGH', 'PREMIUM', 'ULTRA']) expect(out).toContain(tier);
    expect(out).toMatch(/\nOrders \d[\d,]*, capacity offers \d+.*, trades \d+/);
    expect(out).toMatch(/\nState hash [0-9a-f]{64}\n$/);
    expect(err.split('\n').slice(0, 2).join()).toMatch(/^ 10 % {2}market time \d\d:\d\d:\d\d, 20 %/);
  });

  it('with --json prints one document, the same for the same seed, another for another', () => {
    const [first, again, other] = ['7', '7', '8'].map((seed) =>
      demo('--trace', TRACE, '--limit', '100', '--seed', seed, '--json'),
    );
    expect([first!.code, again!.code, other!.code]).toEqual([0, 0, 0]);
    expect(again!.out).toBe(first!.out);
    const document = JSON.parse(first!.out);
    expect(document.state_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(['tiers', 'power', 'value_split', 'orders', 'trades', 'trace', 'seed', 'scenario']),
    );
    expect(JSON.parse(other!.out).state_hash).not.toBe(document.state_hash);
  });

  it.each([
    [
      'a malformed row',
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,x\n',
      '2:23: expected GeneratedTokens, an integer',
    ],
    ['an unknown header', 'a,b,c\n', '1:1: expected a header'],
  ])('refuses %s with file, line, column and what was expected, and says nothing else', (_what, content, expected) => {
    const file = join(folder, 'trace.csv');
    writeFileSync(file, content);
    const { code, out, err } = demo('--trace', file, '--json');
    expect([code, out]).toEqual([1, '']);
    expect(err.startsWith(`${file}:${expected}`)).toBe(true);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('refuses a wrong scenario with the path of what is wrong', () => {
    const file = join(folder, 'scenario.json');
    writeFileSync(file, '{"name": 1}');
    const { code, err } = demo('--trace', TRACE, '--scenario', file);
    expect([code, err]).toEqual([1, `${file}: name: expected a text of 1 to 60 characters, found 1\n`]);
  });

  it.each([
    [[], '--trace: expected a file, found nothing'],
    [['--trace', 'x', '--seed', '1.5'], '--seed: expected an integer, found "1.5"'],
    [['--trace', 'x', '--limit', '0'], '--limit: expected an integer from 1, found "0"'],
    [['--trace', 'x', '--scale', '-1'], '--scale'],
    [['--trace', 'x', '--speed', 'fast'], '--speed: expected a number above 0, found "fast"'],
    [['--tarce', 'x'], "Unknown option '--tarce'"],
  ])('refuses the options %j and shows how to use it', (options, message) => {
    const { code, out, err } = demo(...options);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('npm run demo -- --trace FILE');
  });

  it('shows its options when asked', () => {
    const { code, out } = demo('--help');
    expect(code).toBe(0);
    expect(out).toContain('--scenario FILE');
  });
});

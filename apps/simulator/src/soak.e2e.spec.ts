// `npm run soak` as its users start it: a process, its output and its exit code.

import { spawnSync } from 'node:child_process';

import { compiled } from '../../../test/support/compiled';

function soak(...options: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('apps/simulator/src/soak'), ...options], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

describe('npm run soak', () => {
  it('counts what was met, and ends well when nothing is found', () => {
    const { code, out } = soak('--seed', '7', '--seeds', '2');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^2 seeds in [\d.]+ s: \d+ steps, [\d,]+ commands, [\d,]+ records, [\d,]+ events, [\d,]+ trades/,
    );
    expect(out).toMatch(/\n[\d,]+ crashes, \d+ full comparisons/);
    expect(out).toMatch(/\n {2}power cuts +\d+\n/);
  });

  it('replays some steps of a seed, twice the same', () => {
    const [first, again] = [1, 2].map(() => soak('--seed', '5', '--steps', '0-30,40'));
    expect(first!.code).toBe(0);
    expect(first!.out).toMatch(/\nRun [0-9a-f]{64} [0-9a-f]{64}\n$/);
    expect(again!.out.split('\n').at(-2)).toBe(first!.out.split('\n').at(-2));
  });

  it('runs several machines around a simulated Kafka', () => {
    const { code, out } = soak('--kind', 'kafka', '--seed', '7', '--seeds', '1');
    expect(code).toBe(0);
    expect(out).toMatch(/^1 seeds in [\d.]+ s: \d+ steps, [\d,]+ commands, [\d,]+ records, [\d,]+ trades\n/);
    expect(out).toMatch(/\n {2}takeovers +[1-9]\d*\n/);
    expect(out).toMatch(/\nRun [0-9a-f]{64} [0-9a-f]{64}\n$/);
  });

  it('takes no longer than the minutes', () => {
    const { code, out } = soak('--minutes', '0.001');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d seeds/);
  });

  it.each([
    [['--kind', 'paper'], '--kind: expected machine or kafka, found "paper"'],
    [['--seed', 'x'], '--seed: expected an integer from 0 to 2147483647, found "x"'],
    [['--seeds', '0'], '--seeds: expected an integer from 1'],
    [['--minutes', '-1'], '--minutes'],
    [['--steps', '3,2'], '--steps: expected rising numbers and ranges like 0-3,17, found "3,2"'],
    [['--steps', '9999'], '--steps: seed 1 has the steps 0 to '],
    [['--steps', '1', '--seeds', '2'], '--steps: belongs to one seed'],
    [['--speed', '1'], '--speed'],
  ])('refuses %j in one line with exit code 2', (options, expected) => {
    const { code, out, err } = soak(...options);
    expect([code, out]).toEqual([2, '']);
    expect(err.split('\n')[0]).toContain(expected);
  });

  it('explains itself', () => {
    expect(soak('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--seeds K') });
  });
});

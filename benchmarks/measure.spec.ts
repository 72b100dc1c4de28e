// The measuring's arithmetic: medians, extremes, ratios, aims; and what is kept and shown of them.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { BENCHMARKS } from './catalogue';
import { atLeast, atMost, figureOf, median, rounded, sideBySide, withRatios, type Candidate } from './measure';
import { NoMarkers, pageWith } from './page';
import { notesOf, reportText } from './printing';
import { KEPT, merged, readResults, NoResults, type Measured } from './results';
import { ROOT } from './root';

const SETTING = { runs: 3, operations: 1_000, events: 1_000, largest: 1_000, java: false, progress: () => undefined };

describe('figures', () => {
  test('the median is the middle one, or between the two middle ones, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 2, 4, 8])).toBe(6);
    expect(median([7])).toBe(7);
  });

  test('a figure has the median, the least and the most of its runs', () => {
    expect(figureOf('a', 'ms', [3, 1, 2, 10, 5])).toEqual({
      name: 'a',
      unit: 'ms',
      median: 3,
      least: 1,
      most: 10,
      runs: 5,
    });
    expect(() => figureOf('a', 'ms', [])).toThrow('a has not been measured');
  });

  test('a ratio is how many times the first one is this one, among those of a unit', () => {
    const figures = [figureOf('a', 'ms', [10]), figureOf('b', 'per second', [3_000]), figureOf('c', 'ms', [4])];
    expect(withRatios(figures).map(({ ratio }) => ratio)).toEqual([1, 1, 2.5]);
  });

  test('a time too short for its clock has no ratio, and leaves the others theirs', () => {
    const figures = [figureOf('a', 'µs', [2]), figureOf('b', 'µs', [0]), figureOf('c', 'µs', [4])];
    expect(withRatios(figures).map(({ ratio }) => ratio)).toEqual([1, undefined, 0.5]);
  });

  test('three digits below a thousand, whole from there on; nothing that is no number', () => {
    expect([rounded(1_234_567.8), rounded(12.3456), rounded(0.0012345)]).toEqual([1_234_568, 12.3, 0.00123]);
    expect(() => rounded(Number.NaN)).toThrow('NaN is not a figure');
    expect(() => rounded(1 / 0)).toThrow('Infinity is not a figure');
  });
});

describe('aims', () => {
  test('at least: reached from the wanted value on, by what was measured, not by what is shown', () => {
    expect(atLeast('x', 2, 2, '×')).toMatchObject({ bound: 'at least', wanted: 2, measured: 2, reached: true });
    expect(atLeast('x', 2, 1.9999, '×')).toMatchObject({ measured: 2, reached: false });
  });

  test('at most: reached up to the wanted value', () => {
    expect(atMost('x', 5, 5, 'ms')).toMatchObject({ bound: 'at most', reached: true });
    expect(atMost('x', 5, 5.001, 'ms')).toMatchObject({ reached: false });
  });
});

describe('side by side', () => {
  const candidate = (name: string, seconds: number[], turns: string[]): Candidate => ({
    name,
    operations: 100,
    run: () => {
      turns.push(name);
      return seconds.shift()!;
    },
    close: () => void turns.push(`${name} closed`),
  });

  test('they take turns, the first round is not counted, and all are closed', async () => {
    const turns: string[] = [];
    const candidates = [candidate('a', [100, 1, 2, 4], turns), candidate('b', [100, 4, 4, 4], turns)];
    const figures = await sideBySide('test', candidates, SETTING);
    expect(figures[0]).toMatchObject({ name: 'a', median: 50, least: 25, most: 100, runs: 3, ratio: 1 });
    expect(figures[1]).toMatchObject({ name: 'b', median: 25, least: 25, most: 25, ratio: 2 });
    expect(turns).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a closed', 'b closed']);
  });

  test('all are closed when one fails', async () => {
    const turns: string[] = [];
    const failing = { ...candidate('b', [], turns), run: () => Promise.reject(new Error('broken')) };
    await expect(sideBySide('test', [candidate('a', [1], turns), failing], SETTING)).rejects.toThrow('broken');
    expect(turns).toEqual(['a', 'a closed', 'b closed']);
  });
});

const measured = (name: string, at = '2026-01-02T03:04:05Z'): Measured => ({
  ...{
    name,
    title: `About ${name}`,
    method: 'So.',
    at,
    machine: 'a machine',
    command: `npm run bench -- ${name}`,
    seconds: 1,
  },
  figures: withRatios([
    figureOf('ours', 'per second', [2_000_000], 'a part'),
    figureOf('theirs', 'per second', [1_000]),
  ]),
  aims: [atLeast('beside theirs', 10, 2_000, '×'), atMost('pause', 5, 7, 'ms')],
  notes: ['one is missing'],
});

describe('what is kept and shown', () => {
  test('a new result takes the place of the one before, others stay, in the given order', () => {
    const kept = merged(
      [measured('b', 'then'), measured('c', 'then')],
      [measured('a', 'now'), measured('c', 'now')],
      ['a', 'b', 'c'],
    );
    expect(kept.map(({ name, at }) => `${name} ${at}`)).toEqual(['a now', 'b then', 'c now']);
  });

  test('a file that holds no results is named', () => {
    expect(() => readResults('/nowhere.json')).toThrow(NoResults);
    expect(() => readResults(path.join(ROOT, 'package.json'))).toThrow('holds no results');
  });

  test('the terminal shows figures, aims, reached or not, and notes', () => {
    const text = reportText(BENCHMARKS[0]!, measured('a'));
    expect(text).toContain('2,000,000');
    expect(text).toMatch(/^ {2}reached {6}beside theirs: at least 10 ×, measured 2,000 ×$/m);
    expect(text).toMatch(/^ {2}NOT reached {2}pause: at most 5 ms, measured 7 ms$/m);
    expect(notesOf(measured('a'))).toEqual(['ours: a part', 'one is missing']);
  });

  test('the page: its measured part is renewed, the rest stays', () => {
    const page =
      'above\n<!-- measured: begin (npm run charts writes what follows) -->\nold\n<!-- measured: end -->\nbelow\n';
    const renewed = pageWith(page, [measured('a')]);
    expect(renewed).toContain('| [a](#a) | beside theirs | at least 10 × | 2,000 × | reached |');
    expect(renewed).toContain('| [a](#a) | pause | at most 5 ms | 7 ms | **not reached** |');
    expect(renewed).toContain('| ours | 2,000,000 per second | 2,000,000 – 2,000,000 | 1 | 1 |');
    expect(renewed).toContain('![About a](charts/a.svg)');
    expect(renewed).not.toContain('old');
    expect(renewed.startsWith('above\n') && renewed.endsWith('below\n')).toBe(true);
    expect(pageWith(renewed, [measured('a')])).toBe(renewed);
    expect(() => pageWith('no markers', [])).toThrow(NoMarkers);
  });

  test('docs/performance.md shows the kept results; run `npm run charts`', () => {
    const page = readFileSync(path.join(ROOT, 'docs', 'performance.md'), 'utf8');
    expect(pageWith(page, readResults(KEPT))).toBe(page);
  });
});

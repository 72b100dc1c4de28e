// Measuring side by side: the candidates of a benchmark take turns, and medians, extremes and ratios are kept.

import type { Aim, Figure, Setting, Unit } from './benchmark';

export interface Candidate {
  readonly name: string;
  /** Operations that one run times. */
  readonly operations: number;
  readonly note?: string;
  /** Runs in each of its turns, 1 if not said: a rate that swings needs more of them for a median. */
  readonly turns?: number;
  /** Runs once; returns the seconds that the timed part took. */
  run(): Promise<number> | number;
  /** Called after the last run. */
  close?(): Promise<void> | void;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The figure of several runs' values. */
export function figureOf(name: string, unit: Unit, values: readonly number[], note?: string): Figure {
  if (values.length === 0) throw new RangeError(`${name} has not been measured`);
  const kept = {
    median: rounded(median(values)),
    least: rounded(Math.min(...values)),
    most: rounded(Math.max(...values)),
  };
  return { name, unit, ...kept, runs: values.length, ...(note === undefined ? {} : { note }) };
}

/** Each figure with the ratio of the first one of its unit to it; none where one was too small for its clock, and is 0. */
export function withRatios(figures: readonly Figure[]): Figure[] {
  return figures.map((figure) => {
    const first = figures.find((other) => other.unit === figure.unit)!;
    const isMeasured = first.median > 0 && figure.median > 0;
    return isMeasured ? { ...figure, ratio: rounded(first.median / figure.median) } : figure;
  });
}

/** One warm-up and `runs` timed rounds of all candidates in turn: operations per second. */
export async function sideBySide(
  benchmark: string,
  candidates: readonly Candidate[],
  { runs, progress }: Setting,
): Promise<Figure[]> {
  const rates = candidates.map((): number[] => []);
  try {
    for (let round = 0; round <= runs; round++) {
      for (const [i, candidate] of candidates.entries()) {
        progress(`${benchmark}: ${round === 0 ? 'warm-up' : `run ${round} of ${runs}`}, ${candidate.name}`);
        for (let turn = 0; turn < (candidate.turns ?? 1); turn++) {
          const seconds = await candidate.run();
          if (round > 0) rates[i]!.push(candidate.operations / seconds);
        }
      }
    }
  } finally {
    for (const candidate of candidates) await candidate.close?.();
  }
  return withRatios(candidates.map(({ name, note }, i) => figureOf(name, 'per second', rates[i]!, note)));
}

/** `wanted` or more is what we aim at. */
export function atLeast(what: string, wanted: number, measured: number, unit: Unit): Aim {
  return {
    what,
    unit,
    bound: 'at least',
    wanted: rounded(wanted),
    measured: rounded(measured),
    reached: measured >= wanted,
  };
}

/** `wanted` or less is what we aim at. */
export function atMost(what: string, wanted: number, measured: number, unit: Unit): Aim {
  return {
    what,
    unit,
    bound: 'at most',
    wanted: rounded(wanted),
    measured: rounded(measured),
    reached: measured <= wanted,
  };
}

/** The figure of that name. */
export function named(figures: readonly Figure[], name: string): Figure | undefined {
  return figures.find((figure) => figure.name === name);
}

/** Seconds that `work` takes. */
export function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Whole from a thousand on, three significant digits below: more would be noise. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a figure`);
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}

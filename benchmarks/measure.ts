// Measuring side by side: the candidates of a benchmark take turns, and medians and ratios are printed.

export interface Candidate {
  readonly name: string;
  /** Operations that one run times. */
  readonly operations: number;
  /** Runs once; returns the seconds that the timed part took. */
  run(): Promise<number> | number;
}

export interface Result {
  readonly benchmark: string;
  readonly name: string;
  readonly operations: number;
  readonly runs: number;
  readonly per_second_median: number;
  readonly per_second_least: number;
  readonly per_second_most: number;
  /** The first candidate's median over this one's. */
  readonly ratio: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One warm-up and `runs` timed rounds of all candidates in turn. */
export async function sideBySide(
  benchmark: string,
  candidates: readonly Candidate[],
  runs: number,
  progress: (text: string) => void,
): Promise<Result[]> {
  const rates = candidates.map((): number[] => []);
  for (let round = 0; round <= runs; round++) {
    for (const [i, candidate] of candidates.entries()) {
      progress(`${benchmark}: ${round === 0 ? 'warm-up' : `run ${round} of ${runs}`}, ${candidate.name}`);
      (globalThis as { gc?: () => void }).gc?.();
      const seconds = await candidate.run();
      if (round > 0) rates[i]!.push(candidate.operations / seconds);
    }
  }
  const reference = median(rates[0]!);
  return candidates.map((candidate, i) => ({
    benchmark,
    name: candidate.name,
    operations: candidate.operations,
    runs,
    per_second_median: Math.round(median(rates[i]!)),
    per_second_least: Math.round(Math.min(...rates[i]!)),
    per_second_most: Math.round(Math.max(...rates[i]!)),
    ratio: Number((reference / median(rates[i]!)).toFixed(2)),
  }));
}

/** Seconds that `work` takes. */
export function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

// Chance that a seed repeats.

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Chance {
  private readonly generator;

  constructor(readonly seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** From 0 to `n` - 1. */
  below(n: number): number {
    return uniformInt(this.generator, 0, n - 1);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** True `n` times of a hundred. */
  percent(n: number): boolean {
    return this.below(100) < n;
  }
}

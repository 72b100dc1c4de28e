// Chance with a seed: the only source of it in a simulated world, so that a seed is a run.

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Chance {
  private readonly generator;

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    // Neighbouring seeds are spread first: the generator's first draws would resemble each other.
    let mixed = Math.imul(seed | 0, 0x9e37_79b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
    this.generator = xoroshiro128plus((mixed ^ (mixed >>> 13)) | 0);
  }

  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return uniformInt(this.generator, least, most);
  }

  /** An integer from 0 to `count` − 1. */
  index(count: number): number {
    return this.between(0, count - 1);
  }

  /** True `times` out of `outOf` times. */
  happens(times: number, outOf: number): boolean {
    return this.index(outOf) < times;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.index(values.length)]!;
  }
}

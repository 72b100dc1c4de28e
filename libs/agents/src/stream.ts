// Random numbers of one agent: a stream of its own, set by the run's seed and the agent's name, so that one agent more
// or less changes nobody else's draws. Only + − × ÷ and √ are used on them: those are exact on every machine.

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Stream {
  /** From 0 (included) to 1 (excluded). */
  uniform(): number;
  /** From `low` (included) to `high` (excluded). */
  between(low: number, high: number): number;
  /** An integer from 0 to `count` − 1. */
  index(count: number): number;
  chance(probability: number): boolean;
  /** Mean 0, standard deviation 1, within ±3: the sum of four uniform draws, which is close to a normal one. */
  noise(): number;
}

/** FNV-1a over the name's UTF-16 units, 32 bits, signed. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** The stream of `name` in the run of `seed` (any safe integer). */
export function streamFor(seed: number, name: string): Stream {
  const generator = xoroshiro128plus((hashOf(`${seed}/${name}`) ^ Math.imul(seed | 0, 0x9e3779b1)) | 0);
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    index: (count) => Math.floor(uniform() * count),
    chance: (probability) => uniform() < probability,
    noise: () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3),
  };
}

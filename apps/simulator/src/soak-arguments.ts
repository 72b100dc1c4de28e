// The options of `npm run soak`, read and checked.

import { formatSteps, parseSteps } from '@tokenbourse/fault-simulation';

import { integer, positive, readOptions, UsageError } from './options';
import { SOAK_KINDS, type SoakKind } from './soak-kinds';

export interface SoakArguments {
  readonly kind: SoakKind;
  readonly seed: number;
  /** How many seeds, from `seed` on; without it as many as fit into the minutes. */
  readonly seeds: number;
  readonly minutes: number;
  /** Only these steps of one seed. */
  readonly steps?: readonly number[];
}

const SEEDS_DEFAULT = 100;
/** Seeds are mixed in 32 bits. */
const SEED_MAX = 0x7fff_ffff;

export const SOAK_USAGE = `Simulates the whole exchange with everything that can go wrong, one run for each seed, and checks it.

  npm run soak -- [options]

  --kind KIND    machine: one with its disk (the default); kafka: several engines, relays and a projector around a broker
  --seed N       the first seed (default 1)
  --seeds K      how many seeds (default ${SEEDS_DEFAULT}; with --minutes, as many as fit)
  --minutes M    no new seed after so many minutes
  --steps LIST   only these steps of the seed, e.g. 0-3,17: what a failing run was made smaller to
  --help         this text

The exit code is 1 when something is found; its seed is printed with the command that shows it again.
`;

/** `undefined` when help is asked for. Throws UsageError. */
export function readSoakArguments(given: readonly string[]): SoakArguments | undefined {
  const values = readOptions(given, {
    kind: { type: 'string' },
    seed: { type: 'string' },
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    steps: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return undefined;
  const kind = kindOf(values.kind ?? 'machine');
  const minutes = values.minutes === undefined ? Infinity : positive('--minutes', values.minutes);
  const seed = integer('--seed', values.seed ?? '1', 0, SEED_MAX);
  const seedsDefault = values.minutes === undefined ? SEEDS_DEFAULT : SEED_MAX - seed + 1;
  if (values.steps !== undefined) return { kind, seed, seeds: 1, minutes, steps: stepList(values.steps, values.seeds) };
  const seeds = values.seeds === undefined ? seedsDefault : integer('--seeds', values.seeds, 1, SEED_MAX - seed + 1);
  return { kind, seed, seeds, minutes };
}

function kindOf(text: string): SoakKind {
  if (Object.hasOwn(SOAK_KINDS, text)) return text as SoakKind;
  throw new UsageError(`--kind: expected ${Object.keys(SOAK_KINDS).join(' or ')}, found ${JSON.stringify(text)}`);
}

function stepList(text: string, seeds: string | undefined): readonly number[] {
  if (seeds !== undefined && seeds !== '1') throw new UsageError('--steps: belongs to one seed, leave out --seeds');
  const steps = parseSteps(text);
  if (steps !== undefined) return steps;
  const example = formatSteps([0, 1, 2, 3, 17]);
  throw new UsageError(`--steps: expected rising numbers and ranges like ${example}, found ${JSON.stringify(text)}`);
}

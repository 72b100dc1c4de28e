// A run is a list of steps, derived from its seed. Each step carries its own draws, so that it does much the same when
// others are left out: that is what shrinking a failing run needs.

import { Chance } from './chance';

/** What a step may be, and how often of a thousand. */
const WEIGHTS = {
  // commands
  place: 330,
  amend: 70,
  cancel: 50,
  cancelAll: 12,
  offer: 30,
  withdrawOffer: 12,
  deposit: 12,
  withdraw: 12,
  fees: 6,
  limits: 5,
  splitRule: 2,
  zone: 2,
  participant: 6,
  account: 8,
  factory: 4,
  costs: 4,
  key: 5,
  revokeKey: 4,
  ping: 4,
  poison: 3,
  // submissions
  again: 60,
  reuse: 10,
  flood: 8,
  // time
  pass: 190,
  wait: 50,
  idle: 24,
  // faults
  cut: 20,
  cutSoon: 6,
  restart: 4,
  refuse: 14,
  fill: 5,
  slow: 6,
  damage: 9,
  clock: 8,
  confirm: 7,
  snapshot: 8,
} as const;

export type StepKind = keyof typeof WEIGHTS;
const KINDS = Object.keys(WEIGHTS) as StepKind[];
const TOTAL = KINDS.reduce((sum, kind) => sum + WEIGHTS[kind], 0);

/** Draws of a step, each from 0 to `DRAW_MAX`. */
const DRAWS = 8;
export const DRAW_MAX = 999_999;

export interface Step {
  /** Its place in the seed's list, from 0. */
  readonly index: number;
  readonly kind: StepKind;
  readonly draws: readonly number[];
}

/** What holds for a whole run. */
export interface Setting {
  readonly inboxLimit: number;
  /** Commands of one frame at most: small frames are decided while others are still written. */
  readonly frameCommands: number;
  /** Records after which a snapshot is taken, and read models are saved. */
  readonly snapshotEvery: number;
  readonly saveEvery: number;
}

export interface Plan {
  readonly seed: number;
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

const NO_STEPS = 'none';
const STEPS = { least: 110, most: 190 };

export function planOf(seed: number): Plan {
  const chance = new Chance(seed);
  const setting = {
    inboxLimit: chance.pick([4, 16, 64, 512]),
    snapshotEvery: chance.pick([25, 60, 150]),
    saveEvery: chance.pick([30, 70, 200]),
    frameCommands: chance.pick([1, 4, 32, 1_024]),
  };
  const count = chance.between(STEPS.least, STEPS.most);
  const steps = Array.from({ length: count }, (_, index) => ({
    index,
    kind: kindAt(chance.index(TOTAL)),
    draws: Array.from({ length: DRAWS }, () => chance.between(0, DRAW_MAX)),
  }));
  return { seed, setting, steps };
}

function kindAt(place: number): StepKind {
  let left = place;
  for (const kind of KINDS) {
    left -= WEIGHTS[kind];
    if (left < 0) return kind;
  }
  throw new RangeError(`${place} is beyond all weights`);
}

/** A list of step indexes as text, and back: `0-3,17`; an empty one is `none`. */
export function formatSteps(indexes: readonly number[]): string {
  if (indexes.length === 0) return NO_STEPS;
  const ranges: string[] = [];
  for (let i = 0; i < indexes.length;) {
    let end = i;
    while (indexes[end + 1] === indexes[end]! + 1) end += 1;
    ranges.push(end === i ? `${indexes[i]}` : `${indexes[i]}-${indexes[end]}`);
    i = end + 1;
  }
  return ranges.join(',');
}

/** Undefined when the text is no such list. */
export function parseSteps(text: string): number[] | undefined {
  if (text === NO_STEPS) return [];
  const indexes: number[] = [];
  for (const part of text.split(',')) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (match === null) return undefined;
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from || from <= (indexes[indexes.length - 1] ?? -1)) return undefined;
    for (let index = from; index <= to; index++) indexes.push(index);
  }
  return indexes;
}

// A run against the simulated Kafka as a list of steps, derived from its seed: commands as in the other runs, and what goes
// wrong between several processes and a broker.

import { Chance } from './chance';
import { DRAW_MAX, type Step, type StepKind } from './steps';

/** What a step may be, and how often of a thousand. */
const WEIGHTS = {
  // commands
  place: 300,
  amend: 60,
  cancel: 50,
  cancelAll: 12,
  offer: 30,
  deposit: 12,
  withdraw: 12,
  limits: 4,
  participant: 10,
  account: 8,
  ping: 10,
  again: 60,
  reuse: 12,
  // time
  pass: 160,
  wait: 60,
  idle: 12,
  // faults
  trouble: 40,
  away: 8,
  kill: 40,
  killAll: 8,
  freeze: 28,
  stranger: 20,
  replay: 18,
  cutTopic: 8,
  reader: 12,
  disk: 20,
  clock: 10,
  confirm: 6,
} as const;

type KafkaStepKind = keyof typeof WEIGHTS;
const KINDS = Object.keys(WEIGHTS) as KafkaStepKind[];
const TOTAL = KINDS.reduce((sum, kind) => sum + WEIGHTS[kind], 0);
const DRAWS = 8;
const STEPS = { least: 60, most: 120 };

export interface KafkaStep {
  readonly index: number;
  readonly kind: KafkaStepKind;
  readonly draws: readonly number[];
}

export interface KafkaPlan {
  readonly seed: number;
  readonly engines: number;
  /** Commands that a relay keeps without an answer. */
  readonly inboxLimit: number;
  readonly batchCommands: number;
  readonly frameCommands: number;
  readonly snapshotEvery: number;
  readonly steps: readonly KafkaStep[];
}

export function kafkaPlanOf(seed: number): KafkaPlan {
  const chance = new Chance(seed ^ 0x6b61_666b);
  const terms = {
    engines: chance.pick([2, 3, 3, 4]),
    inboxLimit: chance.pick([8, 64, 512]),
    batchCommands: chance.pick([1, 4, 1_024]),
    frameCommands: chance.pick([1, 4, 1_024]),
    snapshotEvery: chance.pick([25, 60, 150]),
  };
  const steps = Array.from({ length: chance.between(STEPS.least, STEPS.most) }, (_, index) => ({
    index,
    kind: kindAt(chance.index(TOTAL)),
    draws: Array.from({ length: DRAWS }, () => chance.between(0, DRAW_MAX)),
  }));
  return { seed, ...terms, steps };
}

function kindAt(place: number): KafkaStepKind {
  let left = place;
  for (const kind of KINDS) {
    left -= WEIGHTS[kind];
    if (left < 0) return kind;
  }
  throw new RangeError(`${place} is beyond all weights`);
}

/** The step as those that make commands know it. */
export function commandStep({ index, kind, draws }: KafkaStep): Step {
  return { index, kind: kind as StepKind, draws };
}

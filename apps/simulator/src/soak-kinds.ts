// What can be soaked: one machine with its disk, or several around a simulated Kafka. Each kind runs a seed, makes a failing run
// smaller, and counts what was met.

import {
  FAULTS,
  KAFKA_FAULTS,
  kafkaPlanOf,
  KafkaTally,
  planOf,
  runKafkaPlan,
  runPlan,
  shrink,
  shrinkKafka,
  Tally,
  type Found,
  type Patience,
  type Shrunk,
} from '@tokenbourse/fault-simulation';

import { grouped } from './report';

interface Soaked {
  /** Undefined when nothing is wrong. */
  readonly found: Found | undefined;
  /** The same seed and steps give the same. */
  readonly digest: string;
}

export interface Soak {
  readonly seeds: number;
  stepsOf(seed: number): readonly { readonly kind: string }[];
  /** What it meets is added to the counts. */
  run(seed: number, steps?: readonly number[]): Promise<Soaked>;
  shrink(seed: number, found: Found, patience: Patience): Promise<Shrunk>;
  /** In a few words. */
  soFar(): string;
  report(ms: number): string;
}

export const SOAK_KINDS = { machine: machineSoak, kafka: kafkaSoak } as const satisfies Record<string, () => Soak>;
export type SoakKind = keyof typeof SOAK_KINDS;

function machineSoak(): Soak {
  const total = new Tally();
  return {
    get seeds() {
      return total.seeds;
    },
    stepsOf: (seed) => planOf(seed).steps,
    async run(seed, steps) {
      const { found, digest, tally } = await runPlan(planOf(seed), {}, steps);
      total.add(tally);
      return { found, digest };
    },
    shrink: (seed, found, patience) => shrink(planOf(seed), {}, found, patience),
    soFar: () => `${total.commands} commands, ${total.crashes} crashes`,
    report: (ms) =>
      [
        `${figure(total.seeds)} seeds in ${(ms / 1_000).toFixed(1)} s: ${figure(total.steps)} steps, ${figure(total.commands)} commands, `,
        `${figure(total.records)} records, ${figure(total.events)} events, ${figure(total.trades)} trades, `,
        `${figure(total.windowsSettled)} windows settled\n`,
        `${figure(total.crashes)} crashes, ${figure(total.checks)} full comparisons of state and read models\n`,
        ...rows(FAULTS, (fault) => total.count(fault)),
      ].join(''),
  };
}

function kafkaSoak(): Soak {
  const total = new KafkaTally();
  return {
    get seeds() {
      return total.seeds;
    },
    stepsOf: (seed) => kafkaPlanOf(seed).steps,
    async run(seed, steps) {
      const { found, digest, tally } = await runKafkaPlan(kafkaPlanOf(seed), {}, steps);
      total.add(tally);
      return { found, digest };
    },
    shrink: (seed, found, patience) => shrinkKafka(kafkaPlanOf(seed), {}, found, patience),
    soFar: () => `${total.commands} commands, ${total.count('takeovers')} takeovers`,
    report: (ms) =>
      [
        `${figure(total.seeds)} seeds in ${(ms / 1_000).toFixed(1)} s: ${figure(total.steps)} steps, ${figure(total.commands)} commands, `,
        `${figure(total.records)} records, ${figure(total.trades)} trades\n`,
        ...rows(KAFKA_FAULTS, (fault) => total.count(fault)),
      ].join(''),
  };
}

function rows<F extends string>(faults: readonly F[], count: (fault: F) => number): string[] {
  return faults.map((fault) => `  ${fault.padEnd(46)}${figure(count(fault)).padStart(12)}\n`);
}

function figure(value: number): string {
  return grouped(String(value), 0);
}

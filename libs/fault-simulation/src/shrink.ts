// Makes a failing run small: leaves steps out, as long as the same check fails, until none can be left out or the patience is
// over (delta debugging).

import type { Planted } from './exchange';
import { runPlan } from './run';
import type { Plan } from './steps';
import type { Found } from './world';

export interface Shrunk {
  /** Indexes of the steps that are enough. */
  readonly steps: readonly number[];
  readonly found: Found;
  /** Runs that it took. */
  readonly runs: number;
}

export interface Patience {
  readonly runsMax: number;
  /** Asked before each run. */
  isOver(): boolean;
}

export function shrink(plan: Plan, planted: Planted, first: Found, patience: Patience): Promise<Shrunk> {
  const runOf = async (steps: readonly number[]): Promise<Found | undefined> =>
    (await runPlan(plan, planted, steps)).found;
  return shrinkSteps(plan.steps.length, runOf, first, patience);
}

/** @param runOf what a run of some of the steps finds */
export async function shrinkSteps(
  count: number,
  runOf: (steps: readonly number[]) => Promise<Found | undefined>,
  first: Found,
  patience: Patience,
): Promise<Shrunk> {
  let found = first;
  let runs = 0;
  let steps = Array.from({ length: count }, (_, index) => index);
  const fails = async (candidate: readonly number[]): Promise<boolean> => {
    runs += 1;
    const again = await runOf(candidate);
    if (again?.check !== first.check) return false;
    found = again;
    return true;
  };
  const goesOn = (): boolean => runs < patience.runsMax && !patience.isOver();
  // Nothing behind the step in which it came up can matter.
  const needed = steps.filter((index) => index <= first.step);
  if (goesOn() && (await fails(needed))) steps = needed;
  for (let size = Math.ceil(steps.length / 2); goesOn() && size >= 1;) {
    let shorter: number[] | undefined;
    for (let from = 0; from < steps.length && goesOn(); from += size) {
      const candidate = [...steps.slice(0, from), ...steps.slice(from + size)];
      if (!(await fails(candidate))) continue;
      shorter = candidate;
      steps = candidate;
      from -= size;
    }
    if (size === 1 && shorter === undefined) break;
    size = Math.max(1, Math.floor(size / 2));
  }
  return { steps, found, runs };
}

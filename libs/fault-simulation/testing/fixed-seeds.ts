// Runs a range of seeds; the first thing found fails the test, with the command that shows it again.

import { runPlan } from '../src/run';
import { planOf } from '../src/steps';
import { Tally } from '../src/tally';

export async function runSeeds(first: number, last: number): Promise<Tally> {
  const total = new Tally();
  for (let seed = first; seed <= last; seed++) {
    const { found, tally } = await runPlan(planOf(seed));
    if (found !== undefined) {
      throw new Error(`npm run soak -- --seed ${seed} --seeds 1\n${found.check} in step ${found.step}: ${found.what}`);
    }
    total.add(tally);
  }
  return total;
}

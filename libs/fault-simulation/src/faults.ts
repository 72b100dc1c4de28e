// The steps that make something go wrong: when the process ends, what the disk refuses, which bits turn over, how wrong the clock is.

import { SECOND_US } from '@tokenbourse/domain';

import { AREAS, MOMENTS, REFUSALS } from './disk/disk-faults';
import { MODEL_FOLDER, SNAPSHOT_FOLDER } from './exchange';
import type { Step } from './steps';
import type { World } from './world';

/** Plans what the step says; false if it is none of these. */
export function planFault(world: World, step: Step): boolean {
  const { draws } = step;
  const [a = 0, b = 0, c = 0, d = 0] = draws;
  switch (step.kind) {
    case 'cut':
      world.faults.cut = {
        area: (['log', 'log', 'log', 'snapshots', 'models', 'any'] as const)[a % 6]!,
        moment: MOMENTS[b % 3]!,
        power: c % 3 !== 0,
        after: d % 9,
      };
      return true;
    case 'cutSoon':
      world.time.after(a % 3_000_000, () => world.end(b % 2 === 0, 'crashes at rest'));
      return true;
    case 'refuse':
      refuse(world, a, b, c, d);
      return true;
    case 'fill':
      world.medium.capacity = world.medium.used() + (a % 4_000);
      world.time.after((b % 60) * SECOND_US, () => (world.medium.capacity = Infinity));
      return true;
    case 'slow':
      world.tally.met('slow disks');
      world.faults.slowness = 10 ** (1 + (a % 4));
      world.faults.slowUntilUs = world.time.nowUs + (b % 30) * SECOND_US;
      return true;
    case 'damage':
      damage(world, a, b);
      return true;
    case 'clock':
      setClock(world, a, b, c);
      return true;
    case 'confirm':
      world.confirmClock(0, a % 2 === 0 ? '' : `c${step.index}`);
      return true;
    case 'snapshot':
      world.exchange?.takeSnapshot();
      return true;
    default:
      return false;
  }
}

/** Mostly the log's operations: the others only cost a longer start. */
function refuse(world: World, a: number, b: number, c: number, d: number): void {
  const area = AREAS[a % 5] ?? 'log';
  const how = REFUSALS[c % 3]!;
  // Only a write can be done in part.
  const operation = how === 'part' || b % 2 === 0 ? 'write' : 'flush';
  world.faults.refuse({ area, operation, how, after: d % 4 });
}

/** The process ends, a bit turns over while nobody looks, and the next process must see it. */
function damage(world: World, a: number, b: number): void {
  world.end(b % 2 === 0, 'crashes at rest');
  const { chance } = world;
  const met = (
    [
      () => world.damage.strike('frames', '', chance),
      () => world.damage.strike('commit', '', chance),
      () => world.damage.strike('snapshot', SNAPSHOT_FOLDER, chance),
      () => world.damage.strike('models', MODEL_FOLDER, chance),
    ] as const
  )[a % 4]!();
  if (met !== undefined) world.tally.met(met);
}

const JUMPS_US = [900_000, 2 * SECOND_US, 60 * SECOND_US, 1_500 * SECOND_US, 86_400 * SECOND_US] as const;

function setClock(world: World, a: number, b: number, c: number): void {
  const byUs = JUMPS_US[a % JUMPS_US.length]! * (b % 2 === 0 ? 1 : -1);
  world.trust.jump(byUs);
  world.tally.met(byUs > 0 ? 'clocks set forwards' : 'clocks set backwards');
  if (c % 4 !== 0) world.confirmClock(1_500_000 + (c % 20) * SECOND_US);
}

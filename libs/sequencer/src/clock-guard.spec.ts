// When the clock is in doubt, and what ends that.

import { SECOND_US } from '@tokenbourse/domain';

import { ClockGuard } from './clock-guard';

class SetClock {
  wall = 1_000_000 * SECOND_US;
  monotonic = 0;
  wallUs = (): number => this.wall;
  monotonicUs = (): number => this.monotonic;
  wakeAfter = (): (() => void) => () => undefined;

  pass(us: number): void {
    this.wall += us;
    this.monotonic += us;
  }
}

let clock: SetClock;
beforeEach(() => (clock = new SetClock()));

it.each([3_600, -3_600])('is in doubt after a jump of %i s, and no longer when that is undone', (seconds) => {
  const guard = new ClockGuard(clock, 0);
  clock.pass(SECOND_US);
  expect(guard.check()).toBe('');
  const stamp = guard.stamp();
  clock.wall += seconds * SECOND_US;
  for (const _ of [1, 2]) {
    clock.pass(10 * SECOND_US);
    expect(guard.check()).toMatch(`the wall clock jumped by ${seconds}.0 s`);
  }
  clock.wall -= seconds * SECOND_US;
  expect(guard.check()).toBe('');
  expect(guard.stamp()).toBe(stamp + 20 * SECOND_US);
});

it('stays in doubt when a jump is undone in part, until it is confirmed', () => {
  const guard = new ClockGuard(clock, 0);
  clock.wall += 3_600 * SECOND_US;
  guard.check();
  clock.wall -= 3_590 * SECOND_US;
  expect(guard.check()).not.toBe('');
  guard.confirm();
  expect(guard.check()).toBe('');
});

it('is in doubt behind the log until time has caught up with it', () => {
  const guard = new ClockGuard(clock, clock.wall + 10 * SECOND_US);
  expect(guard.check()).toMatch('10.0 s behind the log');
  clock.pass(5 * SECOND_US);
  expect(guard.check()).not.toBe('');
  clock.pass(5 * SECOND_US);
  expect(guard.check()).toBe('');
});

it('is not out of doubt when one that was behind the log jumps', () => {
  const guard = new ClockGuard(clock, clock.wall + 10 * SECOND_US);
  clock.wall += 86_400 * SECOND_US;
  expect(guard.check()).toMatch('behind the log');
});

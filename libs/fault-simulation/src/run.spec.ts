// A seed is a run; a list of steps is text and back.

import { runPlan } from './run';
import { formatSteps, parseSteps, planOf } from './steps';

describe('a seed', () => {
  it('is a run: twice the same, byte for byte', async () => {
    const [first, again] = [await runPlan(planOf(3)), await runPlan(planOf(3))];
    expect(first.found).toBeUndefined();
    expect(again).toEqual(first);
    expect((await runPlan(planOf(4))).digest).not.toBe(first.digest);
  });
});

describe('a list of steps', () => {
  it.each([
    ['none', []],
    ['0', [0]],
    ['0-2,7', [0, 1, 2, 7]],
  ])('%s comes back', (text, steps) => {
    expect(parseSteps(text)).toEqual(steps);
    expect(formatSteps(steps)).toBe(text);
  });

  it.each(['', '3,2', '2-1', 'x', '1,', '-3', '1.5'])('%p is none', (text) => {
    expect(parseSteps(text)).toBeUndefined();
  });
});

// A few histories, always the same, in which the engine and its naive twin must agree record by record.

import fc from 'fast-check';

import { draw, drawWithFloods, furnish, openedPair, openingDraw, play } from '../../libs/twin/testing/draws';
import { Pair } from '../../libs/twin/testing/pair';
import { HOUR_US } from '@tokenbourse/domain';

const seeds = (many: number): number[] => Array.from({ length: many }, (_, i) => i + 1);

describe('engine and twin agree', () => {
  test.each(seeds(12))('in history %i', (seed) => {
    const pair = openedPair();
    play(pair, fc.sample(draw, { numRuns: 120, seed }));
    pair.advance(6 * HOUR_US);
  });

  test.each(seeds(12))('before, while and after market %i is opened', (seed) => {
    const pair = new Pair();
    play(pair, fc.sample(openingDraw, { numRuns: 12, seed }));
    pair.advance(0);
    furnish(pair);
    play(pair, fc.sample(draw, { numRuns: 20, seed }));
  });

  test.each(seeds(2))('where work goes in slices, in history %i', (seed) => {
    const pair = openedPair();
    play(pair, fc.sample(drawWithFloods, { numRuns: 60, seed }));
    pair.advance(6 * HOUR_US);
  });
});

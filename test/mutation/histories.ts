// Histories that are always the same: a few in which the engine and its naive twin must agree record by record, and the golden
// logs, which today's engine must write and read as they were written.

import path from 'node:path';

import fc from 'fast-check';
import { HOUR_US } from '@tokenbourse/domain';

import { draw, drawWithFloods, furnish, openedPair, openingDraw, play } from '../../libs/twin/testing/draws';
import { Pair } from '../../libs/twin/testing/pair';
import { GoldenLog, readingOf } from '../golden/golden-log';
import { framesOfSteps } from '../golden/record';

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

test('the newest golden log is written again, and read as it was', () => {
  const [newest] = GoldenLog.all(path.join(__dirname, '../golden')).slice(-1);
  const frames = newest!.frames();
  const steps = newest!.steps();
  const cut = steps.findIndex((step) => step.do === 'execute' && step.command.command_id === 'half') + 1;
  expect(framesOfSteps(steps, cut).map(({ id }) => id)).toEqual(frames.map(({ id }) => id));
  const { read_models_sha256: _models, ...reading } = readingOf(frames);
  expect(newest!.expected()).toMatchObject(reading);
});

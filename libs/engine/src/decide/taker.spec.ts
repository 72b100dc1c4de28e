// What a market buy's money pays for, against bigint arithmetic.

import fc from 'fast-check';

import { affordable, crosses } from './taker';
import { runs } from '../../../../test/support/runs';

const cost = (lots: bigint, price: bigint, ppm: bigint): bigint => lots * price + (lots * price * ppm) / 1_000_000n;

describe('affordable', () => {
  const budget = fc.oneof(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(10_000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
  const price = fc.oneof(fc.integer({ min: 1, max: 2_147_483_647 }), fc.integer({ min: 1, max: 50 }));
  const ppm = fc.oneof(fc.nat(1_000_000), fc.constantFrom(0, 1, 500, 999_999, 1_000_000));

  test('is the largest number of lots whose price and fee fit the money', () => {
    fc.assert(
      fc.property(budget, price, ppm, fc.nat(Number.MAX_SAFE_INTEGER), (money, ticks, rate, wanted) => {
        const lots = affordable(wanted, ticks, rate, money);
        expect(Number.isSafeInteger(lots) && lots >= 0 && lots <= wanted).toBe(true);
        const costs = (n: number) => cost(BigInt(n), BigInt(ticks), BigInt(rate));
        expect(costs(lots) <= BigInt(money)).toBe(true);
        expect(lots === wanted || costs(lots + 1) > BigInt(money)).toBe(true);
      }),
      { numRuns: runs(3_000) },
    );
  });

  test('is all that is wanted where the price is zero, with no money at all', () => {
    expect(affordable(7, 0, 1_000, 0)).toBe(7);
    expect(affordable(7, 1, 0, 0)).toBe(0);
  });
});

describe('crosses', () => {
  test.each([
    ['BUY', 600, 599, true],
    ['BUY', 600, 600, true],
    ['BUY', 600, 601, false],
    ['SELL', 600, 601, true],
    ['SELL', 600, 600, true],
    ['SELL', 600, 599, false],
    ['BUY', null, 2_147_483_647, true],
    ['SELL', null, 0, true],
  ] as const)('%s with limit %s meets %i: %s', (side, limit, maker, meets) => {
    expect(crosses(side, limit, maker)).toBe(meets);
  });
});

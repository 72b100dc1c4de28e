// Exact arithmetic of units against bigint.

import fc from 'fast-check';

import { amountOf, energyBudget, energyOf, feeHeldFor, feeOf, HOUR_US, isSafeAmount } from './units';
import { runs } from '../../../test/support/runs';

const amount = fc.oneof(
  fc.nat(Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: 9_007_199_254 }).map((millions) => Math.max(0, millions * 1_000_000 - 1)),
  fc.constantFrom(0, 1, 999_999, 1_000_000, 1_000_001, Number.MAX_SAFE_INTEGER),
);
const ppm = fc.oneof(fc.nat(1_000_000), fc.constantFrom(0, 1, 999_999, 1_000_000));

describe('units', () => {
  test('a fee is ⌊amount · ppm / 10^6⌋, for every safe amount', () => {
    fc.assert(
      fc.property(amount, ppm, (a, p) => {
        expect(BigInt(feeOf(a, p))).toBe((BigInt(a) * BigInt(p)) / 1_000_000n);
      }),
      { numRuns: runs(5_000) },
    );
  });

  test('a held fee is ⌈amount · ppm / 10^6⌉', () => {
    fc.assert(
      fc.property(amount, ppm, (a, p) => {
        expect(BigInt(feeHeldFor(a, p))).toBe((BigInt(a) * BigInt(p) + 999_999n) / 1_000_000n);
      }),
      { numRuns: runs(5_000) },
    );
  });

  test('what a hold sets aside covers every way to split an order into fills, at any price up to its limit', () => {
    const fills = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.nat(5_000), fc.boolean()), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fills, fc.nat(20_000), fc.nat(20_000), fc.nat(5_000), (parts, makerPpm, takerPpm, better) => {
        const limit = 5_000 + better;
        const higher = Math.max(makerPpm, takerPpm);
        let open = parts.reduce((sum, [lots]) => sum + lots, 0);
        const hold = (lots: number) => amountOf(limit, lots) + feeHeldFor(amountOf(limit, lots), higher);
        for (const [lots, price, makes] of parts) {
          const released = hold(open) - hold(open - lots);
          open -= lots;
          const paid = amountOf(price, lots);
          expect(released).toBeGreaterThanOrEqual(paid + feeOf(paid, makes ? makerPpm : takerPpm));
        }
        expect(hold(open)).toBe(0);
      }),
    );
  });

  test('power × window is a budget, lots × joules per Mtok what is taken from it', () => {
    expect(energyBudget(1_000_000_000, HOUR_US)).toBe(3_600_000_000_000_000n);
    expect(energyOf(2_000, 18_000)).toBe(36_000_000);
    expect([isSafeAmount(2 ** 53 - 1), isSafeAmount(2 ** 53), isSafeAmount(0.5), isSafeAmount(NaN)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

// Two-lane 64-bit arithmetic agrees with bigint arithmetic.

import fc from 'fast-check';

import { Int64Column } from './int64-column';
import { runs } from '../../../test/support/runs';

const LIMIT = 2n ** 63n;
const int64 = fc.bigInt({ min: -LIMIT, max: LIMIT - 1n });
const edge = fc.constantFrom(0n, 1n, -1n, 2n ** 52n, 2n ** 52n - 1n, -(2n ** 52n), 2n ** 53n, LIMIT - 1n, -LIMIT);
const delta = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -10, max: 10 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 52, -(2 ** 52), 2 ** 52 - 1),
);

describe('Int64Column', () => {
  test('get gives what set took', () => {
    fc.assert(
      fc.property(fc.oneof(int64, edge), (value) => {
        const column = new Int64Column(1);
        column.set(0, value);
        expect(column.get(0)).toBe(value);
      }),
    );
  });

  test('add agrees with bigint, and refuses what leaves 64 bits without a change', () => {
    fc.assert(
      fc.property(fc.oneof(int64, edge), fc.array(delta, { maxLength: 20 }), (start, deltas) => {
        const column = new Int64Column(1);
        column.set(0, start);
        let expected = start;
        for (const step of deltas) {
          const sum = expected + BigInt(step);
          if (sum >= LIMIT || sum < -LIMIT) {
            expect(() => column.add(0, step)).toThrow(/64-bit/);
          } else {
            column.add(0, step);
            expected = sum;
          }
          expect(column.get(0)).toBe(expected);
          expect(column.low32(0)).toBe(Number(BigInt.asIntN(32, expected)));
        }
      }),
      { numRuns: runs(1_000) },
    );
  });

  test('covers agrees with bigint', () => {
    const amount = fc.oneof(fc.nat(Number.MAX_SAFE_INTEGER), fc.constantFrom(0, 2 ** 52, Number.MAX_SAFE_INTEGER));
    fc.assert(
      fc.property(fc.oneof(int64, edge, fc.maxSafeInteger().map(BigInt)), amount, (value, needed) => {
        const column = new Int64Column(1);
        column.set(0, value);
        expect(column.covers(0, needed)).toBe(value >= BigInt(needed));
      }),
      {
        numRuns: runs(1_000),
        examples: [-(2n ** 53n), -1n, 0n, 1n, 2n ** 52n, 2n ** 53n - 1n, 2n ** 53n, LIMIT - 1n].flatMap((value) =>
          [0, 1, 2 ** 52, 2 ** 53 - 1, 2 ** 53].map((needed): [bigint, number] => [value, needed]),
        ),
      },
    );
  });

  test('approximate is the nearest double', () => {
    fc.assert(
      fc.property(fc.oneof(int64, edge, fc.maxSafeInteger().map(BigInt)), (value) => {
        const column = new Int64Column(1);
        column.set(0, value);
        expect(column.approximate(0)).toBe(Number(value));
      }),
    );
  });

  test('grows and keeps its values', () => {
    const column = new Int64Column(1);
    column.set(0, -5n);
    column.ensure(1_000);
    column.add(999, 7);
    expect([column.get(0), column.get(999), column.get(500)]).toEqual([-5n, 7n, 0n]);
  });
});

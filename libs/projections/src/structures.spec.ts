// The compact structures under the read models agree with plain ones: sums with bigints, sides with maps, lists with arrays.

import fc from 'fast-check';
import { AccountOrders } from './account-orders';
import { BookSide } from './book-side';
import { averageTicks, exactOf, fromWide, minus, plus, share, times, toWide, type Exact } from './exact';
import { RowRing } from './row-ring';
import { TextPool } from './text-pool';
import { runs } from '../../../test/support/runs';

const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(2 ** 32, -(2 ** 32), 2 ** 53 - 1),
);
const exact: fc.Arbitrary<Exact> = fc.oneof(safe, fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(exactOf));
const isCanonical = (value: Exact): boolean => typeof value === 'number' || !Number.isSafeInteger(Number(value));

test('exact sums, products and shares are those of bigints, in canonical form', () => {
  fc.assert(
    fc.property(exact, exact, fc.nat(2 ** 40), fc.nat(2 ** 40), (a, b, m, n) => {
      const pairs: [Exact, bigint][] = [
        [plus(a, b), BigInt(a) + BigInt(b)],
        [minus(a, b), BigInt(a) - BigInt(b)],
        [times(a, b), BigInt(a) * BigInt(b)],
      ];
      const [part, whole] = [Math.min(m, n), Math.max(m, n, 1)];
      const value = a < 0 ? minus(0, a) : a;
      pairs.push([share(value, part, whole), (BigInt(value) * BigInt(part)) / BigInt(whole)]);
      for (const [found, expected] of pairs) {
        expect(BigInt(found)).toBe(expected);
        expect(isCanonical(found)).toBe(true);
        expect(fromWide(toWide(found))).toBe(found === 0 ? 0 : found);
      }
    }),
    { numRuns: runs(2_000) },
  );
});

test.each([
  [0, 0, null],
  [10, 2, '5'],
  [1, 3, '0.333'],
  [2, 3, '0.667'],
  [1, 8, '0.125'],
  [1, 2_000, '0.001'],
  [9_007_199_254_740_993n, 1, '9007199254740993'],
])('the average of %s over %s lots is %s', (amount, lots, average) => {
  expect(averageTicks(amount, lots)).toBe(average);
});

test('a ring keeps its newest rows, and sums in two cells exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(safe, { maxLength: 100 }), (limit, deltas) => {
      const ring = new RowRing(3, limit);
      let sum = 0n;
      const sums: bigint[] = [];
      for (const delta of deltas) {
        const before = ring.size > 0 ? ring.wide(ring.offset(ring.next - 1), 1) : 0;
        const at = ring.append();
        ring.set(at, 0, ring.next - 1);
        ring.setWide(at, 1, before);
        ring.add(at, 1, delta);
        sums.push((sum += BigInt(delta)));
      }
      expect(ring.size).toBe(Math.min(limit, deltas.length));
      const copy = new RowRing(3, limit);
      copy.restore(ring.first, ring.flat());
      for (const kept of [ring, copy]) {
        expect([kept.first, kept.next]).toEqual([Math.max(1, deltas.length - limit + 1), deltas.length + 1]);
        for (let number = kept.first; number < kept.next; number++) {
          expect(kept.get(kept.offset(number), 0)).toBe(number);
          expect(BigInt(kept.wide(kept.offset(number), 1))).toBe(sums[number - 1]);
        }
        expect([kept.has(kept.first - 1), kept.has(kept.next)]).toEqual([false, false]);
      }
    }),
    { numRuns: runs(300) },
  );
});

test('a book side agrees with a map of its prices', () => {
  const changes = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 1_000 })), { maxLength: 300 });
  fc.assert(
    fc.property(fc.constantFrom(1 as const, -1 as const), changes, (direction, changes) => {
      const side = new BookSide(direction);
      const open: [number, number][] = [];
      changes.forEach(([price, lots], i) => {
        if (i % 3 === 2) {
          const [[from, size]] = open.splice(price % open.length, 1);
          side.change(from, -size, -1);
        } else {
          open.push([price, lots]);
          side.change(price, lots, 1);
        }
      });
      const prices = [...new Set(open.map(([price]) => price))].sort((a, b) => (b - a) * direction);
      const expected = prices.map((price_ticks) => {
        const at = open.filter(([price]) => price === price_ticks);
        return { price_ticks, lots: at.reduce((sum, [, lots]) => sum + lots, 0), orders: at.length };
      });
      expect(side.top(1_000)).toEqual(expected);
      expect(side.top(2)).toEqual(expected.slice(0, 2));
      expect(side.best).toBe(prices.length === 0 ? null : prices[0]);
      const copy = new BookSide(direction);
      copy.restore(side.rows());
      expect(copy.top(1_000)).toEqual(expected);
    }),
    { numRuns: runs(200) },
  );
});

test('an account’s list loses its beginning and grows at its end', () => {
  const list = new AccountOrders();
  const gone = new Set<number>();
  for (let number = 1; number <= 500; number++) {
    expect(list.append(1 + Math.floor(number / 20), number)).toBe(number);
    if (number % 50 !== 0) continue;
    gone.add(gone.size + 1);
    list.trim((contract) => gone.has(contract));
    for (let i = list.first; i < list.next; i++)
      expect([list.contract(i), list.order(i)]).toEqual([1 + Math.floor(i / 20), i]);
    expect([list.contract(list.first - 1), list.contract(list.next)]).toEqual([0, 0]);
  }
  expect([list.first, list.next]).toEqual([200, 501]);
});

test('a pool gives its texts back, whatever their letters', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 60 }), (texts) => {
      fc.pre(texts.every((text) => Buffer.byteLength(text) < 256));
      const pool = new TextPool();
      const places = texts.map((text) => pool.add(text));
      const copy = new TextPool();
      copy.restore(pool.flat());
      expect(places.map((place) => pool.get(place))).toEqual(texts);
      expect(places.map((place) => copy.get(place))).toEqual(texts);
    }),
  );
});

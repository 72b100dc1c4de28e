// The index of open orders by number, and the ladder of price levels, against arrays.

import fc from 'fast-check';

import { Ladder } from './ladder';
import { NONE, OrderIndex } from './order-index';

describe('OrderIndex', () => {
  test('agrees with a map, over pages that come and go', () => {
    const step = fc.record({ gap: fc.constantFrom(1, 2, 4_095, 4_096, 9_000), close: fc.option(fc.nat()) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(fc.nat(200_000), { maxLength: 10 }), (steps, probes) => {
        const index = new OrderIndex();
        const naive = new Map<number, number>();
        let number = 0;
        for (const [slot, { gap, close }] of steps.entries()) {
          number += gap;
          index.set(number, slot);
          naive.set(number, slot);
          if (close === null) continue;
          const closed = [...naive.keys()][close % naive.size]!;
          index.delete(closed);
          naive.delete(closed);
        }
        const open = [...naive.keys()];
        for (const probe of [...open, ...probes, 0, number, number + 1, number + 5_000]) {
          expect(index.slotOf(probe)).toBe(naive.get(probe) ?? NONE);
          const later = open.filter((candidate) => candidate >= probe);
          expect(index.next(probe)).toBe(later.length === 0 ? NONE : Math.min(...later));
        }
      }),
    );
  });
});

describe('Ladder', () => {
  test.each<[string, 1 | -1]>([
    ['bids', 1],
    ['asks', -1],
  ])('%s agree with a sorted array', (_, sign) => {
    const step = fc.record({ price: fc.constantFrom(0, 1, 5, 7, 600, 601, 2_147_483_647), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.oneof(step, fc.record({ price: fc.nat(500), add: fc.constant(true) }))), (steps) => {
        const ladder = new Ladder(sign);
        const prices = new Set<number>();
        for (const { price, add } of steps) {
          if (add && !prices.has(price)) {
            ladder.insert(price, price % 1_000);
            prices.add(price);
          } else if (!add && prices.delete(price)) ladder.remove(price);
        }
        const best = [...prices].sort((a, b) => sign * (b - a));
        expect(ladder.size).toBe(best.length);
        expect(ladder.best()).toBe(best.length === 0 ? NONE : best[0]! % 1_000);
        expect(best.map((_level, rank) => ladder.at(rank))).toEqual(best.map((price) => price % 1_000));
        expect(best.map((price) => ladder.rankOf(price))).toEqual(best.map((_price, rank) => rank));
        expect(best.map((price) => ladder.find(price))).toEqual(best.map((price) => price % 1_000));
        expect([ladder.at(best.length), ladder.find(501)]).toEqual([NONE, NONE]);
      }),
    );
  });

  test('grows beyond its first size', () => {
    const ladder = new Ladder(1);
    for (let price = 0; price < 1_000; price++) ladder.insert((price * 7) % 1_000, price);
    expect(Array.from({ length: 1_000 }, (_, rank) => ladder.rankOf(999 - rank))).toEqual(
      Array.from({ length: 1_000 }, (_, rank) => rank),
    );
  });
});

// The fast book agrees with the naive one after every step of random histories.

import fc from 'fast-check';
import { SELF_TRADE_MODES, SIDES } from '@tokenbourse/domain';

import type { Book } from './book';
import { NaiveBook } from './naive-book';
import { OrderBook } from './order-book';
import { NONE } from './order-index';
import { runs } from '../../../test/support/runs';

type Step =
  | { do: 'add'; side: number; price: number; lots: number; holder: number; mode: number; rests: boolean; gtd: boolean }
  | { do: 'reduce'; pick: number; lots: number }
  | { do: 'remove'; pick: number }
  | { do: 'amend'; pick: number; price: number; open: number; keep: boolean };

/** Close together, and some that share their low bits. */
const price = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 64, 128, 65_536, 2_147_483_647));

/** Few as a rule; some around the most that stand in an order's own row. */
const lots = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31 - 4, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 40) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    side: fc.nat(1),
    price,
    lots,
    holder: fc.nat(40),
    mode: fc.nat(3),
    rests: fc.boolean(),
    gtd: fc.boolean(),
  }),
  fc.record({ do: fc.constant('reduce' as const), pick: fc.nat(), lots }),
  fc.record({ do: fc.constant('remove' as const), pick: fc.nat() }),
  fc.record({
    do: fc.constant('amend' as const),
    pick: fc.nat(),
    price,
    open: lots,
    keep: fc.boolean(),
  }),
);

/** The slots or numbers of a walk, which visits no order twice. */
function walk(book: Book, first: number, next: (place: number) => number): number[] {
  const places: number[] = [];
  for (let place = first; place !== NONE; place = next(place)) {
    if (places.push(place) > book.size) throw new Error(`a walk over ${book.size} orders does not end`);
  }
  return places;
}

/** Everything a caller can see of a book, by order number. */
function view(book: Book): unknown {
  const describe = (slot: number) => ({
    number: book.number(slot),
    side: book.side(slot),
    price: book.price(slot),
    open: book.open(slot),
    total: book.total(slot),
    holder: book.holder(slot),
    selfTrade: book.selfTrade(slot),
    postOnly: book.postOnly(slot),
    feeSchedule: book.feeSchedule(slot),
    goodTillUs: book.goodTillUs(slot),
    rests: book.rests(slot),
  });
  const bySlot = (first: number, next: (slot: number) => number): number[] =>
    walk(book, first, next).map((slot) => book.number(slot));
  const queues = SIDES.map((side) => bySlot(book.best(side), (slot) => book.after(slot)));
  const levels = SIDES.map((side) => Array.from({ length: book.levels(side) }, (_, rank) => book.level(side, rank)));
  const numbers = walk(book, book.nextNumber(0), (number) => book.nextNumber(number + 1));
  const all = numbers.map((number) => describe(book.slotOf(number)));
  const holders = Array.from({ length: 41 }, (_, holder) => bySlot(book.firstOf(holder), (slot) => book.nextOf(slot)));
  return { size: book.size, queues, levels, all, holders };
}

/** Plays the steps and returns what could be seen after each, or nothing. */
function run(book: Book, steps: readonly Step[], live: number[], watch = true): unknown[] {
  const seen: unknown[] = [];
  let number = 0;
  for (const [place, s] of steps.entries()) {
    if (s.do === 'add') {
      // Gaps in the numbers, large enough to leave whole index pages behind.
      number += place % 7 === 0 ? 4_096 : 1;
      const slot = book.add({
        number,
        side: SIDES[s.side]!,
        price: s.price,
        total: s.lots + 1,
        open: s.lots,
        holder: s.holder,
        selfTrade: SELF_TRADE_MODES[s.mode]!,
        postOnly: s.mode === 1,
        feeSchedule: 1 + s.mode,
        goodTillUs: s.gtd ? 1_000 + number : 0,
      });
      if (s.rests) book.rest(slot);
      live.push(number);
    } else if (live.length > 0) {
      const picked = live[s.pick % live.length]!;
      const slot = book.slotOf(picked);
      if (s.do === 'remove') book.remove(slot);
      else if (s.do === 'reduce') book.reduce(slot, Math.min(s.lots, book.open(slot)));
      else if (book.rests(slot)) {
        const keep = s.keep && s.price % 2 === 0;
        const price = keep ? book.price(slot) : s.price;
        book.amend(slot, price, book.total(slot) + 3, s.open, keep);
        if (!keep) book.rest(slot);
      }
      if (book.slotOf(picked) === NONE) live.splice(live.indexOf(picked), 1);
    }
    if (watch) seen.push(view(book));
  }
  return seen;
}

describe('order book', () => {
  test('agrees with the naive book at every step', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        expect(run(new OrderBook(), steps, [])).toEqual(run(new NaiveBook(), steps, []));
      }),
      { numRuns: runs(300) },
    );
  });

  test('agrees with the naive book on a long history that grows every table', () => {
    const steps = fc
      .sample(step, { numRuns: 1_500, seed: 7 })
      .map((s, i) => (s.do === 'add' ? { ...s, price: (i * 37) % 211 } : s))
      .filter((s, i) => s.do === 'add' || i % 8 === 0);
    const [fast, naive] = [new OrderBook(), new NaiveBook()];
    run(fast, steps, [], false);
    run(naive, steps, [], false);
    expect(view(fast)).toEqual(view(naive));
    expect(fast.size).toBeGreaterThan(200);
  });

  test('agrees with the naive book on thousands of orders at hundreds of prices', () => {
    const [fast, naive] = [new OrderBook(), new NaiveBook()];
    for (const book of [fast, naive]) {
      for (let number = 1; number <= 3_000; number++) {
        const slot = book.add({
          number,
          side: SIDES[number % 2]!,
          price: (number * 37) % 977,
          total: number,
          open: number,
          holder: number % 41,
          selfTrade: 'DECREMENT',
          postOnly: number % 3 === 0,
          feeSchedule: 1 + (number % 5),
          goodTillUs: number % 100 === 7 ? number : 0,
        });
        book.rest(slot);
        // A third is closed again, and its slots are taken by later ones.
        if (number % 3 === 0) book.remove(book.slotOf(number / 3));
      }
    }
    expect(view(fast)).toEqual(view(naive));
    expect(fast.size).toBe(2_000);
  });

  test('a level says its quantity exactly, also after an order of the largest quantity has stood there', () => {
    const book = new OrderBook();
    const rest = (number: number, lots: number): number => {
      const terms = { side: 'BUY', price: 0, holder: 0, selfTrade: 'CANCEL_NEWEST' } as const;
      const more = { number, total: lots, open: lots, postOnly: false, feeSchedule: 1, goodTillUs: 0 };
      const slot = book.add({ ...terms, ...more });
      book.rest(slot);
      return slot;
    };
    const largest = rest(1, Number.MAX_SAFE_INTEGER);
    rest(2, 4);
    book.remove(largest);
    expect(book.level('BUY', 0)).toEqual({ price: 0, lots: 4, orders: 1 });
  });
});

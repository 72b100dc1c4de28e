// A market runs for years: what closed orders and empty levels leave behind is used again, and what has been read is true
// wherever a queue was cut.

import type { Book } from './book';
import { NaiveBook } from './naive-book';
import { OrderBook } from './order-book';
import { NONE, OrderIndex } from './order-index';
import { PriceLevels } from './price-levels';

function rest(book: Book, number: number, price: number, goodTillUs = 0): number {
  const terms = { side: 'BUY', holder: 0, selfTrade: 'CANCEL_NEWEST', postOnly: false, feeSchedule: 1 } as const;
  const slot = book.add({ ...terms, number, price, total: 5, open: 5, goodTillUs });
  book.rest(slot);
  return slot;
}

describe('room', () => {
  test('of closed orders is taken by the next ones, with nothing left of those before', () => {
    const book = new OrderBook();
    const open: number[] = [];
    const slots = new Set<number>();
    for (let number = 1; number <= 500; number++) {
      const slot = rest(book, number, number % 7, number % 3 === 0 ? number : 0);
      expect(book.goodTillUs(slot)).toBe(number % 3 === 0 ? number : 0);
      slots.add(slot);
      open.push(number);
      if (open.length > 20) book.remove(book.slotOf(open.splice((number * 7) % 20, 1)[0]!));
    }
    expect(slots.size).toBe(21);
  });

  test('of lots too many for a row is given back with the order, and says nothing of the next one', () => {
    const book = new OrderBook();
    const beside = (book as unknown as { orders: { beside: Map<number, number> } }).orders.beside;
    const large = rest(book, 1, 7);
    book.amend(large, 7, 2 ** 40 + 1, 2 ** 40, true);
    expect([book.open(large), book.total(large), beside.size]).toEqual([2 ** 40, 2 ** 40 + 1, 2]);
    book.remove(large);
    const next = rest(book, 2, 7);
    expect([next, book.open(next), book.total(next), beside.size]).toEqual([large, 5, 5, 0]);
  });

  test('of an empty level is taken by the next one', () => {
    const levels = new PriceLevels();
    const made = [1, 2, 3].map((price) => levels.create(price));
    levels.release(made[1]!);
    levels.release(made[0]!);
    expect([levels.create(4), levels.create(5), levels.create(6)]).toEqual([made[0], made[1], 3]);
    expect([levels.price[made[0]!], levels.head[made[0]!], levels.tail[made[0]!]]).toEqual([4, NONE, NONE]);
  });

  test('of numbers all of which are closed is given back, but for the newest', () => {
    const index = new OrderIndex();
    /** Arrays that the index holds; pages without open orders share one. */
    const pages = () => new Set((index as unknown as { pages: Int32Array[] }).pages).size;
    for (let number = 0; number < 40 * 4_096; number++) {
      index.set(number, number);
      if (number >= 100) index.delete(number - 100);
      if (number % 4_096 === 2_000) expect(pages()).toBeLessThanOrEqual(2);
    }
    expect(index.next(0)).toBe(40 * 4_096 - 100);
    // One order that stays keeps its page; the newest page is kept when its last order closes, for the next one.
    index.set(40 * 4_096, 7);
    for (let number = 40 * 4_096 - 100; number <= 40 * 4_096; number++) index.delete(number);
    expect([pages(), index.next(0), index.slotOf(40 * 4_096)]).toEqual([2, NONE, NONE]);
  });
});

describe.each<[string, () => Book]>([
  ['fast', () => new OrderBook()],
  ['naive', () => new NaiveBook()],
])('in the %s book', (_, make) => {
  const queue = (book: Book): number[] => {
    const numbers: number[] = [];
    for (let slot = book.best('BUY'); slot !== NONE && numbers.length <= book.size; slot = book.after(slot)) {
      numbers.push(book.number(slot));
    }
    return numbers;
  };

  test.each<[string, number[], number[]]>([
    ['first', [1], [2, 3, 9]],
    ['middle', [2], [1, 3, 9]],
    ['last', [3], [1, 2, 9]],
    ['last two', [3, 2], [1, 9]],
    ['first two', [1, 2], [3, 9]],
    ['all', [2, 1, 3], [9]],
  ])('after the %s of a queue has left, the next order stands behind the rest', (_which, leaving, left) => {
    const book = make();
    for (const number of [1, 2, 3]) rest(book, number, 5);
    // One elsewhere takes the free place, so that the next order does not.
    for (const number of leaving) book.remove(book.slotOf(number));
    leaving.forEach((_number, i) => rest(book, 4 + i, 1));
    rest(book, 9, 5);
    expect(queue(book)).toEqual([...left, ...leaving.map((_number, i) => 4 + i)]);
    const holders: number[] = [];
    for (let slot = book.firstOf(0); slot !== NONE && holders.length <= book.size; slot = book.nextOf(slot)) {
      holders.push(book.number(slot));
    }
    expect(holders).toEqual([...queue(book)].sort((a, b) => a - b));
  });

  test('an order to be taken whole closes, one to be taken beyond what is open is a bug', () => {
    const book = make();
    const slot = rest(book, 1, 5);
    expect(() => book.reduce(slot, 6)).toThrow('order 1 has 5 lots open, not 6');
    book.reduce(slot, 5);
    expect([book.size, book.slotOf(1), book.best('BUY')]).toEqual([0, NONE, NONE]);
  });
});

// The stream of operations that every benchmark runs: 55 % limit orders (a fifth of them marketable), 40 % cancels,
// 5 % market orders, over books with a given number of resting orders. One seed gives one stream.

import type { Side } from '@tokenbourse/domain';
import { NONE, OrderBook } from '@tokenbourse/matching';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export const LIMIT = 0;
export const CANCEL = 1;
export const MARKET = 2;

/** Operations as columns by their id, which is their place in the stream, from 1. */
export interface Stream {
  readonly size: number;
  readonly books: number;
  readonly accounts: number;
  readonly kind: Uint8Array;
  /** 1: buy, 0: sell. */
  readonly buy: Uint8Array;
  /** From 0; a cancel's is its order's. */
  readonly book: Uint16Array;
  /** The order's number in its book, from 1 without gaps; a cancel's is its order's. */
  readonly number: Int32Array;
  readonly price: Int32Array;
  readonly lots: Int32Array;
  /** Of a cancel: the id of the operation that placed the order, 0 if there was none to cancel. */
  readonly target: Int32Array;
  /** The first so many operations fill the books; they are not timed. */
  readonly filling: number;
  /** Orders that rest after the last operation. */
  readonly left: number;
}

export interface StreamOptions {
  readonly seed: number;
  readonly operations: number;
  /** Over all books together. */
  readonly resting: number;
  readonly books?: number;
  readonly accounts?: number;
}

/** The price around which the orders lie, and how far away they rest, in ticks. */
const MIDDLE = 10_000;
const DEPTH = 400;

/** Accounts that trade where nothing else is said. */
const ACCOUNTS = 64;

/** Limits of market orders: any resting order is within them. */
export const ANY_BUY = 2_000_000_000;
export const ANY_SELL = 0;

export function makeStream({ seed, operations, resting, books = 1, accounts = ACCOUNTS }: StreamOptions): Stream {
  const random = xoroshiro128plus(seed);
  const below = (n: number): number => uniformInt(random, 0, n - 1);
  const size = resting + operations;
  const stream = {
    size,
    books,
    accounts,
    kind: new Uint8Array(size + 1),
    buy: new Uint8Array(size + 1),
    book: new Uint16Array(size + 1),
    number: new Int32Array(size + 1),
    price: new Int32Array(size + 1),
    lots: new Int32Array(size + 1),
    target: new Int32Array(size + 1),
    filling: resting,
  };
  const market = new PlainMarket(books);
  const numbers = new Int32Array(books);
  const live: number[] = [];
  /** Orders that have traded in the meantime are passed over: all peers are asked for live ones only. */
  const liveOne = (): number => {
    while (live.length > 0) {
      const place = below(live.length);
      const picked = live[place]!;
      live[place] = live[live.length - 1]!;
      live.pop();
      if (market.cancel(stream.book[picked]!, stream.number[picked]!)) return picked;
    }
    return 0;
  };
  for (let id = 1; id <= size; id++) {
    const draw = id <= resting ? 0 : below(100);
    const buy = below(2);
    stream.buy[id] = buy;
    if (draw >= 55 && draw < 95 && live.length > 0) {
      stream.kind[id] = CANCEL;
      const target = liveOne();
      stream.target[id] = target;
      stream.book[id] = stream.book[target]!;
      stream.number[id] = stream.number[target]!;
      continue;
    }
    const book = below(books);
    const lots = 1 + below(100);
    const number = ++numbers[book]!;
    stream.book[id] = book;
    stream.number[id] = number;
    stream.lots[id] = lots;
    if (draw < 95) {
      const marketable = id > resting && below(5) === 0;
      const distance = marketable ? -below(20) : 1 + below(DEPTH);
      const price = buy ? MIDDLE - distance : MIDDLE + distance;
      stream.kind[id] = LIMIT;
      stream.price[id] = price;
      if (market.place(book, number, buy ? 'BUY' : 'SELL', price, lots, true)) live.push(id);
    } else {
      stream.kind[id] = MARKET;
      market.place(book, number, buy ? 'BUY' : 'SELL', buy ? ANY_BUY : ANY_SELL, lots, false);
    }
  }
  return { ...stream, left: market.size };
}

/** What trades came to, and a digest of their sequence: equal for all that run the same stream. */
export class Trades {
  count = 0;
  lots = 0;
  /** Price × lots, summed. */
  value = 0;
  digest = 0;

  add(taker: number, maker: number, price: number, lots: number): void {
    this.count += 1;
    this.lots += lots;
    this.value += price * lots;
    let digest = (Math.imul(this.digest, 31) + taker) | 0;
    digest = (Math.imul(digest, 31) + maker) | 0;
    digest = (Math.imul(digest, 31) + price) | 0;
    this.digest = (Math.imul(digest, 31) + lots) | 0;
  }
}

/** The account of the operation that placed an order: even ones buy, odd ones sell, so that nobody meets himself. */
export function accountOf({ buy, accounts }: Stream, id: number): number {
  return 1 + (id % (accounts / 2)) * 2 + buy[id]!;
}

/** Our books with the plainest matching loop: no accounts, no money, trades only. */
export class PlainMarket {
  readonly trades = new Trades();
  private readonly books: OrderBook[];

  constructor(books: number) {
    this.books = Array.from({ length: books }, () => new OrderBook());
  }

  /** Orders that rest. */
  get size(): number {
    return this.books.reduce((sum, { size }) => sum + size, 0);
  }

  /** Whether the order rests afterwards. */
  place(at: number, number: number, side: Side, limit: number, lots: number, rests: boolean): boolean {
    const { trades } = this;
    const book = this.books[at]!;
    const makers = side === 'BUY' ? 'SELL' : 'BUY';
    let open = lots;
    while (open > 0) {
      const maker = book.best(makers);
      if (maker === NONE) break;
      const price = book.price(maker);
      if (side === 'BUY' ? price > limit : price < limit) break;
      const fill = Math.min(open, book.open(maker));
      trades.add(number, book.number(maker), price, fill);
      book.reduce(maker, fill);
      open -= fill;
    }
    if (open === 0 || !rests) return false;
    const slot = book.add({
      number,
      side,
      price: limit,
      total: lots,
      open,
      holder: 0,
      selfTrade: 'CANCEL_NEWEST',
      postOnly: false,
      feeSchedule: 1,
      goodTillUs: 0,
    });
    book.rest(slot);
    return true;
  }

  cancel(at: number, number: number): boolean {
    const book = this.books[at]!;
    const slot = book.slotOf(number);
    if (slot === NONE) return false;
    book.remove(slot);
    return true;
  }
}

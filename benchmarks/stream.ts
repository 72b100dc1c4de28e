// The stream of operations that every benchmark runs: 55 % limit orders (a fifth of them marketable), 40 % cancels,
// 5 % market orders, over a book with a given number of resting orders. One seed gives one stream.

import { NONE, OrderBook } from '@tokenbourse/matching';
import type { Side } from '@tokenbourse/domain';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

export const LIMIT = 0;
export const CANCEL = 1;
export const MARKET = 2;

/** Operations as columns; an order's id is its place in the stream, from 1. */
export interface Stream {
  readonly size: number;
  readonly kind: Uint8Array;
  /** 1: buy, 0: sell. */
  readonly buy: Uint8Array;
  readonly price: Int32Array;
  readonly lots: Int32Array;
  /** Of a cancel: the id of the order. */
  readonly target: Int32Array;
  /** The first so many operations fill the book; they are not timed. */
  readonly filling: number;
}

export interface StreamOptions {
  readonly seed: number;
  readonly operations: number;
  readonly resting: number;
}

/** The price around which the orders lie, and how far away they rest, in ticks. */
const MIDDLE = 10_000;
const DEPTH = 400;

export function makeStream({ seed, operations, resting }: StreamOptions): Stream {
  const random = xoroshiro128plus(seed);
  const below = (n: number): number => uniformInt(random, 0, n - 1);
  const size = resting + operations;
  const stream: Stream = {
    size,
    kind: new Uint8Array(size + 1),
    buy: new Uint8Array(size + 1),
    price: new Int32Array(size + 1),
    lots: new Int32Array(size + 1),
    target: new Int32Array(size + 1),
    filling: resting,
  };
  const market = new PlainMarket();
  const live: number[] = [];
  for (let id = 1; id <= size; id++) {
    const draw = id <= resting ? 0 : below(100);
    const buy = below(2);
    if (draw < 55 || live.length === 0) {
      const marketable = id > resting && below(5) === 0;
      const distance = marketable ? -below(20) : 1 + below(DEPTH);
      stream.kind[id] = LIMIT;
      stream.buy[id] = buy;
      stream.price[id] = buy ? MIDDLE - distance : MIDDLE + distance;
      stream.lots[id] = 1 + below(100);
      if (market.place(id, buy ? 'BUY' : 'SELL', stream.price[id]!, stream.lots[id]!, true)) live.push(id);
    } else if (draw < 95) {
      stream.kind[id] = CANCEL;
      // Orders that have traded in the meantime are passed over: all peers are asked for live ones only.
      let target = 0;
      while (live.length > 0 && target === 0) {
        const place = below(live.length);
        const picked = live[place]!;
        live[place] = live[live.length - 1]!;
        live.pop();
        if (market.cancel(picked)) target = picked;
      }
      stream.target[id] = target;
    } else {
      stream.kind[id] = MARKET;
      stream.buy[id] = buy;
      stream.lots[id] = 1 + below(100);
      market.place(id, buy ? 'BUY' : 'SELL', buy ? 2_000_000_000 : 0, stream.lots[id]!, false);
    }
  }
  return stream;
}

/** What trades came to: equal for all that run the same stream. */
export interface Trades {
  count: number;
  lots: number;
  /** Price × lots, summed. */
  value: number;
}

/** Our book with the plainest matching loop: no accounts, no money, trades only. */
export class PlainMarket {
  readonly book = new OrderBook();
  readonly trades: Trades = { count: 0, lots: 0, value: 0 };

  /** Whether the order rests afterwards. */
  place(number: number, side: Side, limit: number, lots: number, rests: boolean): boolean {
    const { book, trades } = this;
    const makers = side === 'BUY' ? 'SELL' : 'BUY';
    let open = lots;
    while (open > 0) {
      const maker = book.best(makers);
      if (maker === NONE) break;
      const price = book.price(maker);
      if (side === 'BUY' ? price > limit : price < limit) break;
      const fill = Math.min(open, book.open(maker));
      book.reduce(maker, fill);
      open -= fill;
      trades.count += 1;
      trades.lots += fill;
      trades.value += fill * price;
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

  cancel(number: number): boolean {
    const slot = this.book.slotOf(number);
    if (slot === NONE) return false;
    this.book.remove(slot);
    return true;
  }
}

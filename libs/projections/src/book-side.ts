// One side of a contract's depth: price levels with quantity and number of orders, sorted, best last.

import type { DepthLevel } from './queries';

/** [price in ticks, ⌊lots / 2^32⌋, lots mod 2^32, orders] */
export type LevelRow = readonly [number, number, number, number];

/** Orders at price 0 cost nothing, so a level's quantity may leave the safe integers: it is high · 2^32 + low. */
interface Level {
  readonly price: number;
  high: number;
  low: number;
  orders: number;
}

const LANE = 0x1_0000_0000;

export class BookSide {
  private readonly levels: Level[] = [];

  /** @param direction 1 for bids (the highest is best), -1 for asks */
  constructor(private readonly direction: 1 | -1) {}

  get best(): number | null {
    return this.levels.length === 0 ? null : this.levels[this.levels.length - 1].price;
  }

  /** Adds `lots` (negative: takes off) and `orders` at a price; a level without orders goes. */
  change(price: number, lots: number, orders: number): void {
    const at = this.find(price);
    let level = this.levels[at];
    if (level === undefined || level.price !== price) {
      level = { price, high: 0, low: 0, orders: 0 };
      this.levels.splice(at, 0, level);
    }
    const high = Math.floor(lots / LANE);
    const low = level.low + (lots - high * LANE);
    const carry = low >= LANE ? 1 : 0;
    level.high += high + carry;
    level.low = low - carry * LANE;
    level.orders += orders;
    if (level.orders <= 0) this.levels.splice(at, 1);
  }

  /** The best `count` levels, best first. Quantities beyond 2^53 − 1 are told as 2^53 − 1. */
  top(count: number): DepthLevel[] {
    return this.levels
      .slice(-count)
      .reverse()
      .map(({ price, high, low, orders }) => {
        return { price_ticks: price, lots: Math.min(high * LANE + low, Number.MAX_SAFE_INTEGER), orders };
      });
  }

  rows(): LevelRow[] {
    return this.levels.map(({ price, high, low, orders }) => [price, high, low, orders]);
  }

  restore(rows: readonly LevelRow[]): void {
    for (const [price, high, low, orders] of rows) this.levels.push({ price, high, low, orders });
  }

  /** The place of `price`, or where it belongs. Most changes happen near the best price, so the search starts there. */
  private find(price: number): number {
    const { levels, direction } = this;
    const key = price * direction;
    let high = levels.length;
    let step = 1;
    while (high >= step && levels[high - step].price * direction > key) {
      high -= step;
      step *= 2;
    }
    let low = Math.max(0, high - step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (levels[middle].price * direction < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

// One side's price levels, sorted, the best one last: most changes happen there, where a sorted array is cheapest.

import { NONE } from './order-index';

export class Ladder {
  /** Sort keys: the price for bids, its negative for asks, so that the best key is always the largest. */
  private keys = new Int32Array(64);
  private levels = new Int32Array(64);
  /**
   * Pairs of a price and its level, by the price's low bits: most look-ups end here. What a pair says is true: NONE
   * where there is no level at its price.
   */
  private known = new Int32Array(64 * 2).fill(NONE);
  size = 0;

  /** @param sign 1 for bids, -1 for asks */
  constructor(private readonly sign: 1 | -1) {}

  /** The level with the best price; NONE when the side is empty. */
  best(): number {
    return this.size === 0 ? NONE : this.levels[this.size - 1]!;
  }

  /** The level at `rank`, 0 being the best. */
  at(rank: number): number {
    return rank < this.size ? this.levels[this.size - 1 - rank]! : NONE;
  }

  /** The level at `price`, or NONE. */
  find(price: number): number {
    const pair = this.pairOf(price);
    if (this.known[pair] === price) return this.known[pair + 1]!;
    const key = price * this.sign;
    const place = this.placeOf(key);
    const level = place < this.size && this.keys[place] === key ? this.levels[place]! : NONE;
    this.note(price, level);
    return level;
  }

  /** How many levels are better than `price`. */
  rankOf(price: number): number {
    return this.size - 1 - this.placeOf(price * this.sign);
  }

  insert(price: number, level: number): void {
    if (this.size === this.keys.length) this.grow();
    const key = price * this.sign;
    const place = this.placeOf(key);
    if (place < this.size) {
      this.keys.copyWithin(place + 1, place, this.size);
      this.levels.copyWithin(place + 1, place, this.size);
    }
    this.keys[place] = key;
    this.levels[place] = level;
    this.size += 1;
    this.note(price, level);
  }

  remove(price: number): void {
    const place = this.placeOf(price * this.sign);
    if (place < this.size - 1) {
      this.keys.copyWithin(place, place + 1, this.size);
      this.levels.copyWithin(place, place + 1, this.size);
    }
    this.size -= 1;
    this.note(price, NONE);
  }

  private pairOf(price: number): number {
    return (price << 1) & (this.known.length - 2);
  }

  private note(price: number, level: number): void {
    const pair = this.pairOf(price);
    this.known[pair] = price;
    this.known[pair + 1] = level;
  }

  /** The first place whose key is not below `key`. */
  private placeOf(key: number): number {
    const { keys } = this;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const keys = new Int32Array(this.keys.length * 2);
    const levels = new Int32Array(this.keys.length * 2);
    keys.set(this.keys);
    levels.set(this.levels);
    this.keys = keys;
    this.levels = levels;
    this.known = new Int32Array(levels.length * 2).fill(NONE);
  }
}

// The price levels of a book as columns: the price, and the queue's two ends.

import { NONE } from './order-index';

export class PriceLevels {
  price = new Int32Array(64);
  head = new Int32Array(64);
  tail = new Int32Array(64);
  private used = 0;
  private free = NONE;

  /** A new, empty level. */
  create(price: number): number {
    let level = this.free;
    if (level === NONE) {
      if (this.used === this.price.length) this.grow();
      level = this.used++;
    } else {
      this.free = this.head[level]!;
    }
    this.price[level] = price;
    this.head[level] = NONE;
    this.tail[level] = NONE;
    return level;
  }

  release(level: number): void {
    this.head[level] = this.free;
    this.free = level;
  }

  private grow(): void {
    const size = this.price.length * 2;
    const price = new Int32Array(size);
    const head = new Int32Array(size);
    const tail = new Int32Array(size);
    price.set(this.price);
    head.set(this.head);
    tail.set(this.tail);
    Object.assign(this, { price, head, tail });
  }
}

// Orders as the auditor keeps them, and one side of a book: price levels in a sorted list, each a chain of orders.

import type { OrderType, Side, TimeInForce } from '@tokenbourse/domain';

export interface AuditedOrder {
  readonly number: number;
  readonly account: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  /** Microseconds; 0 for none. */
  readonly goodTillUs: number;
  /** Rates of the schedule fixed at acceptance, parts per million. */
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
  /** Ticks; 0 for a market order. */
  price: number;
  /** Total quantity, and its parts as the events tell them. */
  lots: number;
  open: number;
  filled: number;
  cancelled: number;
  /** Micro-USD on hold for it as the events tell, and what it needs by the rules. */
  held: bigint;
  need: bigint;
  /** A market buy's money that is left. */
  budget: bigint;
  level: Level | undefined;
  previous: AuditedOrder | undefined;
  next: AuditedOrder | undefined;
}

interface Level {
  readonly price: number;
  first: AuditedOrder | undefined;
  last: AuditedOrder | undefined;
}

export class Queue {
  private readonly levels = new Map<number, Level>();
  /** Rising; the best price of buys is the last, of sells the first. */
  private readonly prices: number[] = [];

  constructor(private readonly side: Side) {}

  /** The order that is to be served first. */
  best(): AuditedOrder | undefined {
    const price = this.side === 'BUY' ? this.prices[this.prices.length - 1] : this.prices[0];
    return price === undefined ? undefined : this.levels.get(price)!.first;
  }

  /** Puts an order at the end of the queue at its price. */
  enter(order: AuditedOrder): void {
    let level = this.levels.get(order.price);
    if (level === undefined) {
      level = { price: order.price, first: undefined, last: undefined };
      this.levels.set(order.price, level);
      this.prices.splice(this.placeOf(order.price), 0, order.price);
    }
    order.level = level;
    order.previous = level.last;
    order.next = undefined;
    if (level.last === undefined) level.first = order;
    else level.last.next = order;
    level.last = order;
  }

  leave(order: AuditedOrder): void {
    const { level, previous, next } = order;
    if (level === undefined) return;
    if (previous === undefined) level.first = next;
    else previous.next = next;
    if (next === undefined) level.last = previous;
    else next.previous = previous;
    order.level = order.previous = order.next = undefined;
    if (level.first !== undefined) return;
    this.levels.delete(level.price);
    this.prices.splice(this.placeOf(level.price), 1);
  }

  /** From the order served first to the one served last. */
  *[Symbol.iterator](): IterableIterator<AuditedOrder> {
    const prices = this.side === 'BUY' ? [...this.prices].reverse() : this.prices;
    for (const price of prices) {
      for (let order = this.levels.get(price)!.first; order !== undefined; order = order.next) yield order;
    }
  }

  /** Where a price stands, or would stand. */
  private placeOf(price: number): number {
    let [low, high] = [0, this.prices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.prices[middle]! < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

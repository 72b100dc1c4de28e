// The order book in its most obvious form: one array, sorted anew for each question. The reference that the fast book
// is tested against.

import type { SelfTradeMode, Side } from '@tokenbourse/domain';

import type { Book, NewOrder } from './book';
import { NONE } from './order-index';

interface Entry {
  order: NewOrder;
  price: number;
  open: number;
  total: number;
  /** Place in time of its arrival at its price; 0 while it does not rest. */
  rested: number;
}

export class NaiveBook implements Book {
  /** Slots are places in this array; closed orders leave a hole. */
  private readonly entries: (Entry | undefined)[] = [];
  private arrivals = 0;

  get size(): number {
    return this.live().length;
  }

  add(order: NewOrder): number {
    this.entries.push({ order, price: order.price, open: order.open, total: order.total, rested: 0 });
    return this.entries.length - 1;
  }

  rest(slot: number): void {
    this.at(slot).rested = ++this.arrivals;
  }

  reduce(slot: number, lots: number): void {
    const entry = this.at(slot);
    if (lots > entry.open) throw new RangeError(`order ${entry.order.number} has ${entry.open} lots open, not ${lots}`);
    entry.open -= lots;
    if (entry.open === 0) this.remove(slot);
  }

  remove(slot: number): void {
    this.entries[slot] = undefined;
  }

  amend(slot: number, price: number, total: number, open: number, keep: boolean): void {
    Object.assign(this.at(slot), { price, total, open }, keep ? {} : { rested: 0 });
  }

  slotOf(number: number): number {
    return this.entries.findIndex((entry) => entry?.order.number === number);
  }

  best(side: Side): number {
    const [first] = this.queue(side);
    return first === undefined ? NONE : this.entries.indexOf(first);
  }

  after(slot: number): number {
    const entry = this.at(slot);
    const queue = this.queue(entry.order.side);
    const next = queue[queue.indexOf(entry) + 1];
    return next === undefined ? NONE : this.entries.indexOf(next);
  }

  nextNumber(from: number): number {
    const numbers = this.live().map((entry) => entry.order.number);
    const candidates = numbers.filter((number) => number >= from);
    return candidates.length === 0 ? NONE : Math.min(...candidates);
  }

  firstOf(holder: number): number {
    return this.entries.findIndex((entry) => entry?.order.holder === holder);
  }

  nextOf(slot: number): number {
    const { holder } = this.at(slot).order;
    return this.entries.findIndex((entry, place) => place > slot && entry?.order.holder === holder);
  }

  number(slot: number): number {
    return this.at(slot).order.number;
  }

  side(slot: number): Side {
    return this.at(slot).order.side;
  }

  price(slot: number): number {
    return this.at(slot).price;
  }

  open(slot: number): number {
    return this.at(slot).open;
  }

  total(slot: number): number {
    return this.at(slot).total;
  }

  holder(slot: number): number {
    return this.at(slot).order.holder;
  }

  selfTrade(slot: number): SelfTradeMode {
    return this.at(slot).order.selfTrade;
  }

  postOnly(slot: number): boolean {
    return this.at(slot).order.postOnly;
  }

  feeSchedule(slot: number): number {
    return this.at(slot).order.feeSchedule;
  }

  goodTillUs(slot: number): number {
    return this.at(slot).order.goodTillUs;
  }

  rests(slot: number): boolean {
    return this.at(slot).rested > 0;
  }

  levels(side: Side): number {
    return new Set(this.queue(side).map((entry) => entry.price)).size;
  }

  level(side: Side, rank: number): { price: number; lots: number; orders: number } {
    const queue = this.queue(side);
    const price = [...new Set(queue.map((entry) => entry.price))][rank]!;
    const orders = queue.filter((entry) => entry.price === price);
    return { price, lots: orders.reduce((sum, entry) => sum + entry.open, 0), orders: orders.length };
  }

  private at(slot: number): Entry {
    return this.entries[slot]!;
  }

  private live(): Entry[] {
    return this.entries.filter((entry) => entry !== undefined);
  }

  /** Resting orders of a side in the order in which they are served. */
  private queue(side: Side): Entry[] {
    const sign = side === 'BUY' ? -1 : 1;
    return this.live()
      .filter((entry) => entry.order.side === side && entry.rested > 0)
      .sort((a, b) => sign * (a.price - b.price) || a.rested - b.rested);
  }
}

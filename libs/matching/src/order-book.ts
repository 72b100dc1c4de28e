// The order book of one contract: price-time priority over typed columns, sorted price levels and intrusive queues.

import { SELF_TRADE_MODES, type SelfTradeMode, type Side } from '@tokenbourse/domain';

import type { Book, NewOrder } from './book';
import { Ladder } from './ladder';
import { NONE, OrderIndex } from './order-index';
import { HOLDER, HOLDER_NEXT, HOLDER_PREVIOUS, NEXT, NUMBER, OrderRows, PREVIOUS, PRICE, TERMS } from './order-rows';
import { PriceLevels } from './price-levels';

/** Bits of an order's terms. */
const BUYS = 1;
const POST_ONLY = 2;
const RESTS = 4;
const SELF_TRADE_SHIFT = 3;
const SELF_TRADE_MASK = 3;
const FEE_SCHEDULE_SHIFT = 5;

export class OrderBook implements Book {
  size = 0;
  private readonly orders = new OrderRows();
  private readonly index = new OrderIndex();
  private readonly priceLevels = new PriceLevels();
  private readonly bids = new Ladder(1);
  private readonly asks = new Ladder(-1);
  private holderHead = new Int32Array(0);
  private holderTail = new Int32Array(0);

  add(order: NewOrder): number {
    const { orders } = this;
    const slot = orders.take();
    const page = orders.page(slot);
    const at = orders.at(slot);
    page[at + NUMBER] = order.number;
    page[at + PRICE] = order.price;
    page[at + HOLDER] = order.holder;
    page[at + TERMS] =
      (order.side === 'BUY' ? BUYS : 0) |
      (order.postOnly ? POST_ONLY : 0) |
      (selfTradeCode(order.selfTrade) << SELF_TRADE_SHIFT) |
      (order.feeSchedule << FEE_SCHEDULE_SHIFT);
    orders.setOpen(slot, order.open);
    orders.setTotal(slot, order.total);
    if (order.goodTillUs !== 0) orders.setGoodTill(slot, order.goodTillUs);
    this.index.set(order.number, slot);
    this.linkHolder(slot, order.holder);
    this.size += 1;
    return slot;
  }

  rest(slot: number): void {
    const { orders, priceLevels } = this;
    const page = orders.page(slot);
    const at = orders.at(slot);
    const price = page[at + PRICE]!;
    const ladder = this.ladderOf(page[at + TERMS]!);
    let level = ladder.find(price);
    if (level === NONE) {
      level = priceLevels.create(price);
      ladder.insert(price, level);
    }
    const tail = priceLevels.tail[level]!;
    page[at + TERMS]! |= RESTS;
    page[at + PREVIOUS] = tail;
    page[at + NEXT] = NONE;
    if (tail === NONE) priceLevels.head[level] = slot;
    else orders.set(tail, NEXT, slot);
    priceLevels.tail[level] = slot;
  }

  reduce(slot: number, lots: number): void {
    const { orders } = this;
    const open = orders.open(slot);
    const left = open - lots;
    if (left === 0) {
      this.remove(slot);
      return;
    }
    if (left < 0) throw new RangeError(`order ${this.number(slot)} has ${open} lots open, not ${lots}`);
    orders.setOpen(slot, left);
  }

  remove(slot: number): void {
    if (this.rests(slot)) this.unrest(slot);
    this.unlinkHolder(slot);
    this.index.delete(this.orders.get(slot, NUMBER));
    this.orders.give(slot);
    this.size -= 1;
  }

  amend(slot: number, price: number, total: number, open: number, keep: boolean): void {
    const { orders } = this;
    if (!keep) this.unrest(slot);
    orders.set(slot, PRICE, price);
    orders.setTotal(slot, total);
    orders.setOpen(slot, open);
  }

  slotOf(number: number): number {
    return this.index.slotOf(number);
  }

  best(side: Side): number {
    const level = side === 'BUY' ? this.bids.best() : this.asks.best();
    return level === NONE ? NONE : this.priceLevels.head[level]!;
  }

  after(slot: number): number {
    const { orders } = this;
    const next = orders.get(slot, NEXT);
    if (next !== NONE) return next;
    const ladder = this.ladderOf(orders.get(slot, TERMS));
    const level = ladder.at(ladder.rankOf(orders.get(slot, PRICE)) + 1);
    return level === NONE ? NONE : this.priceLevels.head[level]!;
  }

  nextNumber(from: number): number {
    return this.index.next(from);
  }

  firstOf(holder: number): number {
    return holder < this.holderHead.length ? this.holderHead[holder]! : NONE;
  }

  nextOf(slot: number): number {
    return this.orders.get(slot, HOLDER_NEXT);
  }

  number(slot: number): number {
    return this.orders.get(slot, NUMBER);
  }

  side(slot: number): Side {
    return (this.orders.get(slot, TERMS) & BUYS) !== 0 ? 'BUY' : 'SELL';
  }

  price(slot: number): number {
    return this.orders.get(slot, PRICE);
  }

  open(slot: number): number {
    return this.orders.open(slot);
  }

  total(slot: number): number {
    return this.orders.total(slot);
  }

  holder(slot: number): number {
    return this.orders.get(slot, HOLDER);
  }

  selfTrade(slot: number): SelfTradeMode {
    return SELF_TRADE_MODES[(this.orders.get(slot, TERMS) >> SELF_TRADE_SHIFT) & SELF_TRADE_MASK]!;
  }

  postOnly(slot: number): boolean {
    return (this.orders.get(slot, TERMS) & POST_ONLY) !== 0;
  }

  feeSchedule(slot: number): number {
    return this.orders.get(slot, TERMS) >>> FEE_SCHEDULE_SHIFT;
  }

  goodTillUs(slot: number): number {
    return this.orders.goodTillUs(slot);
  }

  rests(slot: number): boolean {
    return (this.orders.get(slot, TERMS) & RESTS) !== 0;
  }

  levels(side: Side): number {
    return side === 'BUY' ? this.bids.size : this.asks.size;
  }

  level(side: Side, rank: number): { price: number; lots: number; orders: number } {
    const level = (side === 'BUY' ? this.bids : this.asks).at(rank);
    const { price, head } = this.priceLevels;
    // Added up when asked for: a running sum would lose what an order of 2^53 − 1 lots rounds off.
    let lots = 0;
    let orders = 0;
    for (let slot = head[level]!; slot !== NONE; slot = this.orders.get(slot, NEXT)) {
      lots += this.orders.open(slot);
      orders += 1;
    }
    return { price: price[level]!, lots, orders };
  }

  private ladderOf(terms: number): Ladder {
    return (terms & BUYS) !== 0 ? this.bids : this.asks;
  }

  /** Takes an order out of its queue; the last one takes its level along. */
  private unrest(slot: number): void {
    const { orders, priceLevels } = this;
    const page = orders.page(slot);
    const at = orders.at(slot);
    const next = page[at + NEXT]!;
    const previous = page[at + PREVIOUS]!;
    page[at + TERMS]! &= ~RESTS;
    if (previous !== NONE) orders.set(previous, NEXT, next);
    if (next !== NONE) orders.set(next, PREVIOUS, previous);
    if (previous !== NONE && next !== NONE) return; // it stood at neither end of its level
    const price = page[at + PRICE]!;
    const ladder = this.ladderOf(page[at + TERMS]!);
    const level = ladder.find(price);
    if (next !== NONE) priceLevels.head[level] = next;
    else if (previous !== NONE) priceLevels.tail[level] = previous;
    else {
      ladder.remove(price);
      priceLevels.release(level);
    }
  }

  private linkHolder(slot: number, holder: number): void {
    if (holder >= this.holderHead.length) this.growHolders(holder);
    const { orders } = this;
    const tail = this.holderTail[holder]!;
    orders.set(slot, HOLDER_PREVIOUS, tail);
    orders.set(slot, HOLDER_NEXT, NONE);
    if (tail === NONE) this.holderHead[holder] = slot;
    else orders.set(tail, HOLDER_NEXT, slot);
    this.holderTail[holder] = slot;
  }

  private unlinkHolder(slot: number): void {
    const { orders } = this;
    const holder = orders.get(slot, HOLDER);
    const next = orders.get(slot, HOLDER_NEXT);
    const previous = orders.get(slot, HOLDER_PREVIOUS);
    if (previous === NONE) this.holderHead[holder] = next;
    else orders.set(previous, HOLDER_NEXT, next);
    if (next === NONE) this.holderTail[holder] = previous;
    else orders.set(next, HOLDER_PREVIOUS, previous);
  }

  private growHolders(holder: number): void {
    const size = Math.max(16, 2 ** Math.ceil(Math.log2(holder + 1)));
    const head = new Int32Array(size).fill(NONE);
    const tail = new Int32Array(size).fill(NONE);
    head.set(this.holderHead);
    tail.set(this.holderTail);
    this.holderHead = head;
    this.holderTail = tail;
  }
}

function selfTradeCode(mode: SelfTradeMode): number {
  return mode === 'CANCEL_NEWEST' ? 0 : mode === 'CANCEL_OLDEST' ? 1 : mode === 'CANCEL_BOTH' ? 2 : 3;
}

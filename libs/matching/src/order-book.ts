// The order book of one contract: price-time priority over typed columns, sorted price levels and intrusive queues.

import { SELF_TRADE_MODES, type SelfTradeMode, type Side } from '@tokenbourse/domain';

import type { Book, NewOrder } from './book';
import { Ladder } from './ladder';
import { OrderColumns } from './order-columns';
import { NONE, OrderIndex } from './order-index';
import { PriceLevels } from './price-levels';

const BUY_BIT = 1;
const POST_ONLY_BIT = 2;
const SELF_TRADE_SHIFT = 2;

export class OrderBook implements Book {
  size = 0;
  private readonly orders = new OrderColumns();
  private readonly index = new OrderIndex();
  private readonly priceLevels = new PriceLevels();
  private readonly bids = new Ladder(1);
  private readonly asks = new Ladder(-1);
  private holderHead = new Int32Array(0);
  private holderTail = new Int32Array(0);

  add(order: NewOrder): number {
    const { orders } = this;
    const slot = orders.take();
    orders.number[slot] = order.number;
    orders.price[slot] = order.price;
    orders.open[slot] = order.open;
    orders.total[slot] = order.total;
    orders.holder[slot] = order.holder;
    orders.terms[slot] =
      (order.side === 'BUY' ? BUY_BIT : 0) |
      (order.postOnly ? POST_ONLY_BIT : 0) |
      (selfTradeCode(order.selfTrade) << SELF_TRADE_SHIFT);
    orders.feeSchedule[slot] = order.feeSchedule;
    orders.level[slot] = NONE;
    if (order.goodTillUs !== 0) orders.setGoodTill(slot, order.goodTillUs);
    this.index.set(order.number, slot);
    this.linkHolder(slot, order.holder);
    this.size += 1;
    return slot;
  }

  rest(slot: number): void {
    const { orders, priceLevels } = this;
    const price = orders.price[slot]!;
    const ladder = this.ladderOf(slot);
    let level = ladder.find(price);
    if (level === NONE) {
      level = priceLevels.create(price);
      ladder.insert(price, level);
    }
    const tail = priceLevels.tail[level]!;
    orders.level[slot] = level;
    orders.previous[slot] = tail;
    orders.next[slot] = NONE;
    if (tail === NONE) priceLevels.head[level] = slot;
    else orders.next[tail] = slot;
    priceLevels.tail[level] = slot;
    priceLevels.orders[level]! += 1;
  }

  reduce(slot: number, lots: number): void {
    const { orders } = this;
    const left = orders.open[slot]! - lots;
    if (left === 0) {
      this.remove(slot);
      return;
    }
    if (left < 0) throw new RangeError(`order ${orders.number[slot]} has ${orders.open[slot]} lots open, not ${lots}`);
    orders.open[slot] = left;
  }

  remove(slot: number): void {
    if (this.orders.level[slot] !== NONE) this.unrest(slot);
    this.unlinkHolder(slot);
    this.index.delete(this.orders.number[slot]!);
    this.orders.give(slot);
    this.size -= 1;
  }

  amend(slot: number, price: number, total: number, open: number, keep: boolean): void {
    const { orders } = this;
    if (!keep) this.unrest(slot);
    orders.price[slot] = price;
    orders.total[slot] = total;
    orders.open[slot] = open;
  }

  slotOf(number: number): number {
    return this.index.slotOf(number);
  }

  best(side: Side): number {
    const level = side === 'BUY' ? this.bids.best() : this.asks.best();
    return level === NONE ? NONE : this.priceLevels.head[level]!;
  }

  after(slot: number): number {
    const next = this.orders.next[slot]!;
    if (next !== NONE) return next;
    const ladder = this.ladderOf(slot);
    const level = ladder.at(ladder.rankOf(this.orders.price[slot]!) + 1);
    return level === NONE ? NONE : this.priceLevels.head[level]!;
  }

  nextNumber(from: number): number {
    return this.index.next(from);
  }

  firstOf(holder: number): number {
    return holder < this.holderHead.length ? this.holderHead[holder]! : NONE;
  }

  nextOf(slot: number): number {
    return this.orders.holderNext[slot]!;
  }

  number(slot: number): number {
    return this.orders.number[slot]!;
  }

  side(slot: number): Side {
    return (this.orders.terms[slot]! & BUY_BIT) !== 0 ? 'BUY' : 'SELL';
  }

  price(slot: number): number {
    return this.orders.price[slot]!;
  }

  open(slot: number): number {
    return this.orders.open[slot]!;
  }

  total(slot: number): number {
    return this.orders.total[slot]!;
  }

  holder(slot: number): number {
    return this.orders.holder[slot]!;
  }

  selfTrade(slot: number): SelfTradeMode {
    return SELF_TRADE_MODES[this.orders.terms[slot]! >> SELF_TRADE_SHIFT]!;
  }

  postOnly(slot: number): boolean {
    return (this.orders.terms[slot]! & POST_ONLY_BIT) !== 0;
  }

  feeSchedule(slot: number): number {
    return this.orders.feeSchedule[slot]!;
  }

  goodTillUs(slot: number): number {
    return this.orders.goodTillUs === null ? 0 : this.orders.goodTillUs[slot]!;
  }

  rests(slot: number): boolean {
    return this.orders.level[slot] !== NONE;
  }

  levels(side: Side): number {
    return side === 'BUY' ? this.bids.size : this.asks.size;
  }

  level(side: Side, rank: number): { price: number; lots: number; orders: number } {
    const level = (side === 'BUY' ? this.bids : this.asks).at(rank);
    const { price, orders, head } = this.priceLevels;
    // Added up when asked for: a running sum would lose what an order of 2^53 − 1 lots rounds off.
    let lots = 0;
    for (let slot = head[level]!; slot !== NONE; slot = this.orders.next[slot]!) lots += this.orders.open[slot]!;
    return { price: price[level]!, lots, orders: orders[level]! };
  }

  private ladderOf(slot: number): Ladder {
    return (this.orders.terms[slot]! & BUY_BIT) !== 0 ? this.bids : this.asks;
  }

  /** Takes an order out of its queue; the last one takes its level along. */
  private unrest(slot: number): void {
    const { orders, priceLevels } = this;
    const level = orders.level[slot]!;
    const next = orders.next[slot]!;
    const previous = orders.previous[slot]!;
    if (previous === NONE) priceLevels.head[level] = next;
    else orders.next[previous] = next;
    if (next === NONE) priceLevels.tail[level] = previous;
    else orders.previous[next] = previous;
    orders.level[slot] = NONE;
    priceLevels.orders[level]! -= 1;
    if (priceLevels.head[level] === NONE) {
      this.ladderOf(slot).remove(orders.price[slot]!);
      priceLevels.release(level);
    }
  }

  private linkHolder(slot: number, holder: number): void {
    if (holder >= this.holderHead.length) this.growHolders(holder);
    const { orders } = this;
    const tail = this.holderTail[holder]!;
    orders.holderPrevious[slot] = tail;
    orders.holderNext[slot] = NONE;
    if (tail === NONE) this.holderHead[holder] = slot;
    else orders.holderNext[tail] = slot;
    this.holderTail[holder] = slot;
  }

  private unlinkHolder(slot: number): void {
    const { orders } = this;
    const holder = orders.holder[slot]!;
    const next = orders.holderNext[slot]!;
    const previous = orders.holderPrevious[slot]!;
    if (previous === NONE) this.holderHead[holder] = next;
    else orders.holderNext[previous] = next;
    if (next === NONE) this.holderTail[holder] = previous;
    else orders.holderPrevious[next] = previous;
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

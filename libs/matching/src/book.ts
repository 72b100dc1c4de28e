// What the engine asks of an order book. Two implementations answer it and pass one suite of tests: the fast one, and
// a naive one that is obviously right.
//
// An order is known by its number outside and by a slot inside; a slot is valid until its order is closed. Holders are
// small numbers that the caller gives; the orders of one holder can be walked in the order of their numbers.

import type { SelfTradeMode, Side } from '@tokenbourse/domain';

export interface NewOrder {
  readonly number: number;
  readonly side: Side;
  /** Limit in ticks; 0 for a market order. */
  readonly price: number;
  /** Total quantity, and what of it is open. */
  readonly total: number;
  readonly open: number;
  readonly holder: number;
  readonly selfTrade: SelfTradeMode;
  readonly postOnly: boolean;
  readonly feeSchedule: number;
  /** Instant of expiry, microseconds; 0 for none. */
  readonly goodTillUs: number;
}

export interface Book {
  /** Number of open orders, resting or not. */
  readonly size: number;

  /** Takes an order in, not yet resting. Returns its slot. Numbers must rise. */
  add(order: NewOrder): number;
  /** Puts an order at the end of the queue at its price. */
  rest(slot: number): void;
  /** Takes `lots` off an order's open quantity; at 0 it is closed and its slot is free. */
  reduce(slot: number, lots: number): void;
  /** Closes an order. */
  remove(slot: number): void;
  /** New total, open quantity and price. The order keeps its place only if `keep`; else it no longer rests. */
  amend(slot: number, price: number, total: number, open: number, keep: boolean): void;

  /** The slot of an open order; NONE for any other number. */
  slotOf(number: number): number;
  /** The order that is served first on a side; NONE when empty. */
  best(side: Side): number;
  /** The order served after `slot` on its side; NONE at the end. */
  after(slot: number): number;
  /** The least open number from `from` on; NONE if there is none. */
  nextNumber(from: number): number;
  /** The first of a holder's open orders; NONE if it has none. */
  firstOf(holder: number): number;
  /** The next of the same holder's orders. */
  nextOf(slot: number): number;

  number(slot: number): number;
  side(slot: number): Side;
  price(slot: number): number;
  open(slot: number): number;
  total(slot: number): number;
  holder(slot: number): number;
  selfTrade(slot: number): SelfTradeMode;
  postOnly(slot: number): boolean;
  feeSchedule(slot: number): number;
  goodTillUs(slot: number): number;
  rests(slot: number): boolean;

  /** Number of price levels of a side. */
  levels(side: Side): number;
  /** Price, quantity and number of orders of the level at `rank`, 0 being the best. */
  level(side: Side, rank: number): { price: number; lots: number; orders: number };
}

// An order on its way through the other side of the book.

import { feeOf, PPM, type SelfTradeMode, type Side } from '@tokenbourse/domain';

import type { FeeSchedule } from '../state/market-state';

export interface Taker {
  readonly order: number;
  readonly account: number;
  readonly side: Side;
  /** Limit in ticks; null for a market order. */
  readonly limit: number | null;
  readonly selfTrade: SelfTradeMode;
  readonly fees: FeeSchedule;
  /** Quantity that is still to be traded. */
  open: number;
  /** A market buy's money that is left, fee included; 0 for all other orders. */
  budget: number;
}

/** Whether a taker's limit lets it trade at a maker's price. */
export function crosses(side: Side, limit: number | null, makerPrice: number): boolean {
  return limit === null || (side === 'BUY' ? makerPrice <= limit : makerPrice >= limit);
}

/** The most lots, up to `wanted`, that `budget` micro-USD pay for at `price` with the fee on top. */
export function affordable(wanted: number, price: number, feePpm: number, budget: number): number {
  if (price === 0) return wanted;
  // From an estimate that is at most a few lots off, down or up to the exact answer.
  let lots = Math.min(wanted, Math.floor(budget / price), Math.floor(budget / (price * (1 + feePpm / PPM))) + 1);
  while (lots > 0 && cost(lots, price, feePpm) > budget) lots -= 1;
  while (lots < wanted && cost(lots + 1, price, feePpm) <= budget) lots += 1;
  return lots;
}

function cost(lots: number, price: number, feePpm: number): number {
  const amount = lots * price;
  return amount + feeOf(amount, feePpm);
}

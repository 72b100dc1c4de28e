// An account's net position in a contract with what it cost, by the average-cost method in exact integers.

import type { Json } from './documents';
import { fromWide, minus, plus, share, times, toWide, type Exact } from './exact';

export interface Holding {
  /** Bought less sold; negative: sold more than bought. */
  lots: number;
  /** What the lots of the position cost (negative position: what they were sold for), fees excluded; ≥ 0, micro-USD. */
  cost: Exact;
}

/** Takes a purchase (`lots` > 0) or a sale (`lots` < 0) in; returns the cost of the lots of the position that it closed. */
export function trade(holding: Holding, lots: number, priceTicks: number): Exact {
  const before = holding.lots;
  const closes = before !== 0 && before > 0 !== lots > 0;
  const closed = closes ? Math.min(Math.abs(lots), Math.abs(before)) : 0;
  const released = closed === 0 ? 0 : share(holding.cost, closed, Math.abs(before));
  const opened = Math.abs(lots) - closed;
  holding.lots = before + lots;
  if (closed !== 0) holding.cost = minus(holding.cost, released);
  if (opened !== 0) holding.cost = plus(holding.cost, times(priceTicks, opened));
  return released;
}

export const holdingForm = {
  encode: ({ lots, cost }: Holding): Json => ({ lots, cost: toWide(cost) }),
  decode: (json: Json): Holding => {
    const { lots, cost } = json as { lots: number; cost: string };
    return { lots, cost: fromWide(cost) };
  },
};

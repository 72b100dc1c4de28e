// The walk of an arriving order through the book: trades at the price of what rests there, self-trade prevention, and
// what becomes of the rest. Sections 2.1, 2.4 and 2.6 of the rules.

import type { CancelReason, EventOf } from '@tokenbourse/domain';

import { demand } from './refusal';
import { close, nextSequence, openLots, positionOf, type Market, type Order } from './market';
import { affordableLots, amountOf, feeOn, holdOf } from './money';

/** Match steps that a command has left. */
export interface Steps {
  left: number;
}

const sameParticipant = (a: Order, b: Order): boolean => a.account.participant === b.account.participant;

function accepts(order: Order, price: number): boolean {
  if (order.type === 'MARKET') return true;
  return order.side === 'BUY' ? price <= order.price : price >= order.price;
}

/** The resting orders of the other side at prices that an order accepts, in the order in which they are served. */
export function ordersInTheWay(order: Order): Order[] {
  const better = order.side === 'BUY' ? 1 : -1;
  return order.contract.orders
    .filter((other) => other.side !== order.side && other.place > 0 && accepts(order, other.price))
    .sort((a, b) => better * (a.price - b.price) || a.place - b.place);
}

/** How many lots a taker can take from a maker: what both have open, and what a market buy's maximum pays for. */
function lotsBetween(taker: Order, maker: Order, takerOpen: number, budget: bigint): number {
  const lots = Math.min(takerOpen, openLots(maker));
  if (taker.type !== 'MARKET' || taker.side !== 'BUY') return lots;
  return affordableLots(budget, maker.price, taker.fees.takerPpm, lots);
}

/** Refuses a fill-or-kill order that is not filled wholly by the orders that stand in the book. */
export function demandFillable(order: Order, steps: number): void {
  let filled = 0;
  let taken = 0;
  let { budget } = order;
  for (const maker of ordersInTheWay(order)) {
    if (filled === order.total) break;
    demand(taken < steps, 'TOO_MANY_MATCHES', steps);
    taken += 1;
    if (sameParticipant(order, maker)) {
      demand(order.selfTrade === 'CANCEL_OLDEST', 'WOULD_SELF_TRADE');
      continue;
    }
    const wanted = Math.min(order.total - filled, openLots(maker));
    const lots = lotsBetween(order, maker, order.total - filled, budget);
    const amount = amountOf(maker.price, lots);
    budget -= amount + feeOn(amount, order.fees.takerPpm);
    filled += lots;
    if (lots < wanted) break;
  }
  demand(filled === order.total, 'NOT_FILLABLE', order.total, filled);
}

/** Lets an order trade with what is in its way; what is left of it rests or is cancelled. */
export function walk(market: Market, order: Order, steps: Steps): void {
  while (openLots(order) > 0) {
    const [maker] = ordersInTheWay(order);
    if (maker === undefined) return leaveRest(market, order);
    const own = sameParticipant(order, maker);
    if (steps.left <= 0) return cancelOpen(market, order, 'MATCH_LIMIT');
    if (own) {
      steps.left -= order.selfTrade === 'DECREMENT' ? 2 : 1;
      preventSelfTrade(market, order, maker);
      if (!order.contract.orders.includes(order)) return;
    } else {
      const lots = lotsBetween(order, maker, openLots(order), order.budget);
      if (lots === 0) return cancelOpen(market, order, 'MAX_AMOUNT');
      steps.left -= 1;
      trade(market, order, maker, lots);
    }
  }
}

function leaveRest(market: Market, order: Order): void {
  if (order.type === 'MARKET' || order.timeInForce === 'IOC') return cancelOpen(market, order, 'IMMEDIATE_REMAINDER');
  takePlace(market, order);
  market.tell({
    type: 'OrderBooked',
    contract: order.contract.number,
    order: order.number,
    account: order.account.number,
    side: order.side,
    price_ticks: order.price,
    open_lots: openLots(order),
    contract_sequence: nextSequence(order.contract),
  });
}

/** Puts an order at the end of the queue at its price. */
export function takePlace(market: Market, order: Order): void {
  market.arrivals += 1;
  order.place = market.arrivals;
}

function trade(market: Market, taker: Order, maker: Order, lots: number): void {
  const { contract } = taker;
  const [buy, sell] = taker.side === 'BUY' ? [taker, maker] : [maker, taker];
  const rateOf = (order: Order) => (order === maker ? order.fees.makerPpm : order.fees.takerPpm);
  const amount = amountOf(maker.price, lots);
  const buyerFee = feeOn(amount, rateOf(buy));
  const sellerFee = feeOn(amount, rateOf(sell));
  const heldBefore = holdOf(buy);
  taker.filled += lots;
  maker.filled += lots;
  buy.budget -= buy.type === 'MARKET' ? amount + buyerFee : 0n;
  const heldAfter = openLots(buy) === 0 ? 0n : holdOf(buy);
  buy.account.cash -= amount + buyerFee;
  market.accounts[0]!.cash += buyerFee + sellerFee;
  const bought = positionOf(contract, buy.account);
  bought.lots += lots;
  bought.paid += amount + buyerFee;
  const sold = positionOf(contract, sell.account);
  sold.lots -= lots;
  sold.receivable += amount - sellerFee;
  contract.trades.push({ lots });
  for (const order of [taker, maker]) if (openLots(order) === 0) close(order);
  market.tell({
    type: 'TradeExecuted',
    contract: contract.number,
    trade: contract.trades.length,
    price_ticks: maker.price,
    lots,
    amount_micro_usd: Number(amount),
    taker_side: taker.side,
    maker_order: maker.number,
    taker_order: taker.number,
    buyer: buy.account.number,
    seller: sell.account.number,
    buyer_fee_micro_usd: Number(buyerFee),
    seller_fee_micro_usd: Number(sellerFee),
    buyer_hold_released_micro_usd: Number(heldBefore - heldAfter),
    maker_open_lots: openLots(maker),
    taker_open_lots: openLots(taker),
    contract_sequence: nextSequence(contract),
  });
}

/** An arriving order meets one of its own participant: the arriving one's mode decides which gives way. */
function preventSelfTrade(market: Market, arriving: Order, resting: Order): void {
  switch (arriving.selfTrade) {
    case 'CANCEL_NEWEST':
      return cancelOpen(market, arriving, 'SELF_TRADE');
    case 'CANCEL_OLDEST':
      return cancelOpen(market, resting, 'SELF_TRADE');
    case 'CANCEL_BOTH':
      cancelOpen(market, resting, 'SELF_TRADE');
      return cancelOpen(market, arriving, 'SELF_TRADE');
    case 'DECREMENT': {
      const lots = Math.min(openLots(arriving), openLots(resting));
      decrement(market, resting, lots);
      return decrement(market, arriving, lots);
    }
  }
}

function decrement(market: Market, order: Order, lots: number): void {
  if (lots === openLots(order)) return cancelOpen(market, order, 'SELF_TRADE');
  const heldBefore = holdOf(order);
  order.decremented += lots;
  market.tell({
    type: 'OrderDecremented',
    ...standing(order),
    cancelled_lots: lots,
    open_lots: openLots(order),
    hold_released_micro_usd: Number(heldBefore - holdOf(order)),
    rested: order.place > 0,
    contract_sequence: nextSequence(order.contract),
  });
}

/** Cancels all that is open of an order. */
export function cancelOpen(market: Market, order: Order, reason: CancelReason): void {
  close(order);
  market.tell({
    type: 'OrderCancelled',
    ...standing(order),
    cancelled_lots: openLots(order),
    hold_released_micro_usd: Number(holdOf(order)),
    reason,
    rested: order.place > 0,
    contract_sequence: nextSequence(order.contract),
  });
}

function standing(
  order: Order,
): Pick<EventOf<'OrderCancelled'>, 'contract' | 'order' | 'account' | 'side' | 'price_ticks'> {
  return {
    contract: order.contract.number,
    order: order.number,
    account: order.account.number,
    side: order.side,
    price_ticks: order.price,
  };
}

// The walk of a taker through the book: trades, self-trade prevention, and what becomes of the rest.

import { amountOf, feeOf, type CancelReason, type Side } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract } from '../state/contract';
import type { Decision } from './decision';
import { holdFor } from './holds';
import { affordable, crosses, type Taker } from './taker';

export function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

/**
 * Trades an accepted order against the book until it is filled, finds nobody, or reaches a bound; then books or
 * cancels its rest. `matches` is how many steps the command may still take; returns how many are left.
 */
export function tradeAndPlace(
  decision: Decision,
  contract: Contract,
  taker: Taker,
  restsAfter: boolean,
  matches: number,
): number {
  const { book } = contract;
  const { accounts } = decision.state;
  const participant = accounts.participant(taker.account);
  const makers = opposite(taker.side);
  let ended: CancelReason | undefined;
  while (taker.open > 0 && ended === undefined) {
    const maker = book.best(makers);
    if (maker === NONE || !crosses(taker.side, taker.limit, book.price(maker))) break;
    if (matches <= 0) {
      ended = 'MATCH_LIMIT';
      break;
    }
    const makerAccount = contract.holdings.account(book.holder(maker));
    matches -= 1;
    if (accounts.participant(makerAccount) === participant) {
      ended = preventSelfTrade(decision, contract, taker, maker, makerAccount);
      // Two events: what bounds a command's steps is what bounds its record.
      if (taker.selfTrade === 'DECREMENT') matches -= 1;
    } else {
      ended = trade(decision, contract, taker, maker, makerAccount);
    }
  }
  if (taker.open === 0) return matches;
  if (ended === undefined && restsAfter) {
    decision.emit({
      type: 'OrderBooked',
      contract: contract.number,
      order: taker.order,
      account: taker.account,
      side: taker.side,
      price_ticks: taker.limit!,
      open_lots: taker.open,
      contract_sequence: contract.sequence + 1,
    });
  } else {
    cancelTaker(decision, contract, taker, ended ?? 'IMMEDIATE_REMAINDER');
  }
  return matches;
}

function trade(
  decision: Decision,
  contract: Contract,
  taker: Taker,
  maker: number,
  makerAccount: number,
): 'MAX_AMOUNT' | undefined {
  const { book } = contract;
  const buying = taker.side === 'BUY';
  const marketBuy = buying && taker.limit === null;
  const price = book.price(maker);
  const makerOpen = book.open(maker);
  let lots = Math.min(taker.open, makerOpen);
  if (marketBuy) {
    lots = affordable(lots, price, taker.fees.takerPpm, taker.budget);
    if (lots === 0) return 'MAX_AMOUNT';
  }
  const amount = amountOf(price, lots);
  const makerFees = decision.state.feeSchedules[book.feeSchedule(maker)]!;
  const takerFee = feeOf(amount, taker.fees.takerPpm);
  const makerFee = feeOf(amount, makerFees.makerPpm);
  const takerOpen = taker.open - lots;
  let released: number;
  if (marketBuy) {
    taker.budget -= amount + takerFee;
    released = amount + takerFee + (takerOpen === 0 ? taker.budget : 0);
  } else if (buying) {
    released =
      holdFor('BUY', taker.limit!, taker.open, taker.fees) - holdFor('BUY', taker.limit!, takerOpen, taker.fees);
  } else {
    released = holdFor('BUY', price, makerOpen, makerFees) - holdFor('BUY', price, makerOpen - lots, makerFees);
  }
  taker.open = takerOpen;
  decision.emit({
    type: 'TradeExecuted',
    contract: contract.number,
    trade: contract.lastTrade + 1,
    price_ticks: price,
    lots,
    amount_micro_usd: amount,
    taker_side: taker.side,
    maker_order: book.number(maker),
    taker_order: taker.order,
    buyer: buying ? taker.account : makerAccount,
    seller: buying ? makerAccount : taker.account,
    buyer_fee_micro_usd: buying ? takerFee : makerFee,
    seller_fee_micro_usd: buying ? makerFee : takerFee,
    buyer_hold_released_micro_usd: released,
    maker_open_lots: makerOpen - lots,
    taker_open_lots: takerOpen,
    contract_sequence: contract.sequence + 1,
  });
  return undefined;
}

/** Lets one or both of two orders of the same participant give way. Returns why the taker must, if it is to. */
function preventSelfTrade(
  decision: Decision,
  contract: Contract,
  taker: Taker,
  maker: number,
  makerAccount: number,
): 'SELF_TRADE' | undefined {
  const { book } = contract;
  switch (taker.selfTrade) {
    case 'CANCEL_NEWEST':
      return 'SELF_TRADE';
    case 'CANCEL_OLDEST':
      cancelResting(decision, contract, maker, makerAccount, 'SELF_TRADE');
      return undefined;
    case 'CANCEL_BOTH':
      cancelResting(decision, contract, maker, makerAccount, 'SELF_TRADE');
      return 'SELF_TRADE';
    case 'DECREMENT': {
      const makerOpen = book.open(maker);
      if (makerOpen > taker.open) {
        decrementResting(decision, contract, maker, makerAccount, taker.open);
        return 'SELF_TRADE';
      }
      cancelResting(decision, contract, maker, makerAccount, 'SELF_TRADE');
      if (makerOpen === taker.open) return 'SELF_TRADE';
      decrementTaker(decision, contract, taker, makerOpen);
      return undefined;
    }
  }
}

/** What cancelling `lots` of an order's open quantity frees of its hold. */
function heldBy(decision: Decision, contract: Contract, slot: number, lots: number): number {
  const { book } = contract;
  const fees = decision.state.feeSchedules[book.feeSchedule(slot)]!;
  const open = book.open(slot);
  const price = book.price(slot);
  return holdFor(book.side(slot), price, open, fees) - holdFor(book.side(slot), price, open - lots, fees);
}

/** Cancels all that is open of a resting order. */
export function cancelResting(
  decision: Decision,
  contract: Contract,
  slot: number,
  account: number,
  reason: CancelReason,
): void {
  const { book } = contract;
  const open = book.open(slot);
  decision.emit({
    type: 'OrderCancelled',
    contract: contract.number,
    order: book.number(slot),
    account,
    side: book.side(slot),
    price_ticks: book.price(slot),
    cancelled_lots: open,
    hold_released_micro_usd: heldBy(decision, contract, slot, open),
    reason,
    rested: true,
    contract_sequence: contract.sequence + 1,
  });
}

function decrementResting(decision: Decision, contract: Contract, slot: number, account: number, lots: number): void {
  const { book } = contract;
  decision.emit({
    type: 'OrderDecremented',
    contract: contract.number,
    order: book.number(slot),
    account,
    side: book.side(slot),
    price_ticks: book.price(slot),
    cancelled_lots: lots,
    open_lots: book.open(slot) - lots,
    hold_released_micro_usd: heldBy(decision, contract, slot, lots),
    rested: true,
    contract_sequence: contract.sequence + 1,
  });
}

/** A taker's hold on its open quantity: its remaining budget, or what its limit asks for. */
function takerHold(taker: Taker, open: number): number {
  return taker.limit === null ? taker.budget : holdFor(taker.side, taker.limit, open, taker.fees);
}

function decrementTaker(decision: Decision, contract: Contract, taker: Taker, lots: number): void {
  const left = taker.open - lots;
  decision.emit({
    type: 'OrderDecremented',
    contract: contract.number,
    order: taker.order,
    account: taker.account,
    side: taker.side,
    price_ticks: taker.limit ?? 0,
    cancelled_lots: lots,
    open_lots: left,
    // A market buy keeps its whole budget for what is left of it.
    hold_released_micro_usd: takerHold(taker, taker.open) - takerHold(taker, left),
    rested: false,
    contract_sequence: contract.sequence + 1,
  });
  taker.open = left;
}

function cancelTaker(decision: Decision, contract: Contract, taker: Taker, reason: CancelReason): void {
  decision.emit({
    type: 'OrderCancelled',
    contract: contract.number,
    order: taker.order,
    account: taker.account,
    side: taker.side,
    price_ticks: taker.limit ?? 0,
    cancelled_lots: taker.open,
    hold_released_micro_usd: takerHold(taker, taker.open),
    reason,
    rested: false,
    contract_sequence: contract.sequence + 1,
  });
}

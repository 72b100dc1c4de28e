// The commands that agents send, with the fields that they never vary filled in.

import type { Command, CommandOf, Side, TimeInForce } from '@tokenbourse/domain';

export interface LimitWish {
  readonly account: number;
  readonly contract: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  readonly expiresAtUs: number;
  readonly timeInForce?: TimeInForce;
  readonly postOnly?: boolean;
}

export function limitOrder(wish: LimitWish): CommandOf<'PlaceOrder'> {
  return {
    type: 'PlaceOrder',
    account: wish.account,
    contract: wish.contract,
    command_id: '',
    side: wish.side,
    order_type: 'LIMIT',
    time_in_force: wish.timeInForce ?? 'GTC',
    price_ticks: wish.priceTicks,
    lots: wish.lots,
    max_amount_micro_usd: 0,
    post_only: wish.postOnly ?? false,
    self_trade: 'CANCEL_OLDEST',
    good_till_us: 0,
    expires_at_us: wish.expiresAtUs,
  };
}

export interface MarketBuyWish {
  readonly account: number;
  readonly contract: number;
  readonly lots: number;
  /** The most that it may cost, fee included. */
  readonly maxAmountMicroUsd: number;
  readonly expiresAtUs: number;
}

export function marketBuy(wish: MarketBuyWish): CommandOf<'PlaceOrder'> {
  return {
    ...limitOrder({ ...wish, side: 'BUY', priceTicks: 0, timeInForce: 'IOC' }),
    order_type: 'MARKET',
    max_amount_micro_usd: wish.maxAmountMicroUsd,
  };
}

export interface AmendWish {
  readonly account: number;
  readonly contract: number;
  readonly order: number;
  /** -1: as it is. */
  readonly priceTicks: number;
  /** New total, filled lots included; -1: as it is. */
  readonly lots: number;
  readonly expiresAtUs: number;
}

export function amendOrder(wish: AmendWish): CommandOf<'AmendOrder'> {
  return {
    type: 'AmendOrder',
    account: wish.account,
    contract: wish.contract,
    command_id: '',
    order: wish.order,
    price_ticks: wish.priceTicks,
    lots: wish.lots,
    expires_at_us: wish.expiresAtUs,
  };
}

export function cancelOrder(account: number, contract: number, order: number): Command {
  return { type: 'CancelOrder', account, contract, command_id: '', order };
}

export interface QuoteWish {
  readonly tier: number;
  readonly price_ticks: number;
  readonly lots: number;
}

export function capacityOffer(
  account: number,
  windowStartUs: number,
  quotes: readonly QuoteWish[],
  expiresAtUs: number,
): CommandOf<'PostOffer'> {
  return {
    type: 'PostOffer',
    account,
    command_id: '',
    window_start_at_us: windowStartUs,
    quotes,
    energy_policy: 'SEPARATE',
    expires_at_us: expiresAtUs,
  };
}

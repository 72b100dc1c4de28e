// Checks of an order's own terms, before anything is looked at that others can change. In the order of the rules page.

import { amountOf, PRICE_TICKS_MAX, type CommandOf } from '@tokenbourse/domain';

import type { Contract } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { refusal, type Refusal } from './decision';

const LARGEST = Number.MAX_SAFE_INTEGER;

/** Whether commands of an account may trade a contract now. */
export function refuseTrading(
  state: MarketState,
  account: number,
  contract: Contract | undefined,
): Refusal | undefined {
  if (!state.accounts.exists(account)) return refusal('UNKNOWN_ACCOUNT');
  if (account === 0) return refusal('ACCOUNT_NOT_TRADING');
  if (contract === undefined) return refusal('UNKNOWN_CONTRACT');
  if (contract.state === 'LISTED') return refusal('CONTRACT_NOT_OPEN', 0, 0, contract.window.times.opensAtUs);
  if (contract.state !== 'OPEN') return refusal('GATE_CLOSED', 0, 0, contract.window.times.gateClosesAtUs);
  return undefined;
}

/** Whether a command's time is over. */
export function refuseExpired(expiresAtUs: number, atUs: number): Refusal | undefined {
  return expiresAtUs !== 0 && atUs > expiresAtUs ? refusal('COMMAND_EXPIRED', 0, 0, expiresAtUs) : undefined;
}

export function refuseQuantity(lots: number, least = 1): Refusal | undefined {
  return Number.isSafeInteger(lots) && lots >= least ? undefined : refusal('INVALID_QUANTITY', LARGEST, figure(lots));
}

export function refusePrice(priceTicks: number): Refusal | undefined {
  return Number.isSafeInteger(priceTicks) && priceTicks >= 0 && priceTicks <= PRICE_TICKS_MAX
    ? undefined
    : refusal('INVALID_PRICE', PRICE_TICKS_MAX, figure(priceTicks));
}

/** Whether price × quantity, with the fee, can be held exactly. Fees are at most the amount itself. */
export function refuseAmount(priceTicks: number, lots: number): Refusal | undefined {
  return amountOf(priceTicks, lots) <= LARGEST / 2
    ? undefined
    : refusal('AMOUNT_TOO_LARGE', Math.floor(LARGEST / 2), 0);
}

/** A figure for a refusal: what cannot be written as an exact number is given as 0. */
function figure(value: number): number {
  return Number.isSafeInteger(value) ? value : 0;
}

export function refuseTerms(command: CommandOf<'PlaceOrder'>, contract: Contract, atUs: number): Refusal | undefined {
  const market = command.order_type === 'MARKET';
  const rests = command.time_in_force === 'GTC' || command.time_in_force === 'GTD';
  const quantity = refuseQuantity(command.lots);
  if (quantity !== undefined) return quantity;
  const price = refusePrice(command.price_ticks);
  if (price !== undefined) return price;
  if (market ? rests || command.price_ticks !== 0 || command.post_only : command.post_only && !rests) {
    return refusal('INVALID_TIME_IN_FORCE');
  }
  if ((command.time_in_force === 'GTD') !== (command.good_till_us !== 0)) return refusal('INVALID_TIME_IN_FORCE');
  const budget = command.max_amount_micro_usd;
  if (market && command.side === 'BUY') {
    if (!Number.isSafeInteger(budget) || budget < 0) return refusal('INVALID_AMOUNT', LARGEST, figure(budget));
  } else if (budget !== 0) {
    return refusal('INVALID_AMOUNT', 0, figure(budget));
  }
  if (command.time_in_force === 'GTD') {
    if (!(command.good_till_us > atUs)) return refusal('GOOD_TILL_PAST', 0, 0, figure(command.good_till_us));
    const gate = contract.window.times.gateClosesAtUs;
    if (command.good_till_us > gate) return refusal('GOOD_TILL_AFTER_GATE', 0, 0, gate);
  }
  return market ? undefined : refuseAmount(command.price_ticks, command.lots);
}

/** Whether the account may have `more` further open orders. */
export function refuseOpenOrders(state: MarketState, account: number, more: number): Refusal | undefined {
  const open = state.accounts.openOrders(account);
  const limit = state.limits.openOrdersPerAccount;
  return open + more > limit ? refusal('TOO_MANY_OPEN_ORDERS', limit, open) : undefined;
}

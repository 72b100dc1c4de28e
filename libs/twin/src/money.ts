// Money: what a fill costs, what an order sets aside, what an account has free. Section 3 of the rules.

import { demand, Refusal } from './refusal';
import { openLots, ordersOf, type Account, type Market, type Order } from './market';

const MILLION = 1_000_000n;
export const LARGEST = Number.MAX_SAFE_INTEGER;

/** Price × quantity, in micro-USD. */
export function amountOf(price: number, lots: number): bigint {
  return BigInt(price) * BigInt(lots);
}

/** ⌊amount · ppm / 10^6⌋ */
export function feeOn(amount: bigint, ppm: number): bigint {
  return (amount * BigInt(ppm)) / MILLION;
}

/** ⌈amount · ppm / 10^6⌉ */
function feeSetAside(amount: bigint, ppm: number): bigint {
  return (amount * BigInt(ppm) + MILLION - 1n) / MILLION;
}

/** What a limit buy of so many lots sets aside: limit × lots and the fee on that at the higher of its two rates. */
export function limitHold(price: number, lots: number, order: Pick<Order, 'fees'>): bigint {
  const amount = amountOf(price, lots);
  return amount + feeSetAside(amount, Math.max(order.fees.makerPpm, order.fees.takerPpm));
}

/** What an open order sets aside now. */
export function holdOf(order: Order): bigint {
  if (order.side === 'SELL') return 0n;
  return order.type === 'MARKET' ? order.budget : limitHold(order.price, openLots(order), order);
}

/** Cash that is not set aside for an order. */
export function freeCash(market: Market, account: Account): bigint {
  return ordersOf(market, account).reduce((cash, order) => cash - holdOf(order), account.cash);
}

export function demandFunds(market: Market, account: Account, needed: bigint): void {
  const free = freeCash(market, account);
  if (needed > free) throw new Refusal('INSUFFICIENT_FUNDS', Number(needed), Number(free));
}

/** The most lots at `price` that `budget` pays for, fee at `ppm` included, but no more than `most`. */
export function affordableLots(budget: bigint, price: number, ppm: number, most: number): number {
  const costs = (lots: bigint) => BigInt(price) * lots + feeOn(BigInt(price) * lots, ppm);
  let [pays, tooMany] = [0n, BigInt(most) + 1n];
  while (tooMany - pays > 1n) {
    const between = (pays + tooMany) / 2n;
    if (costs(between) <= budget) pays = between;
    else tooMany = between;
  }
  return Number(pays);
}

/** All cash of the market: what came in less what went out. */
export function allCash(market: Market): bigint {
  const escrow = market.windows
    .flatMap((window) => window.contracts)
    .flatMap((contract) => contract.positions)
    .reduce((sum, position) => sum + (position.settled ? 0n : position.receivable), 0n);
  return market.accounts.reduce((sum, account) => sum + account.cash, escrow);
}

export function demandAmount(amount: number): void {
  const positive = Number.isSafeInteger(amount) && amount >= 1;
  demand(positive, 'INVALID_AMOUNT', LARGEST, Number.isSafeInteger(amount) ? amount : 0);
}

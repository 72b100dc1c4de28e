// Cancelling: one order, or all of an account in slices. Section 2.5 and BND-6 of the rules.

import type { CommandOf } from '@tokenbourse/domain';

import { accountOf, Refusal } from './refusal';
import type { CancelAll, Market, Order } from './market';
import { openOrder } from './orders';
import { cancelOpen } from './walk';

/** Cancellations, or events of a settlement, of one record of work that can be larger than a record. */
export const SLICE = 250;

export function cancelOrder(market: Market, command: CommandOf<'CancelOrder'>): void {
  const contract = market.contracts.find(({ number }) => number === command.contract);
  if (contract === undefined) throw new Refusal('UNKNOWN_ORDER');
  cancelOpen(market, openOrder(contract, market.accounts[command.account], command.order), 'REQUESTED');
}

export function cancelAllOrders(market: Market, command: CommandOf<'CancelAllOrders'>): void {
  const { account, contract, tier, side } = command;
  accountOf(market, account);
  market.tell({ type: 'CancelAllRequested', account, contract, tier, side });
  const all = { command, requestedBy: market.record.sequence, cancelled: 0 };
  market.cancelAlls.push(all);
  continueCancelAll(market, all);
}

/** Cancels the next slice, by contract, then order number; says so when nothing is left. */
export function continueCancelAll(market: Market, all: CancelAll): void {
  const { account, contract, tier, side } = all.command;
  const reached = (order: Order): boolean =>
    order.account.number === account &&
    (contract === 0 || order.contract.number === contract) &&
    (tier === 0 || order.contract.tier === tier) &&
    (side === 'ANY' || order.side === side);
  for (const order of market.orders.filter(reached).slice(0, SLICE)) {
    cancelOpen(market, order, 'ALL_REQUESTED');
    all.cancelled += 1;
  }
  if (market.orders.some(reached)) return;
  market.cancelAlls = market.cancelAlls.filter((running) => running !== all);
  market.tell({ type: 'CancelAllCompleted', account, cancelled_orders: all.cancelled });
}

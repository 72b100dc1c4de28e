// Settlement of a window, an event at a time: positions by contract and account, each contract's end, what perished by
// account, the window's end. REC-5, POW-7 and BND-8 of the rules.

import { SLICE } from './cancels';
import type { Contract, DeliveryWindow, Market, Position } from './market';
import { LARGEST } from './money';
import { energyBudget, energySold } from './power';

/** Writes the next slice of a window's settlement. */
export function settleSlice(market: Market, window: DeliveryWindow): void {
  if (window.settledBy === 0) window.settledBy = market.record.sequence;
  for (let events = 0; events < SLICE && market.windows.includes(window); events++) settleNext(market, window);
}

function settleNext(market: Market, window: DeliveryWindow): void {
  const contract = window.contracts.find((unsettled) => !unsettled.settled);
  if (contract !== undefined) {
    const position = contract.positions.find((unsettled) => !unsettled.settled && isSomething(unsettled));
    return position === undefined ? endContract(market, contract) : settle(market, contract, position);
  }
  const factory = market.accounts.find(
    (account) =>
      account.factory?.zone === window.zone &&
      account.factory.registeredAtUs <= window.startUs &&
      !window.perished.includes(account),
  );
  if (factory === undefined) return endWindow(market, window);
  window.perished.push(factory);
  const budget = energyBudget(market, factory.factory!);
  const sold = energySold(window, factory);
  market.tell({
    type: 'CapacityPerished',
    account: factory.number,
    zone: window.zone,
    window: window.number,
    window_start_at_us: window.startUs,
    budget_millijoules: budget,
    sold_millijoules: sold,
    perished_millijoules: budget - sold,
  });
}

/** Who bought and sold at a price of 0 only, as much of each, has nothing to settle. */
function isSomething({ lots, paid, receivable }: Position): boolean {
  return lots !== 0 || paid !== 0n || receivable !== 0n;
}

function settle(market: Market, contract: Contract, position: Position): void {
  position.settled = true;
  position.account.cash += position.receivable;
  contract.paidOut += position.receivable;
  market.tell({
    type: 'PositionSettled',
    contract: contract.number,
    account: position.account.number,
    lots: position.lots,
    paid_micro_usd: position.paid,
    received_micro_usd: position.receivable,
  });
}

function endContract(market: Market, contract: Contract): void {
  contract.settled = true;
  market.tell({
    type: 'ContractSettled',
    contract: contract.number,
    lots: Math.min(
      LARGEST,
      contract.trades.reduce((sum, { lots }) => sum + lots, 0),
    ),
    paid_out_micro_usd: contract.paidOut,
    trades: contract.trades.length,
  });
}

function endWindow(market: Market, window: DeliveryWindow): void {
  market.windows = market.windows.filter((other) => other !== window);
  market.tell({
    type: 'WindowEnded',
    window: window.number,
    zone: window.zone,
    window_start_at_us: window.startUs,
  });
}

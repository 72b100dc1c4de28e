// Power: for every account and window, Σ over tiers of max(0, open sell lots − position) × joules per Mtok ≤ budget, and
// the budget is power × window for a factory in the contract's zone, 0 for everybody else. Section 4 of the rules.

import { demand, Refusal } from './refusal';
import { openLots, type Account, type Contract, type DeliveryWindow, type Factory, type Market } from './market';
import { LARGEST } from './money';

/** Lots of a contract that are to be put on sale. */
export interface Sale {
  readonly contract: Contract;
  readonly lots: number;
}

export function positionLots(contract: Contract, account: Account): number {
  return contract.positions.find((position) => position.account === account)?.lots ?? 0;
}

export function lotsOnSale(contract: Contract, account: Account): number {
  return contract.orders
    .filter((order) => order.account === account && order.side === 'SELL')
    .reduce((lots, order) => lots + openLots(order), 0);
}

function lotsIn(sales: readonly Sale[], contract: Contract): number {
  return sales.filter((sale) => sale.contract === contract).reduce((lots, sale) => lots + sale.lots, 0);
}

/** The energy of a lot in millijoules: joules per Mtok; undefined where the account makes none of that tier there. */
function joulesOf(factory: Factory | undefined, contract: Contract): number | undefined {
  if (factory === undefined || factory.zone !== contract.window.zone) return undefined;
  return factory.yields.find((made) => made.tier === contract.tier)?.joules_per_mtok;
}

export function energyBudget(market: Market, factory: Factory): bigint {
  return (BigInt(factory.powerWatts) * BigInt(market.schedule!.window_us)) / 1_000n;
}

/** Energy of what an account has on sale and has sold in a window, were `sales` on sale as well. */
function energyUsed(window: DeliveryWindow, account: Account, sales: readonly Sale[]): bigint {
  return window.contracts.reduce((used, contract) => {
    const made = lotsOnSale(contract, account) + lotsIn(sales, contract) - positionLots(contract, account);
    return made > 0 ? used + BigInt(made) * BigInt(joulesOf(account.factory, contract) ?? 0) : used;
  }, 0n);
}

/** Energy of what an account has sold in a window, once nothing is on sale any more. */
export function energySold(window: DeliveryWindow, account: Account): bigint {
  return energyUsed(window, account, []);
}

/** Refuses what neither a position nor a yield of the factory backs, and an energy that can't be told exactly. */
export function demandBacking(account: Account, sales: readonly Sale[]): void {
  for (const { contract } of sales) {
    if (joulesOf(account.factory, contract) !== undefined) continue;
    const onSale = lotsOnSale(contract, account) + lotsIn(sales, contract);
    const held = positionLots(contract, account);
    const isPlant = account.factory?.zone === contract.window.zone;
    demand(onSale <= held, isPlant ? 'TIER_NOT_MADE' : 'INSUFFICIENT_POSITION', Math.min(onSale, LARGEST), held);
  }
  demand(energyMore(account, sales) <= BigInt(LARGEST), 'ENERGY_TOO_LARGE', LARGEST);
}

/** The energy that sales need beyond what the account has used already. All of them are of one window. */
function energyMore(account: Account, sales: readonly Sale[]): bigint {
  const { window } = sales[0]!.contract;
  return energyUsed(window, account, sales) - energyUsed(window, account, []);
}

/** Refuses what the energy of the window is too little for. */
export function demandEnergy(market: Market, account: Account, sales: readonly Sale[]): void {
  const { window } = sales[0]!.contract;
  if (account.factory?.zone !== window.zone) return;
  const needed = energyMore(account, sales);
  const free = energyBudget(market, account.factory) - energyUsed(window, account, []);
  if (needed > free) throw new Refusal('INSUFFICIENT_ENERGY', Number(needed), Number(free));
}

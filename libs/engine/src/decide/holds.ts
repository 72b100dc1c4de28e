// What an order sets aside: money for a buy, position or energy for a sell.

import { amountOf, feeHeldFor, type Side } from '@tokenbourse/domain';
import { NO_FACTORY, NO_HOLDER } from '@tokenbourse/ledger';

import { factoryFor } from '../apply/movements';
import type { Contract } from '../state/contract';
import type { FeeSchedule, MarketState } from '../state/market-state';
import { refusal, type Refusal } from './decision';

/**
 * A limit buy's hold in micro-USD: price × open lots and the fee on that at the higher of its two rates, rounded up.
 * Always computed from the open quantity, so what a fill frees is known without keeping it. 0 for a sell.
 */
export function holdFor(side: Side, priceTicks: number, openLots: number, fees: FeeSchedule): number {
  if (side === 'SELL') return 0;
  const amount = amountOf(priceTicks, openLots);
  return amount + feeHeldFor(amount, Math.max(fees.makerPpm, fees.takerPpm));
}

/** Whether the account has `more` micro-USD free. */
export function refuseFunds(state: MarketState, account: number, more: number): Refusal | undefined {
  const { available } = state.accounts;
  if (more <= 0 || available.covers(account, more)) return undefined;
  return refusal('INSUFFICIENT_FUNDS', more, Math.max(0, available.approximate(account)));
}

/** Lots that a further sale of `lots` would have to be made for, beyond what is held and what is made already. */
export function uncoveredBy(contract: Contract, account: number, lots: number): number {
  const holder = contract.holdings.find(account);
  if (holder === NO_HOLDER) return lots;
  const { holdings } = contract;
  return Math.max(0, holdings.selling(holder) + lots - holdings.lots(holder)) - holdings.uncovered(holder);
}

/** Whether the account may put `lots` more on sale: it holds them, or its factory has the energy to make them. */
export function refuseSale(state: MarketState, contract: Contract, account: number, lots: number): Refusal | undefined {
  const uncovered = uncoveredBy(contract, account, lots);
  if (uncovered <= 0) return undefined;
  const factory = factoryFor(state, contract, account);
  const joulesPerMtok = factory === NO_FACTORY ? 0 : state.factories[factory]!.joulesPerMtok[contract.tier]!;
  if (joulesPerMtok === 0) {
    return refusePosition(contract, account, lots, factory === NO_FACTORY ? 'INSUFFICIENT_POSITION' : 'TIER_NOT_MADE');
  }
  const energy = uncovered * joulesPerMtok;
  if (!Number.isSafeInteger(energy)) return refusal('ENERGY_TOO_LARGE', Number.MAX_SAFE_INTEGER, 0);
  return refuseEnergy(state, contract, factory, energy);
}

/** Refuses a sale of `lots` more than the account holds and cannot make. */
export function refusePosition(
  contract: Contract,
  account: number,
  lots: number,
  code: 'INSUFFICIENT_POSITION' | 'TIER_NOT_MADE',
): Refusal {
  const { holdings } = contract;
  const holder = holdings.find(account);
  if (holder === NO_HOLDER) return refusal(code, Math.min(Number.MAX_SAFE_INTEGER, lots), 0);
  // Together with what is on sale already, the largest order is no exact figure any more.
  const onSale = Math.min(Number.MAX_SAFE_INTEGER, holdings.selling(holder) + lots);
  return refusal(code, onSale, Math.max(0, holdings.lots(holder)));
}

/** Whether a factory has `energy` millijoules of the contract's window free. */
export function refuseEnergy(
  state: MarketState,
  contract: Contract,
  factory: number,
  energy: number,
): Refusal | undefined {
  const { energy: left } = contract.window;
  if (left.covers(factory, energy, state.factories)) return undefined;
  return refusal('INSUFFICIENT_ENERGY', energy, Number(left.freeOf(factory, state.factories)));
}

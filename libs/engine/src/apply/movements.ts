// Ledger movements and capacity: how events change balances, positions and a factory's free energy.

import { postings, type Bucket, type MarketEvent } from '@tokenbourse/domain';
import { NO_FACTORY } from '@tokenbourse/ledger';

import { ESCROW, PAID_OUT, type Contract } from '../state/contract';
import { OUTSIDE, type MarketState } from '../state/market-state';

/** Moves what an event moves, by the one translation that all readers share. */
export function post(state: MarketState, event: MarketEvent): void {
  postings(event, (account, bucket, delta, contract) => movement(state, account, bucket, delta, contract));
}

function movement(state: MarketState, account: number, bucket: Bucket, delta: number, contractNumber: number): void {
  switch (bucket) {
    case 'AVAILABLE':
      state.accounts.available.add(account, delta);
      state.mix(state.accounts.available.low32(account));
      return;
    case 'HELD':
      state.accounts.held.add(account, delta);
      return;
    case 'OUTSIDE':
      state.money.add(OUTSIDE, delta);
      return;
    default:
      positionMovement(state.contracts.get(contractNumber)!, state, account, bucket, delta);
  }
}

function positionMovement(
  contract: Contract,
  state: MarketState,
  account: number,
  bucket: 'ESCROW' | 'LOTS' | 'PAID' | 'RECEIVABLE',
  delta: number,
): void {
  switch (bucket) {
    case 'ESCROW':
      contract.money.add(ESCROW, delta);
      if (delta < 0) contract.money.add(PAID_OUT, -delta);
      return;
    case 'LOTS':
      changeHolding(state, contract, contract.holdings.of(account), 0, delta);
      return;
    case 'PAID':
      contract.holdings.paid.add(contract.holdings.of(account), delta);
      return;
    case 'RECEIVABLE': {
      const holder = contract.holdings.of(account);
      contract.holdings.receivable.add(holder, delta);
      state.mix(contract.holdings.receivable.low32(holder));
      return;
    }
  }
}

/** The index of the account's factory if that stands in the contract's zone; NO_FACTORY otherwise. */
export function factoryFor(state: MarketState, contract: Contract, account: number): number {
  const index = state.accounts.factory(account);
  return index !== NO_FACTORY && state.factories[index]!.zone === contract.window.zone ? index : NO_FACTORY;
}

/** Changes open sell lots and net lots of a holder; what that frees or takes of a factory's energy follows. */
export function changeHolding(
  state: MarketState,
  contract: Contract,
  holder: number,
  sellingDelta: number,
  lotsDelta: number,
): void {
  const { holdings } = contract;
  const factory = factoryFor(state, contract, holdings.account(holder));
  const before = holdings.uncovered(holder);
  if (sellingDelta !== 0) holdings.addSelling(holder, sellingDelta);
  if (lotsDelta !== 0) holdings.addLots(holder, lotsDelta);
  if (factory === NO_FACTORY) return;
  const change = holdings.uncovered(holder) - before;
  if (change === 0) return;
  const { energy } = contract.window;
  energy.admit(state.factories);
  energy.take(factory, change, state.factories[factory]!.joulesPerMtok[contract.tier]!);
}

// Work that can be larger than one record: cancelling the orders of a closed contract, settling a window. It is worked
// off in slices; where a slice ends stands in the state itself, so that the next one goes on from there.

import { energyBudget, RECORD_EVENTS_MAX } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract, DeliveryWindow } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { continueCancelAll, SLICE } from './cancel';
import type { Decision } from './decision';
import { cancelResting } from './matching-walk';

/** Events of one slice of settlement. */
const SETTLEMENT_SLICE = RECORD_EVENTS_MAX / 4;

export interface Work {
  /** The record that began it. */
  readonly causeSequence: number;
  /** Does the next slice. */
  run(decision: Decision): void;
}

/** The next slice of cancelling what is open in a window's closed contracts; undefined if nothing is. */
export function closingWork(window: DeliveryWindow): Work | undefined {
  if (window.stage === 'LISTED' || window.stage === 'OPEN') return undefined;
  const contract = window.contracts.find(({ book }) => book.size > 0);
  if (contract === undefined) return undefined;
  return { causeSequence: contract.closedSequence, run: (decision) => cancelClosedOrders(decision, window) };
}

/** The next piece of unfinished work; undefined if there is none. */
export function nextWork(state: MarketState): Work | undefined {
  for (const window of state.windows) {
    const closing = closingWork(window);
    if (closing !== undefined) return closing;
    if (window.settlingSequence !== 0) {
      return { causeSequence: window.settlingSequence, run: (decision) => settleSome(decision, window) };
    }
  }
  const all = state.cancelAlls[0];
  if (all === undefined) return undefined;
  return { causeSequence: all.causeSequence, run: (decision) => continueCancelAll(decision, all) };
}

/** Cancels a slice of the orders left in a window's closed contracts, by contract number, then order number. */
export function cancelClosedOrders(decision: Decision, window: DeliveryWindow): void {
  let left = SLICE;
  for (const contract of window.contracts) {
    const { book } = contract;
    for (let number = book.nextNumber(0); number !== NONE; number = book.nextNumber(number + 1)) {
      if (left-- === 0) return;
      const slot = book.slotOf(number);
      const account = contract.holdings.account(book.holder(slot));
      cancelResting(decision, contract, slot, account, 'GATE_CLOSED');
    }
  }
}

/** Settles a slice: positions by contract and account, then what perished by factory account, then the window's end. */
export function settleSome(decision: Decision, window: DeliveryWindow): void {
  let left = SETTLEMENT_SLICE;
  for (const contract of window.contracts) {
    if (contract.settled) continue;
    left = settlePositions(decision, contract, left);
    if (left <= 0) return;
    decision.emit({
      type: 'ContractSettled',
      contract: contract.number,
      lots: contract.tradedLots,
      paid_out_micro_usd: contract.paidOut(),
      trades: contract.lastTrade,
    });
    left -= 1;
  }
  const factories = decision.state.factories.filter(
    (factory) => factory.zone === window.zone && factory.registeredAtUs <= window.times.startUs,
  );
  // Factories are few; they are kept in the order of registration, which need not be that of their accounts.
  for (const factory of [...factories].sort((a, b) => a.account - b.account)) {
    if (factory.account <= window.perishedThrough) continue;
    if (left-- <= 0) return;
    const index = decision.state.factories.indexOf(factory);
    const budget = energyBudget(factory.powerWatts, window.times.lengthUs);
    const free = window.energy.freeOf(index, decision.state.factories);
    decision.emit({
      type: 'CapacityPerished',
      account: factory.account,
      zone: window.zone,
      window: window.number,
      window_start_at_us: window.times.startUs,
      budget_millijoules: budget,
      sold_millijoules: budget - free,
      perished_millijoules: free,
    });
  }
  if (left <= 0) return;
  decision.emit({
    type: 'WindowEnded',
    window: window.number,
    zone: window.zone,
    window_start_at_us: window.times.startUs,
  });
}

/** Returns how many events are left for the slice; 0 or less if it ended before the last position. */
function settlePositions(decision: Decision, contract: Contract, left: number): number {
  const { holdings } = contract;
  for (const account of holdings.accountsInOrder()) {
    if (account <= contract.settledThrough) continue;
    const holder = holdings.find(account);
    const paid = holdings.paid.get(holder);
    const receivable = holdings.receivable.get(holder);
    if (holdings.lots(holder) === 0 && paid === 0n && receivable === 0n) continue;
    if (left-- <= 0) return 0;
    decision.emit({
      type: 'PositionSettled',
      contract: contract.number,
      account,
      lots: holdings.lots(holder),
      paid_micro_usd: paid,
      received_micro_usd: receivable,
    });
  }
  return left;
}

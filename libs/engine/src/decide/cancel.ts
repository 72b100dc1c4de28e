// CancelOrder and CancelAllOrders. A cancel-all is worked off in slices; its cursor is the first order that it finds.

import { RECORD_EVENTS_MAX, type CommandOf } from '@tokenbourse/domain';
import { NO_HOLDER } from '@tokenbourse/ledger';
import { NONE } from '@tokenbourse/matching';

import type { Contract } from '../state/contract';
import type { CancelAll } from '../state/market-state';
import { openSlot } from './amend-order';
import { refusal, type Decision } from './decision';
import { cancelResting } from './matching-walk';

/** Orders cancelled in one record: well below the bound, so that a slice is short. */
export const SLICE = RECORD_EVENTS_MAX / 4;

export function cancelOrder(decision: Decision, command: CommandOf<'CancelOrder'>): void {
  const contract = decision.state.contracts.get(command.contract);
  const slot = contract === undefined ? NONE : openSlot(contract, command.account, command.order);
  if (slot === NONE) {
    const refused = refusal('UNKNOWN_ORDER');
    decision.emit({ type: 'CommandRejected', command: 'CancelOrder', account: command.account, ...refused });
    return;
  }
  cancelResting(decision, contract!, slot, command.account, 'REQUESTED');
}

export function cancelAllOrders(decision: Decision, command: CommandOf<'CancelAllOrders'>): void {
  const { state } = decision;
  const { account, contract, tier, side } = command;
  if (!state.accounts.exists(account)) {
    const refused = refusal('UNKNOWN_ACCOUNT');
    decision.emit({ type: 'CommandRejected', command: 'CancelAllOrders', account, ...refused });
    return;
  }
  decision.emit({ type: 'CancelAllRequested', account, contract, tier, side });
  continueCancelAll(decision, state.cancelAlls[state.cancelAlls.length - 1]!);
}

/** Cancels the next slice; says so when it was the last. Walks by contract number, then order number. */
export function continueCancelAll(decision: Decision, all: CancelAll): void {
  let left = SLICE;
  for (const contract of decision.state.contracts) {
    if (all.contract !== 0 && contract.number !== all.contract) continue;
    if (all.tier !== 0 && contract.tier !== all.tier) continue;
    left = cancelSome(decision, contract, all, left);
    if (left < 0) return;
  }
  decision.emit({ type: 'CancelAllCompleted', account: all.account, cancelled_orders: all.cancelled });
}

/** How many orders may still be cancelled in this slice; negative if one more was there than that. */
function cancelSome(decision: Decision, contract: Contract, all: CancelAll, left: number): number {
  const { book } = contract;
  const holder = contract.holdings.find(all.account);
  if (holder === NO_HOLDER) return left;
  let slot = book.firstOf(holder);
  while (slot !== NONE) {
    const next = book.nextOf(slot);
    if (all.side === 'ANY' || book.side(slot) === all.side) {
      if (--left < 0) return left;
      cancelResting(decision, contract, slot, all.account, 'ALL_REQUESTED');
    }
    slot = next;
  }
  return left;
}

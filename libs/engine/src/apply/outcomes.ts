// Applies the outcomes that changed nothing: they count as the command's outcome all the same.

import { REJECTION_CODES, type EventOf, type RejectionCode } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';

type OutcomeEvent = EventOf<
  | 'OrderRejected'
  | 'CommandRejected'
  | 'CommandRepeated'
  | 'CommandFailed'
  | 'Pinged'
  | 'ClockConfirmed'
  | 'CommandsDropped'
>;

/** 1 + the place of a reason code; 0 stands for an accepted command. */
export function resultCodeOf(code: RejectionCode): number {
  return REJECTION_CODES.indexOf(code) + 1;
}

export function applyOutcome(state: MarketState, event: OutcomeEvent): void {
  switch (event.type) {
    case 'OrderRejected':
    case 'CommandRejected':
      state.resultCode = resultCodeOf(event.code);
      state.resultIsOld = event.code === 'COMMAND_ID_REUSED';
      state.mix(state.resultCode);
      return;
    case 'CommandFailed':
      state.resultCode = resultCodeOf(event.code);
      return;
    case 'CommandRepeated':
      state.resultIsOld = true;
      return;
    case 'Pinged':
    case 'ClockConfirmed':
    case 'CommandsDropped':
      return;
  }
}

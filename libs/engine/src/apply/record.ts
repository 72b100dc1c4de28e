// What a record's frame does to the state: its number and time at the start, its command's identity at the end.

import { hashId, type CommandIdentity } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';

/** Starts the next record. Time never goes back: the sequencer has seen to it. */
export function beginRecord(state: MarketState, atUs: number): void {
  if (atUs < state.lastStampUs)
    throw new RangeError(`record ${state.sequence + 1} lies before its predecessor in time`);
  state.dropPassedExpiries(atUs);
  state.sequence += 1;
  state.previousStampUs = state.lastStampUs;
  state.lastStampUs = atUs;
  state.result = 0;
  state.resultCode = 0;
  state.resultIsOld = false;
}

/**
 * Ends the record: its outcome is kept under the command's id, unless it told an earlier one or the market has not been
 * opened: only the opening says how long, and under which seed. `hashed`: the hash of
 * the id stands in `idHash` already, under the seed that holds now.
 */
export function endRecord(state: MarketState, identity: CommandIdentity | null, hashed = false): void {
  if (identity === null || identity.command_id === '' || state.resultIsOld || !state.opened) return;
  if (!hashed) hashId(state.idSeed, identity.account, identity.contract, identity.command_id);
  state.outcomes.remember(
    identity.account,
    {
      fingerprint: identity.fingerprint,
      sequence: state.sequence,
      contract: identity.contract,
      result: state.result,
      code: state.resultCode,
    },
    state.lastStampUs,
  );
}

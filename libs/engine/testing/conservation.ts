// For tests: stops at the first thing in a state that is not conserved.

import { auditState } from '../src/audit';
import type { MarketState } from '../src/state/market-state';

/** Throws an error that names all that is not conserved. */
export function assertConserved(state: MarketState): void {
  const faults = auditState(state);
  if (faults.length > 0) throw new Error(`not conserved: ${faults.map(({ what }) => what).join('; ')}`);
}

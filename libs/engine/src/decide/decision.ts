// What deciding needs: the state to look at, and a way to say what happens. An emitted event is applied at once.

import type { MarketEvent, RejectionCode } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';

export interface Decision {
  readonly state: MarketState;
  emit(event: MarketEvent): void;
}

/** Why a command is refused, with the figures of the reason's sentence. */
export interface Refusal {
  readonly code: RejectionCode;
  readonly needed: number;
  readonly available: number;
  readonly at_us: number;
}

export function refusal(code: RejectionCode, needed = 0, available = 0, at_us = 0): Refusal {
  return { code, needed, available, at_us };
}

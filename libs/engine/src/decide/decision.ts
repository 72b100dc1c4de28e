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

/** Whether an integer figure lies in its range; a refusal names the nearest figure that does. */
export function refuseFigure(value: number, least: number, most: number): Refusal | undefined {
  if (!Number.isSafeInteger(value)) return refusal('INVALID_FIGURE', least, 0);
  if (value < least) return refusal('INVALID_FIGURE', least, value);
  return value > most ? refusal('INVALID_FIGURE', most, value) : undefined;
}

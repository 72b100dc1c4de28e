// Prices as agents see them: what a contract should fetch, and whole ticks.

import { PRICE_TICKS_MAX } from '@tokenbourse/domain';

import type { Picture } from './agent';
import type { OpenContract } from './view';

/** A price as whole ticks that an order can name: rounded, from 0 to the largest. */
export function asTicks(price: number): number {
  return Math.min(PRICE_TICKS_MAX, Math.max(0, Math.round(price)));
}

/** What a lot of the contract is expected to fetch, in ticks: its own average so far, else its tier's last price. */
export function expectedTicks(picture: Picture, contract: OpenContract): number {
  if (contract.vwapTicks !== null && contract.lastTicks !== null) return (contract.vwapTicks + contract.lastTicks) / 2;
  return contract.lastTicks ?? picture.tierTicks.get(contract.tier) ?? 0;
}

/** Whether two prices differ by more than `share` of the first, and by a tick at least. */
export function differs(ticks: number, other: number, share: number): boolean {
  return Math.abs(ticks - other) > Math.max(1, ticks * share);
}

// A factory's arithmetic: what a tier costs to make, what is left of a window's energy, and how to share it between
// the tiers by what a joule earns in each.

import { energyBudget } from '@tokenbourse/domain';

import type { OwnBook } from './own-book';

/** A tier that the factory makes. */
export interface Recipe {
  readonly tier: number;
  /** Energy for a million generated tokens; lots × this = millijoules. */
  readonly joulesPerMtok: number;
}

export interface Plant {
  readonly powerWatts: number;
  readonly recipes: readonly Recipe[];
  readonly powerMicroUsdPerMwh: number;
  /** Equipment and facility, amortised: spent whether or not tokens are made. */
  readonly fixedMicroUsdPerMwh: number;
}

/** Joules in a MWh × micro-USD in a tick: turns (micro-USD per MWh) × (joules per Mtok) into ticks per Mtok. */
const TICKS_DIVISOR = 3_600_000_000 * 1_000;

/** What a million tokens cost at `microUsdPerMwh`, in ticks; not rounded. */
export function costTicks(microUsdPerMwh: number, joulesPerMtok: number): number {
  return (microUsdPerMwh * joulesPerMtok) / TICKS_DIVISOR;
}

/**
 * The least that the factory asks, in ticks: its whole cost while there is time, and falling from half of the patience
 * on to the cost of the power alone, because what is not sold when the gate closes has perished.
 */
export function floorTicks(plant: Plant, recipe: Recipe, urgency: number): number {
  const power = costTicks(plant.powerMicroUsdPerMwh, recipe.joulesPerMtok);
  const fixed = costTicks(plant.fixedMicroUsdPerMwh, recipe.joulesPerMtok);
  return power + fixed * (urgency <= 0.5 ? 1 : 2 * (1 - urgency));
}

/**
 * Energy of a window that is neither sold nor on offer, in millijoules, by the rule that backs every sale:
 * budget − Σ over tiers of max(0, open sell lots − position) × joules per Mtok.
 */
export function freeMillijoules(
  plant: Plant,
  windowUs: number,
  contractOfTier: ReadonlyMap<number, number>,
  book: OwnBook,
): number {
  let free = Number(energyBudget(plant.powerWatts, windowUs));
  for (const { tier, joulesPerMtok } of plant.recipes) {
    const contract = contractOfTier.get(tier);
    if (contract === undefined) continue;
    free -= Math.max(0, book.openSellLots(contract) - book.lotsIn(contract)) * joulesPerMtok;
  }
  return free;
}

/** What is known of a tier when power is shared out. */
export interface Prospect {
  /** What a lot should fetch, ticks. */
  readonly ticks: number;
  readonly joulesPerMtok: number;
  /** Share of what was offered lately that found a buyer, 0 to 1. */
  readonly sellThrough: number;
}

/** Every tier that pays at all gets at least this share of the power, so that all tiers stay in the market. */
export const SHARE_FLOOR = 0.03;

/**
 * Shares of the free energy by tier, in the order of `prospects`, adding up to 1: in proportion to r^1.5, where
 * r = price ÷ joules × sell-through is the revenue that a joule can hope for. A factory that put everything where r is
 * largest would drown that tier; one that ignored r would waste its power.
 */
export function powerShares(prospects: readonly Prospect[]): number[] {
  const weights = prospects.map(({ ticks, joulesPerMtok, sellThrough }) => {
    const revenue = (ticks / joulesPerMtok) * sellThrough;
    return revenue * Math.sqrt(revenue);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const spread = 1 - SHARE_FLOOR * prospects.length;
  return weights.map((weight) => SHARE_FLOOR + (sum > 0 ? (weight / sum) * spread : spread / prospects.length));
}

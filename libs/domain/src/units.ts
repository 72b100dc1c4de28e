// The market's units and the exact integer arithmetic between them.
//
// lots (1,000 tokens) × ticks (USD 0.001 per million tokens) = micro-USD, and lots × joules per Mtok = millijoules,
// both exactly: that is why these units were chosen. Amounts of one order or trade are safe integers (< 2^53).

export const TOKENS_PER_LOT = 1_000;
export const LOTS_PER_MTOK = 1_000;
export const TICKS_PER_USD = 1_000;
export const MICRO_USD_PER_USD = 1_000_000;
export const MILLIJOULES_PER_MWH = 3_600_000_000_000;
export const PPM = 1_000_000;
export const SECOND_US = 1_000_000;
export const MINUTE_US = 60 * SECOND_US;
export const HOUR_US = 60 * MINUTE_US;

/** The largest price, in ticks (USD 2,147,483.647 per million tokens): prices are kept in 32-bit lanes. */
export const PRICE_TICKS_MAX = 2_147_483_647;

/** Whether `value` is an integer that can be held exactly: the range of every amount of one order or trade. */
export function isSafeAmount(value: number): boolean {
  return Number.isSafeInteger(value);
}

/** Money for `lots` at `priceTicks`, in micro-USD; exact while the product is a safe integer, which callers have checked. */
export function amountOf(priceTicks: number, lots: number): number {
  return priceTicks * lots;
}

/**
 * The fee on a fill in micro-USD: ⌊amount · ppm / 10^6⌋, computed without leaving the safe integers.
 * `amountMicroUsd` ≥ 0, 0 ≤ `ppm` ≤ 10^6.
 */
export function feeOf(amountMicroUsd: number, ppm: number): number {
  const millions = Math.floor(amountMicroUsd / PPM);
  return millions * ppm + Math.floor(((amountMicroUsd - millions * PPM) * ppm) / PPM);
}

/** The fee rounded up, in micro-USD: what a hold sets aside, so that no sequence of fills can cost more. */
export function feeHeldFor(amountMicroUsd: number, ppm: number): number {
  const millions = Math.floor(amountMicroUsd / PPM);
  return millions * ppm + Math.ceil(((amountMicroUsd - millions * PPM) * ppm) / PPM);
}

/** Energy in millijoules that `lots` take at `joulesPerMtok`; exact while a safe integer. */
export function energyOf(lots: number, joulesPerMtok: number): number {
  return lots * joulesPerMtok;
}

/** A plant's energy budget in millijoules: `powerWatts` over `windowUs`. Exceeds 2^53 for large plants, hence a bigint. */
export function energyBudget(powerWatts: number, windowUs: number): bigint {
  return (BigInt(powerWatts) * BigInt(windowUs)) / 1_000n;
}

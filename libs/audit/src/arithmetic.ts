// The market's arithmetic once more, in bigints and straight from the rules: nothing is shared with the engine's.

const PPM = 1_000_000n;

/** price × lots, in micro-USD. */
export function amountOf(priceTicks: number, lots: number): bigint {
  return BigInt(priceTicks) * BigInt(lots);
}

/** ⌊amount · ppm / 10^6⌋, in micro-USD. */
export function feeOf(amount: bigint, ppm: bigint): bigint {
  return (amount * ppm) / PPM;
}

/** What a limit buy needs for `lots` at its limit: the amount, and the fee on it rounded up; in micro-USD. */
export function needOf(priceTicks: number, lots: number, ppm: bigint): bigint {
  const amount = amountOf(priceTicks, lots);
  return amount + (amount * ppm + PPM - 1n) / PPM;
}

/** Watts over microseconds, in millijoules, rounded down. */
export function energyOf(powerWatts: number, us: number): bigint {
  return (BigInt(powerWatts) * BigInt(us)) / 1_000n;
}

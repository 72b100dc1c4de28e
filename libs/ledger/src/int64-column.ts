// A growing column of signed 64-bit integers, exact and without allocation.
//
// Balances leave the safe integers (a gigawatt factory earns up to 300 billion dollars a year), BigInt64Array wraps
// silently and makes a BigInt per step. Here a value is high · 2^52 + low with 0 ≤ low < 2^52: all sums of two lanes
// stay exact doubles, and leaving 64 bits throws.

const LANE = 2 ** 52;
const HIGH_MIN = -2_048;
const HIGH_MAX = 2_047;

export class Int64Column {
  private low: Float64Array;
  private high: Int16Array;

  constructor(capacity = 16) {
    this.low = new Float64Array(capacity);
    this.high = new Int16Array(capacity);
  }

  /** Makes room for `size` values; new ones are 0. */
  ensure(size: number): void {
    if (size <= this.low.length) return;
    const capacity = Math.max(size, this.low.length * 2);
    const low = new Float64Array(capacity);
    const high = new Int16Array(capacity);
    low.set(this.low);
    high.set(this.high);
    this.low = low;
    this.high = high;
  }

  get(place: number): bigint {
    return BigInt(this.high[place]!) * BigInt(LANE) + BigInt(this.low[place]!);
  }

  /** Throws RangeError outside 64 bits. */
  set(place: number, value: bigint): void {
    const low = BigInt.asUintN(52, value);
    this.store(place, Number((value - low) >> 52n), Number(low));
  }

  /** Adds a safe integer. Throws RangeError when the sum leaves 64 bits; the value then is as before. */
  add(place: number, delta: number): void {
    const sum = this.low[place]! + delta;
    // A sum in this range is exact: only sums beyond 2^53 round, and they round to beyond it.
    if (sum >= 0 && sum < LANE) {
      this.low[place] = sum;
      return;
    }
    const carry = Math.floor(delta / LANE);
    const low = this.low[place]! + (delta - carry * LANE);
    if (low >= LANE) this.store(place, this.high[place]! + carry + 1, low - LANE);
    else this.store(place, this.high[place]! + carry, low);
  }

  /** Whether the value is at least `amount`, an integer from 0 to 2^53. */
  covers(place: number, amount: number): boolean {
    // Exact: what rounds lies beyond 2^53 or below zero, and rounding keeps it there.
    return this.approximate(place) >= amount;
  }

  /** The value as a number, rounded where it is beyond 2^53. */
  approximate(place: number): number {
    return this.high[place]! * LANE + this.low[place]!;
  }

  /** The low 32 bits of the value: for digests. */
  low32(place: number): number {
    return this.low[place]! | 0;
  }

  private store(place: number, high: number, low: number): void {
    if (high < HIGH_MIN || high > HIGH_MAX) throw new RangeError('a balance leaves the signed 64-bit range');
    this.high[place] = high;
    this.low[place] = low;
  }
}

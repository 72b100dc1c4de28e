// Exact integers that begin as plain numbers and become bigints only where they leave the safe range. The form is
// canonical: a value that fits a safe integer is a number, so equal values have equal documents.

/** A whole number of any size; a `number` if and only if it is a safe integer. */
export type Exact = number | bigint;

function canonical(value: bigint): Exact {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function plus(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= Number.MAX_SAFE_INTEGER && sum >= Number.MIN_SAFE_INTEGER) return sum;
  }
  return canonical(BigInt(a) + BigInt(b));
}

export function minus(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= Number.MAX_SAFE_INTEGER && difference >= Number.MIN_SAFE_INTEGER) return difference;
  }
  return canonical(BigInt(a) - BigInt(b));
}

/** a × b. */
export function times(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product <= Number.MAX_SAFE_INTEGER && product >= Number.MIN_SAFE_INTEGER) return product;
  }
  return canonical(BigInt(a) * BigInt(b));
}

/** ⌊value · part / whole⌋ for value ≥ 0, 0 ≤ part ≤ whole, whole > 0. */
export function share(value: Exact, part: number, whole: number): Exact {
  if (part === whole) return value;
  if (typeof value === 'number') {
    const product = value * part;
    // Below 2^53 the rounding of the quotient can't reach the next whole number.
    if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / whole);
  }
  return canonical((BigInt(value) * BigInt(part)) / BigInt(whole));
}

/** A decimal string; -0 is 0. */
export function toWide(value: Exact): string {
  return value === 0 ? '0' : value.toString();
}

export function fromWide(text: string): Exact {
  return canonical(BigInt(text));
}

export function exactOf(value: bigint): Exact {
  return canonical(value);
}

/**
 * amount / lots as a decimal string of ticks with up to three places, rounded half up; null for no lots.
 * Both ≥ 0: micro-USD over lots are ticks.
 */
export function averageTicks(amount: Exact, lots: Exact): string | null {
  if (lots === 0) return null;
  const divisor = BigInt(lots);
  const thousandths = (BigInt(amount) * 2_000n + divisor) / (2n * divisor);
  return trimmed(thousandths);
}

function trimmed(thousandths: bigint): string {
  const whole = thousandths / 1_000n;
  const rest = thousandths % 1_000n;
  if (rest === 0n) return whole.toString();
  return `${whole}.${rest.toString().padStart(3, '0').replace(/0+$/, '')}`;
}

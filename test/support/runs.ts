// How often a property is tried: in the quick check a quarter of the times, for each mutant of mutation testing a twelfth, in
// the whole test run all of them.

const PARTS: Readonly<Record<string, number>> = { unit: 4, mutation: 12 };

/** `full`: tries in `npm test`. At least 10 remain otherwise. */
export function runs(full: number): number {
  const part = PARTS[process.env.TOKENBOURSE_TESTS ?? ''] ?? 1;
  return Math.max(Math.min(full, 10), Math.round(full / part));
}

// How often a property is tried: in the quick check a quarter of the times, in the whole test run all of them.

/** `full`: tries in `npm test`. At least 10 remain in the quick check. */
export function runs(full: number): number {
  return process.env.TOKENBOURSE_TESTS === 'unit' ? Math.max(Math.min(full, 10), Math.round(full / 4)) : full;
}

// Whole numbers from the command line of the long runs. Wrong ones are named, with what would be right.

import { readOptions, UsageError } from '../../apps/operator/src/command-line';

interface Range {
  readonly standard: number;
  readonly least: number;
  readonly most: number;
}

/** Reads `--name N` options, all of them whole numbers. @throws UsageError */
export function readNumbers<N extends string>(
  args: readonly string[],
  ranges: Readonly<Record<N, Range>>,
): Record<N, number> {
  const entries = Object.entries<Range>(ranges);
  const given = readOptions(args, Object.fromEntries(entries.map(([name]) => [name, { type: 'string' as const }])));
  return Object.fromEntries(
    entries.map(([name, { standard, least, most }]) => {
      const text = given[name] as string | undefined;
      if (text === undefined) return [name, standard];
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= least && value <= most) return [name, value];
      throw new UsageError(`--${name} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}.`);
    }),
  ) as Record<N, number>;
}

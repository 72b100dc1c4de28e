// How the simulator's commands read their options: strictly, and what is wrong is said in a line.

import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Unknown options, missing values and loose words are errors. @throws UsageError */
export function readOptions<O extends Options>(given: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...given], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError */
export function integer(option: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option}: expected ${range(least, most)}, found ${JSON.stringify(text)}`);
}

function range(least: number, most: number): string {
  if (least === -Number.MAX_SAFE_INTEGER) return 'an integer';
  return most === Number.MAX_SAFE_INTEGER ? `an integer from ${least}` : `an integer from ${least} to ${most}`;
}

/** @throws UsageError */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text) && value > 0) return value;
  throw new UsageError(`${option}: expected a number above 0, found ${JSON.stringify(text)}`);
}

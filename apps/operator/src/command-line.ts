// How the operator's commands read their options and end: 0 done, 1 not sound or not possible, 2 wrong usage.

import { parseArgs, type ParseArgsConfig } from 'node:util';

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** The command was called in a way that it does not understand. */
export class UsageError extends Error {}

export interface CommandLine {
  /** E.g. `npm run verify -- --data DIR [--json]`. */
  readonly usage: string;
  /** What each option means, one line each. */
  readonly help: string;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads options strictly: unknown ones, missing values and loose words are errors. @throws UsageError */
export function readOptions<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify a positional argument.*$/, '.'));
  }
}

/** A record's number from the command line. @throws UsageError */
export function readSequence(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; it must be a record's number, from 1.`);
}

/** The data folder: as asked for, else of the environment, else the one that `npm start` takes. */
export function dataFolderOf(option: string | undefined): string {
  if (option === '') throw new UsageError('--data is empty; name a data folder.');
  return option ?? (process.env.TOKENBOURSE_DATA || './data');
}

/** Runs a command as this process's own: its exit code, and errors in one clear line each. */
export async function runCommand(
  { usage, help }: CommandLine,
  command: (args: readonly string[]) => Promise<number>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage}\n\n${help}\n`);
    return;
  }
  try {
    process.exitCode = await command(args);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${usage}\n\n${help}\n`);
      process.exitCode = EXIT_USAGE;
      return;
    }
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = EXIT_FAILED;
  }
}

/** An error that has a name of ours or the system's in its one line; any other, a bug, with its trace. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return codeOf(error) === undefined ? (error.stack ?? error.message) : error.message;
}

/** The stable code of an error; undefined for a bug. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

// The options of `npm run demo`, read and checked.

import { parseArgs } from 'node:util';

export interface DemoArguments {
  readonly trace: string;
  readonly seed: number;
  /** A scenario file; without it the one that comes with the product. */
  readonly scenario?: string;
  readonly json: boolean;
  /** How many requests one of the trace stands for; without it the scenario's figure. */
  readonly scale?: number;
  /** Requests to read at most. */
  readonly limit?: number;
  /** Virtual seconds per second at most; without it as fast as it goes. */
  readonly speed?: number;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

export const USAGE = `Runs the demonstration market in virtual time, its demand driven by a trace of requests.

  npm run demo -- --trace FILE [options]

  --trace FILE      Azure LLM inference trace (TIMESTAMP,ContextTokens,GeneratedTokens) or
                    Mooncake trace (timestamp_ms,input_length,output_length, or its JSON lines)
  --seed N          an integer; the same seed and file give the same state hash (default 1)
  --scenario FILE   market, factories, buyers and their figures (default keynote-2026)
  --scale N         how many requests each one of the trace stands for
  --limit N         read the first N requests only
  --speed N         at most N virtual seconds per second (default as fast as it goes)
  --json            one JSON document on standard output (with npm run --silent, nothing else)
  --help            this text
`;

/** `undefined` when help is asked for. Throws UsageError. */
export function readArguments(given: readonly string[]): DemoArguments | undefined {
  const values = parse(given);
  if (values.help) return undefined;
  if (values.trace === undefined || values.trace === '')
    throw new UsageError('--trace: expected a file, found nothing');
  return {
    trace: values.trace,
    seed: integer('--seed', values.seed ?? '1', -Number.MAX_SAFE_INTEGER),
    scenario: values.scenario,
    json: values.json ?? false,
    scale: values.scale === undefined ? undefined : positive('--scale', values.scale),
    limit: values.limit === undefined ? undefined : integer('--limit', values.limit, 1),
    speed: values.speed === undefined ? undefined : positive('--speed', values.speed),
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      strict: true,
      allowPositionals: false,
      options: {
        trace: { type: 'string' },
        seed: { type: 'string' },
        scenario: { type: 'string' },
        scale: { type: 'string' },
        limit: { type: 'string' },
        speed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function integer(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  const range = least > 0 ? `an integer from ${least}` : 'an integer';
  throw new UsageError(`${option}: expected ${range}, found ${JSON.stringify(text)}`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text) && value > 0) return value;
  throw new UsageError(`${option}: expected a number above 0, found ${JSON.stringify(text)}`);
}

// The options of `npm run demo`, read and checked.

import { integer, positive, readOptions, UsageError } from './options';

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
  const values = readOptions(given, {
    trace: { type: 'string' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
    scale: { type: 'string' },
    limit: { type: 'string' },
    speed: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
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

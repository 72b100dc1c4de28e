// npm run bench -- [NAME …] [--runs N] [--operations N] [--json FILE]: benchmarks side by side, with medians, ratios and aims.

import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import type { Benchmark, Setting } from './benchmark';
import { BENCHMARKS } from './catalogue';
import { reportText } from './printing';
import { keepResults, NoResults, type Measured } from './results';

interface Wish {
  readonly chosen: readonly Benchmark[];
  readonly runs: number;
  readonly operations: number;
  readonly events: number;
  readonly largest: number;
  readonly java: boolean;
  readonly json: string | undefined;
}

const OPTIONS = {
  runs: { type: 'string', default: '5' },
  operations: { type: 'string', default: '1000000' },
  events: { type: 'string', default: '10000000' },
  largest: { type: 'string', default: '1000000' },
  json: { type: 'string' },
  'no-java': { type: 'boolean', default: false },
} as const;

/** As docs/performance.md shows them. */
const ORDER = BENCHMARKS.map(({ name }) => name);

class BadOption extends Error {}

function wishOf(options: readonly string[]): Wish {
  const { values, positionals } = parsed(options);
  const number = (name: 'runs' | 'operations' | 'events' | 'largest', least: number): number => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new BadOption(`--${name} ${values[name]}: a whole number from ${least} on is needed`);
  };
  const byName = new Map(BENCHMARKS.map((benchmark) => [benchmark.name, benchmark]));
  const unknown = positionals.find((name) => !byName.has(name));
  if (unknown !== undefined) {
    throw new BadOption(`there is no benchmark "${unknown}"; there are: ${[...byName.keys()].join(', ')}`);
  }
  return {
    chosen:
      positionals.length > 0
        ? positionals.map((name) => byName.get(name)!)
        : BENCHMARKS.filter(({ onlyByName }) => onlyByName !== true),
    runs: number('runs', 1),
    operations: number('operations', 1_000),
    events: number('events', 10_000),
    largest: number('largest', 100),
    java: !values['no-java'],
    json: values.json,
  };
}

function parsed(options: readonly string[]) {
  try {
    return parseArgs({ args: [...options], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new BadOption(error instanceof Error ? error.message : String(error));
  }
}

function progressTo(stream: NodeJS.WriteStream): { say: (text: string) => void; clear: () => void } {
  if (stream.isTTY) {
    return { say: (text) => stream.write(`\r\u001b[K${text}`), clear: () => stream.write('\r\u001b[K') };
  }
  // Into a file or a pipe: now and then a line, so that a long run shows that it lives.
  let saidAt = 0;
  const say = (text: string): void => {
    if (Date.now() - saidAt < 10_000) return;
    saidAt = Date.now();
    stream.write(`${text}\n`);
  };
  return { say, clear: () => undefined };
}

async function main(options: readonly string[]): Promise<void> {
  const wish = wishOf(options);
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory}, Node ${process.version}`;
  const command = ['npm run bench --', ...options].join(' ');
  process.stdout.write(`${machine}; ${wish.runs} runs each after a warm-up, in turn; ${wish.operations} operations\n`);
  const { say, clear } = progressTo(process.stderr);
  const setting: Setting = { ...wish, progress: say };
  const results: Measured[] = [];
  for (const benchmark of wish.chosen) {
    const { name, title, method } = benchmark;
    const startedAt = Date.now();
    const report = await benchmark.measure(setting);
    clear();
    process.stdout.write(`\n${reportText(benchmark, report)}`);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    results.push({ name, title, method, at: new Date(startedAt).toISOString(), machine, command, seconds, ...report });
    // Written after each one: what has been measured stays when a later benchmark fails.
    if (wish.json !== undefined) keepResults(wish.json, results, ORDER);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof BadOption || error instanceof NoResults;
  process.stderr.write(`${expected ? error.message : String((error as Error).stack ?? error)}\n`);
  // Candidates' processes that wait for their next turn end with this one.
  process.exit(expected ? 2 : 1);
});

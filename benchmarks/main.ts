// npm run bench -- [NAME …] [--runs N] [--operations N] [--json FILE]: benchmarks side by side, with medians, ratios and aims.

import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import type { Benchmark, Setting } from './benchmark';
import { BENCHMARKS } from './catalogue';
import { PeerMissing } from './kafka-peer';
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
  help: { type: 'boolean', default: false },
} as const;

/** As docs/performance.md shows them. */
const ORDER = BENCHMARKS.map(({ name }) => name);

function help(): string {
  const width = Math.max(...ORDER.map((name) => name.length)) + 2;
  const row = ({ name, title, onlyByName }: Benchmark): string =>
    `  ${name.padEnd(width)}${title}${onlyByName === true ? ' *' : ''}`;
  return [
    'npm run bench -- [NAME …] [options]',
    '',
    'Measures side by side with peers, and prints medians, ratios and aims. Without a name all but those with a star:',
    ...BENCHMARKS.map(row),
    '',
    '  --runs N        runs of each after a warm-up, in turn; 5',
    '  --operations N  commands of each run; 1000000',
    '  --events N      events of growth, commands of kafka-catch-up and kafka-memory; 10000000',
    '  --largest N     orders that rest in the largest book; 1000000',
    '  --no-java       without the Java peer',
    '  --json FILE     keeps the results in a file, beside those of other benchmarks that it has',
    '',
  ].join('\n');
}

class BadOption extends Error {}

/** Undefined where help is asked for. */
function wishOf(options: readonly string[]): Wish | undefined {
  const { values, positionals } = parsed(options);
  if (values.help) return undefined;
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
  if (wish === undefined) {
    process.stdout.write(help());
    return;
  }
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
  const isUsage = error instanceof BadOption || error instanceof NoResults;
  const isTold = isUsage || error instanceof PeerMissing;
  process.stderr.write(`${isTold ? error.message : String((error as Error).stack ?? error)}\n`);
  // Candidates' processes that wait for their next turn end with this one.
  process.exit(isUsage ? 2 : 1);
});

// npm run bench -- [NAME …] [--runs N] [--operations N] [--json FILE]: benchmarks side by side, medians and ratios.

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

import { sideBySide, type Candidate, type Result } from './measure';
import { orderBooks } from './order-book';
import { projections } from './projections';
import { durable, replay, wholeEngine } from './whole-engine';

type Benchmark = (operations: number) => Candidate[];

const BENCHMARKS: Record<string, Benchmark> = {
  'book-5k': (operations) => orderBooks(5_000, operations),
  'book-100k': (operations) => orderBooks(100_000, operations),
  'engine-5k': (operations) => wholeEngine(5_000, operations),
  'engine-100k': (operations) => wholeEngine(100_000, operations),
  replay: (operations) => replay(5_000, operations),
  projections: (operations) => projections(5_000, operations),
  durable: (operations) => [1_024, 256, 64].map((waiting) => durable(operations, waiting)),
};

function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.benchmark,
    result.name,
    result.per_second_median.toLocaleString('en-US'),
    `${result.per_second_least.toLocaleString('en-US')} – ${result.per_second_most.toLocaleString('en-US')}`,
    `${result.ratio}`,
  ]);
  const all = [['benchmark', 'candidate', 'per second', 'least – most', 'first / this'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      operations: { type: 'string', default: '1000000' },
      json: { type: 'string' },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
  const unknown = names.find((name) => !(name in BENCHMARKS));
  const [runs, operations] = [Number(values.runs), Number(values.operations)];
  if (unknown !== undefined || !(runs >= 1) || !(operations >= 1_000)) {
    const what = unknown === undefined ? '--runs from 1, --operations from 1000' : `no benchmark ${unknown}`;
    process.stderr.write(`${what}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
  process.stdout.write(`${machine}; ${runs} runs each after a warm-up, in turn; ${operations} operations\n`);
  const results: Result[] = [];
  for (const name of names) {
    const progress = (text: string): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    };
    results.push(...(await sideBySide(name, BENCHMARKS[name]!(operations), runs, progress)));
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  process.stdout.write(`${table(results)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}

void main();

// npm run profile -- [--operations N] [--resting N] [--contracts N]: where the engine's time goes, part by part.

import { Session, type Profiler } from 'node:inspector';
import { parseArgs } from 'node:util';

import { contenders, WITH_IDS, WITHOUT_IDS } from './engine-process';
import { median } from './measure';
import type { StreamRun } from './java-peer';
import { makeStream } from './stream';

/** By what a function's place and name match first. What matches none is not the engine's: the making of commands. */
const PARTS: readonly (readonly [part: string, pattern: RegExp])[] = [
  ['ids: hash, digest of the request, outcomes', /codec\/fingerprint|state\/outcome|apply\/record|:findOutcome$/],
  ['writing records', /codec\/(records|bytes)|^:write/],
  ['order book', /libs\/matching\//],
  ['balances, positions, energy', /libs\/ledger\/|apply\/movements|domain\/src\/(postings|units)/],
  ['deciding', /engine\/src\/decide\//],
  ['applying', /engine\/src\/(apply|state)\//],
  ['taking commands, beginning and ending records', /engine\/src\/engine/],
  ['garbage collection, that of the commands included', /^:\(garbage collector\)$/],
];

const WARM_UPS = 2;
const RUNS = 5;
const SAMPLE_US = 100;

class BadOption extends Error {}

/** Microseconds of each part, in the order of PARTS. */
function timeByPart({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): number[] {
  const parts = new Map<number, number>();
  for (const { id, callFrame } of nodes) {
    const place = `${callFrame.url}:${callFrame.functionName}`;
    parts.set(
      id,
      PARTS.findIndex(([, pattern]) => pattern.test(place)),
    );
  }
  const times = PARTS.map(() => 0);
  for (const [i, id] of samples.entries()) {
    const part = parts.get(id)!;
    if (part >= 0) times[part]! += timeDeltas[i]!;
  }
  return times;
}

function profiled(run: () => StreamRun): { run: StreamRun; profile: Profiler.Profile } {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  session.post('Profiler.start');
  const done = run();
  let profile: Profiler.Profile | undefined;
  // In its own thread a session answers at once.
  session.post('Profiler.stop', (error, stopped) => {
    if (error !== null) throw error;
    profile = stopped.profile;
  });
  session.disconnect();
  return { run: done, profile: profile! };
}

function numbersOf(options: readonly string[]): { operations: number; resting: number; contracts: number } {
  const defaults = { operations: '1000000', resting: '5000', contracts: '1' };
  const number = (name: keyof typeof defaults, given: string | undefined): number => {
    const value = Number(given ?? defaults[name]);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw new BadOption(`--${name} ${given}: a whole number from 1 on is needed`);
  };
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...options], options: { operations: text, resting: text, contracts: text } });
    return {
      operations: number('operations', values.operations),
      resting: number('resting', values.resting),
      contracts: number('contracts', values.contracts),
    };
  } catch (error) {
    throw new BadOption(error instanceof Error ? error.message : String(error));
  }
}

function main(options: readonly string[]): void {
  const { operations, resting, contracts } = numbersOf(options);
  const stream = makeStream({ seed: 1, operations, resting, books: contracts });
  for (const ids of [WITH_IDS, WITHOUT_IDS]) {
    process.stderr.write(`${ids}: ${WARM_UPS} runs to warm up, ${RUNS} that are watched\n`);
    const run = contenders[ids]!(stream, 1) as () => StreamRun;
    for (let round = 0; round < WARM_UPS; round++) run();
    const seconds: number[] = [];
    const times = PARTS.map(() => 0);
    for (let round = 0; round < RUNS; round++) {
      const watched = profiled(run);
      seconds.push(watched.run.seconds);
      for (const [part, time] of timeByPart(watched.profile).entries()) times[part]! += time;
    }
    const whole = times.reduce((sum, time) => sum + time, 0);
    const each = (median(seconds) * 1e9) / operations;
    process.stdout.write(`\n${ids}, ${resting} resting, ${contracts} contracts: ${each.toFixed(0)} ns a command\n`);
    for (const [part, [name]] of PARTS.entries()) {
      const share = times[part]! / whole;
      const [percent, ns] = [(share * 100).toFixed(0), (share * each).toFixed(0)];
      process.stdout.write(`  ${name.padEnd(52)}${percent.padStart(3)} %${ns.padStart(6)} ns\n`);
    }
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadOption)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

// `npm run soak`: seed after seed, the whole exchange in a world where everything fails; what is found is made small and printed
// with the command that shows it again.

import {
  FAULTS,
  formatSteps,
  planOf,
  runPlan,
  shrink,
  Tally,
  type Found,
  type Plan,
  type RunResult,
} from '@tokenbourse/fault-simulation';

import { UsageError } from './options';
import { grouped } from './report';
import { readSoakArguments, SOAK_USAGE, type SoakArguments } from './soak-arguments';
import { soakProgressOn } from './soak-progress';

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;
/** A failing run is made smaller for so long at most. */
const SHRINK_MS = 60_000;
const SHRINK_RUNS = 600;

async function soak(terms: SoakArguments): Promise<boolean> {
  const total = new Tally();
  const startMs = performance.now();
  const endMs = startMs + terms.minutes * 60_000;
  const progress = soakProgressOn(process.stderr, terms.seeds);
  let running = terms.seed;
  process.on('unhandledRejection', (error) => {
    progress.end();
    process.stderr.write(
      `Seed ${running}: a promise was broken and nobody minded: ${String(error)}\n${commandFor(running)}\n`,
    );
    process.exit(EXIT_FOUND);
  });
  let last: RunResult | undefined;
  for (let done = 0; done < terms.seeds && performance.now() < endMs; done++) {
    running = terms.seed + done;
    const plan = planOf(running);
    if (terms.steps !== undefined) assertSteps(plan, terms.steps);
    last = await runPlan(plan, {}, terms.steps);
    total.add(last.tally);
    if (last.found !== undefined) {
      progress.end();
      await tellFound(plan, last.found, terms.steps);
      process.stdout.write(reportOf(total, performance.now() - startMs));
      return false;
    }
    progress.show(total, performance.now() - startMs);
  }
  progress.end();
  process.stdout.write(reportOf(total, performance.now() - startMs));
  if (terms.seeds === 1) process.stdout.write(`Run ${last!.digest}\n`);
  return true;
}

function assertSteps({ seed, steps }: Plan, chosen: readonly number[]): void {
  const highest = chosen[chosen.length - 1] ?? -1;
  if (highest < steps.length) return;
  throw new UsageError(`--steps: seed ${seed} has the steps 0 to ${steps.length - 1}, there is no step ${highest}`);
}

/** Prints what was found, makes the run smaller unless that was done before, and prints how to see it again. */
async function tellFound(plan: Plan, found: Found, chosen: readonly number[] | undefined): Promise<void> {
  const { seed, steps } = plan;
  process.stdout.write(`Seed ${seed}, step ${found.step} of ${steps.length}: ${found.check}\n  ${found.what}\n`);
  process.stdout.write(`Again:   ${commandFor(seed, chosen)}\n`);
  if (chosen !== undefined) return;
  const deadlineMs = performance.now() + SHRINK_MS;
  const isOver = (): boolean => performance.now() > deadlineMs;
  const small = await shrink(plan, {}, found, { runsMax: SHRINK_RUNS, isOver });
  process.stdout.write(
    `Smaller: ${commandFor(seed, small.steps)}\n  ${small.steps.length} steps are enough (${small.runs} runs tried):\n` +
      small.steps.map((index) => `  ${String(index).padStart(4)}  ${steps[index]!.kind}\n`).join('') +
      `  ${small.found.check}: ${small.found.what}\n`,
  );
}

function commandFor(seed: number, steps?: readonly number[]): string {
  const some = steps === undefined ? '' : ` --steps ${formatSteps(steps)}`;
  return `npm run soak -- --seed ${seed}${steps === undefined ? ' --seeds 1' : some}`;
}

function reportOf(total: Tally, ms: number): string {
  const figure = (value: number): string => grouped(String(value), 0);
  const rows = FAULTS.map((fault) => `  ${fault.padEnd(46)}${figure(total.count(fault)).padStart(12)}\n`);
  return [
    `${figure(total.seeds)} seeds in ${(ms / 1_000).toFixed(1)} s: ${figure(total.steps)} steps, ${figure(total.commands)} commands, `,
    `${figure(total.records)} records, ${figure(total.events)} events, ${figure(total.trades)} trades, `,
    `${figure(total.windowsSettled)} windows settled\n`,
    `${figure(total.crashes)} crashes, ${figure(total.checks)} full comparisons of state and read models\n`,
    ...rows,
  ].join('');
}

async function main(): Promise<void> {
  const terms = readSoakArguments(process.argv.slice(2));
  if (terms === undefined) process.stdout.write(SOAK_USAGE);
  else if (!(await soak(terms))) process.exitCode = EXIT_FOUND;
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${SOAK_USAGE}`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FOUND;
});

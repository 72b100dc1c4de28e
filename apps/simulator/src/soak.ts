// `npm run soak`: seed after seed, the whole exchange in a world where everything fails; what is found is made small and printed
// with the command that shows it again.

import { formatSteps, type Found } from '@tokenbourse/fault-simulation';

import { UsageError } from './options';
import { readSoakArguments, SOAK_USAGE, type SoakArguments } from './soak-arguments';
import { SOAK_KINDS, type Soak } from './soak-kinds';
import { soakProgressOn } from './soak-progress';

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;
/** A failing run is made smaller for so long at most. */
const SHRINK_MS = 60_000;
const SHRINK_RUNS = 600;

async function soak(terms: SoakArguments): Promise<boolean> {
  const total = SOAK_KINDS[terms.kind]();
  const startMs = performance.now();
  const endMs = startMs + terms.minutes * 60_000;
  const progress = soakProgressOn(process.stderr, terms.seeds);
  let running = terms.seed;
  process.on('unhandledRejection', (error) => {
    progress.end();
    process.stderr.write(
      `Seed ${running}: a promise was broken and nobody minded: ${String(error)}\n${commandFor(terms, running)}\n`,
    );
    process.exit(EXIT_FOUND);
  });
  let digest = '';
  for (let done = 0; done < terms.seeds && performance.now() < endMs; done++) {
    running = terms.seed + done;
    if (terms.steps !== undefined) assertSteps(total, running, terms.steps);
    const last = await total.run(running, terms.steps);
    if (last.found !== undefined) {
      progress.end();
      await tellFound(total, terms, running, last.found);
      process.stdout.write(total.report(performance.now() - startMs));
      return false;
    }
    digest = last.digest;
    progress.show(total, performance.now() - startMs);
  }
  progress.end();
  process.stdout.write(total.report(performance.now() - startMs));
  if (terms.seeds === 1) process.stdout.write(`Run ${digest}\n`);
  return true;
}

function assertSteps(total: Soak, seed: number, chosen: readonly number[]): void {
  const steps = total.stepsOf(seed);
  const highest = chosen[chosen.length - 1] ?? -1;
  if (highest < steps.length) return;
  throw new UsageError(`--steps: seed ${seed} has the steps 0 to ${steps.length - 1}, there is no step ${highest}`);
}

/** Prints what was found, makes the run smaller unless that was done before, and prints how to see it again. */
async function tellFound(total: Soak, terms: SoakArguments, seed: number, found: Found): Promise<void> {
  const steps = total.stepsOf(seed);
  process.stdout.write(`Seed ${seed}, step ${found.step} of ${steps.length}: ${found.check}\n  ${found.what}\n`);
  process.stdout.write(`Again:   ${commandFor(terms, seed, terms.steps)}\n`);
  if (terms.steps !== undefined) return;
  const deadlineMs = performance.now() + SHRINK_MS;
  const isOver = (): boolean => performance.now() > deadlineMs;
  const small = await total.shrink(seed, found, { runsMax: SHRINK_RUNS, isOver });
  process.stdout.write(
    `Smaller: ${commandFor(terms, seed, small.steps)}\n  ${small.steps.length} steps are enough (${small.runs} runs tried):\n` +
      small.steps.map((index) => `  ${String(index).padStart(4)}  ${steps[index]!.kind}\n`).join('') +
      `  ${small.found.check}: ${small.found.what}\n`,
  );
}

function commandFor({ kind }: SoakArguments, seed: number, steps?: readonly number[]): string {
  const of = kind === 'machine' ? '' : `--kind ${kind} `;
  return `npm run soak -- ${of}--seed ${seed}${steps === undefined ? ' --seeds 1' : ` --steps ${formatSteps(steps)}`}`;
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

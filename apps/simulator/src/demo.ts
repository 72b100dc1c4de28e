// `npm run demo`: runs the demonstration market on a trace and prints what came of it.

import { setTimeout as sleep } from 'node:timers/promises';

import { keynoteScenario, loadScenario, runTrace, ScenarioError, TraceError } from '@tokenbourse/simulation';

import { readArguments, USAGE, type DemoArguments } from './arguments';
import { UsageError } from './options';
import { progressOn } from './progress';
import { reportOf } from './report';

const EXIT_MALFORMED = 1;
const EXIT_USAGE = 2;

async function demo(terms: DemoArguments): Promise<void> {
  const scenario = terms.scenario === undefined ? keynoteScenario() : loadScenario(terms.scenario);
  const progress = progressOn(process.stderr);
  const startMs = performance.now();
  const { speed } = terms;
  try {
    const run = await runTrace({
      file: terms.trace,
      scenario,
      seed: terms.seed,
      scale: terms.scale,
      limit: terms.limit,
      async onProgress(share, virtualUs) {
        progress.show(share, virtualUs);
        if (speed === undefined) return;
        const aheadMs = virtualUs / 1_000 / speed - (performance.now() - startMs);
        if (aheadMs > 0) await sleep(aheadMs);
      },
    });
    progress.end();
    process.stdout.write(`${terms.json ? documentOf(run) : reportOf(run, (performance.now() - startMs) / 1_000)}\n`);
  } finally {
    progress.end();
  }
}

/** The run as one JSON document: the state hash first, then the same figures as in the report. */
function documentOf(run: Awaited<ReturnType<typeof runTrace>>): string {
  const { state_hash, ...figures } = run.figures;
  const { spanUs, inputTokens, outputTokens, format, requests } = run.trace;
  return JSON.stringify(
    {
      state_hash,
      scenario: run.scenario,
      seed: run.seed,
      scale: run.scale,
      trace: {
        format,
        requests,
        span_seconds: spanUs / 1_000_000,
        input_tokens: inputTokens,
        output_tokens: outputTokens,
      },
      ...figures,
    },
    null,
    2,
  );
}

async function main(): Promise<void> {
  const terms = readArguments(process.argv.slice(2));
  if (terms === undefined) process.stdout.write(USAGE);
  else await demo(terms);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const known = error instanceof TraceError || error instanceof ScenarioError;
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = EXIT_MALFORMED;
});

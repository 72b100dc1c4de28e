// npm run golden -- --name NAME: plays the golden history and keeps it as test/golden/NAME. To be done once when the
// catalogue has an event, a version or a name that no golden log contains; what is kept is never written again.

import path from 'node:path';
import { parseArgs } from 'node:util';

import { RecordWriter } from '@tokenbourse/domain';
import { Engine, MarketState } from '@tokenbourse/engine';
import { NO_ANSWERS, ORIGIN, sealFrame, type Frame } from '@tokenbourse/log';

import { catalogueWords, foldOf, GoldenLog, GoldenLogExists, NEVER_WRITTEN, recordsOf, wordsOf } from './golden-log';
import { goldenHistory, type Step } from './history';

/** Steps whose records share a frame, as commands under load do. */
const STEPS_PER_FRAME = 4;

export interface Beginning {
  readonly state: MarketState;
  /** Steps that lie behind it. */
  readonly steps: number;
  readonly last: Frame | undefined;
}

/** Plays steps on an engine; a frame is sealed after every few, and after step `cut`. */
export function framesOfSteps(steps: readonly Step[], cut: number, from?: Beginning): Frame[] {
  const state = from?.state ?? new MarketState();
  const writer = new RecordWriter();
  const engine = new Engine(state, writer);
  const frames: Frame[] = [];
  for (let done = from?.steps ?? 0; done < steps.length;) {
    take(engine, steps[done++]!);
    const isDue = done % STEPS_PER_FRAME === 0 || done === cut || done === steps.length;
    if (!isDue || writer.records === 0) continue;
    const predecessor = frames.at(-1)?.id ?? from?.last?.id ?? ORIGIN;
    const recordCount = writer.records;
    const firstSequence = state.sequence + 1 - recordCount;
    const header = { predecessor, firstSequence, recordCount, digest: state.digest >>> 0, answers: NO_ANSWERS };
    frames.push(sealFrame(header, writer.take()));
  }
  return frames;
}

function take(engine: Engine, step: Step): void {
  switch (step.do) {
    case 'execute':
      return engine.execute(step.command, step.at_us);
    case 'refuse':
      return engine.refuse(step.command, step.code, step.at_us);
    case 'pass':
      return engine.pass(step.dropped, step.at_us);
    case 'due':
      return engine.runDue(step.at_us);
    case 'work':
      return void engine.work(step.at_us);
  }
}

function record(folder: string): string {
  const { pair, snapshotAfter } = goldenHistory();
  const frames = framesOfSteps(pair.steps, snapshotAfter);
  const words = wordsOf(recordsOf(frames));
  const missing = [...catalogueWords()].filter((word) => !words.has(word) && !NEVER_WRITTEN.includes(word));
  if (missing.length > 0) {
    throw new Error(`The history (test/golden/history.ts) lacks ${missing.join('; ')}: let it happen there first.`);
  }
  const upTo = pair.recordsAfter[snapshotAfter - 1]!;
  const before = frames.filter(({ firstSequence }) => firstSequence <= upTo);
  GoldenLog.write(folder, frames, pair.steps, foldOf(before));
  return `${pair.records.length} records in ${frames.length} frames, a snapshot at record ${upTo}: ${folder}`;
}

if (require.main === module) {
  const usage =
    'npm run golden -- --name NAME\n\nNAME: of a new folder in test/golden; lower-case letters, digits, hyphens.\n';
  const fail = (line: string, code: number): void => {
    process.stderr.write(`${line}\n`);
    process.exitCode = code;
  };
  try {
    const { name = '' } = parseArgs({ options: { name: { type: 'string' } } }).values;
    if (!/^[a-z0-9-]{1,40}$/.test(name))
      fail(`--name is ${JSON.stringify(name)}; it must name a new folder.\n\n${usage}`, 2);
    else process.stdout.write(`${record(path.join(process.cwd(), 'test', 'golden', name))}\n`);
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string };
    fail(message, error instanceof GoldenLogExists || code.startsWith('ERR_PARSE_ARGS') ? 2 : 1);
  }
}

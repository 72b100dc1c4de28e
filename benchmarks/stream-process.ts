// A contender in a process of its own, warm and idle between its turns: what one leaves in the heap or in the compiler's
// feedback must not slow the other.

import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

import type { StreamRun } from './java-peer';
import type { Candidate } from './measure';
import { makeStream, type Stream, type StreamOptions, type Trades } from './stream';

/** What the process is told at its start: a module that exports `contenders`, one of them, and its stream. */
export interface ContenderWish {
  readonly module: string;
  readonly contender: string;
  readonly stream: StreamOptions;
  /** One run times one of so many parts of the stream, the next run the next one: slow peers would take minutes. */
  readonly parts: number;
}

/** Takes a stream; what is returned runs it or the next part of it. */
export type Contender = (stream: Stream, parts: number) => () => StreamRun | Promise<StreamRun>;

type Answer = { readonly run: StreamRun } | { readonly error: string };

export class StreamProcess {
  private readonly process: ChildProcess;
  /** Rejects when the process has ended. */
  private readonly lost: Promise<never>;

  constructor(wish: ContenderWish) {
    this.process = fork(__filename, [JSON.stringify(wish)], { execArgv: ['--expose-gc', '--max-old-space-size=8192'] });
    this.lost = new Promise((_, reject) => {
      this.process.once('exit', (code) => reject(new Error(`the process of ${wish.contender} ended with ${code}`)));
    });
    this.lost.catch(() => undefined);
  }

  run(): Promise<StreamRun> {
    const answer = new Promise<StreamRun>((resolve, reject) => {
      this.process.once('message', (said: Answer) => {
        if ('run' in said) resolve(said.run);
        else reject(new Error(said.error));
      });
    });
    this.process.send('run');
    return Promise.race([answer, this.lost]);
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill();
    await exited;
  }
}

/** A contender in a process of its own as a candidate that runs the whole stream, `operations` of whatever it counts. */
export function processCandidate(
  module: string,
  name: string,
  stream: StreamOptions,
  operations: number,
  took?: (run: StreamRun) => void,
): Candidate {
  const process = new StreamProcess({ module, contender: name, stream, parts: 1 });
  const run = async (): Promise<number> => {
    const done = await process.run();
    took?.(done);
    return done.seconds;
  };
  return { name, operations, run, close: () => process.close() };
}

/** Throws an error that names the two and what they made. */
export function assertSameTrades(
  one: { readonly name: string; readonly trades: Trades },
  other: { readonly name: string; readonly trades: Trades },
): void {
  const [ones, others] = [one, other].map(({ trades: { count, lots, value, digest } }) =>
    JSON.stringify({ count, lots, value, digest }),
  );
  if (ones !== others) throw new Error(`${other.name} made other trades than ${one.name}: ${others}, ${ones}`);
}

/** Those that run the whole stream: the trades of each are held against the first one's, from the warm-up on. */
export class Beside {
  constructor(private first?: { readonly name: string; readonly trades: Trades }) {}

  async run(name: string, process: { run(): Promise<StreamRun> }, took?: (run: StreamRun) => void): Promise<number> {
    const done = await process.run();
    const { seconds, trades } = done;
    this.first ??= { name, trades };
    assertSameTrades(this.first, { name, trades });
    took?.(done);
    return seconds;
  }
}

function serve(wish: ContenderWish): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module's name is known at run time only
  const { contenders } = require(path.resolve(__dirname, wish.module)) as { contenders: Record<string, Contender> };
  let run: ReturnType<Contender> | undefined;
  const take = async (): Promise<Answer> => {
    try {
      run ??= contenders[wish.contender]!(makeStream(wish.stream), wish.parts);
      (globalThis as { gc?: () => void }).gc?.();
      return { run: await run() };
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('disconnect', () => process.exit());
  process.on('message', () => void take().then((answer) => process.send!(answer)));
}

if (require.main === module) serve(JSON.parse(process.argv[2]!) as ContenderWish);

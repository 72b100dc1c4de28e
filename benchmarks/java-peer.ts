// The Java peer, exchange-core: fetched by Maven on first use, compiled, and run in a process of its own that stays warm.

import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

import type { Setting } from './benchmark';
import { ROOT } from './root';
import { accountOf, type Stream, type Trades } from './stream';

/** What one run of a stream came to. */
export interface StreamRun {
  readonly seconds: number;
  readonly trades: Trades;
  /** What else was measured, by name. */
  readonly measured?: Readonly<Record<string, number>>;
}

/** What of exchange-core runs the stream: its order book alone, all of it in memory, or all of it with its journal. */
export type ExchangeCorePart = 'book' | 'engine' | 'journal';

const SOURCES = path.join(ROOT, 'benchmarks', 'exchange-core');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'exchange-core');

/** Its libraries reach into what Java has closed since. */
const OPENED = [
  '--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED',
  '--add-exports=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/java.lang=ALL-UNNAMED',
  '--add-opens=java.base/java.lang.reflect=ALL-UNNAMED',
  '--add-opens=java.base/java.io=ALL-UNNAMED',
  '--add-opens=java.base/java.util=ALL-UNNAMED',
];
const MEMORY = ['-Xms2g', '-Xmx4g', '-XX:+UseParallelGC'];

/** Why it can't run here, in a line; undefined if it can. Fetches and compiles it if that has not been done. */
export function whyNoExchangeCore({ java, progress }: Pick<Setting, 'java' | 'progress'>): string | undefined {
  if (!java) return 'exchange-core is not measured: --no-java';
  for (const tool of ['java', 'javac', 'mvn']) {
    const { error } = spawnSync(tool, ['-version'], { stdio: 'ignore' });
    if (error !== undefined) return `exchange-core is not measured: no ${tool} here (a JDK and Maven are needed)`;
  }
  const files = readdirSync(SOURCES).sort();
  const digest = createHash('sha256');
  for (const file of files) digest.update(file).update(readFileSync(path.join(SOURCES, file)));
  const made = digest.digest('hex');
  const marker = path.join(CACHE, 'made');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === made) return undefined;
  progress('exchange-core: fetching it with Maven, compiling');
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const steps: [string, string[]][] = [
    [
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        path.join(SOURCES, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${CACHE}/lib`,
      ],
    ],
    [
      'javac',
      ['-cp', `${CACHE}/lib/*`, '-d', `${CACHE}/classes`].concat(
        files.filter((file) => file.endsWith('.java')).map((file) => path.join(SOURCES, file)),
      ),
    ],
  ];
  for (const [tool, options] of steps) {
    const { status, stdout, stderr } = spawnSync(tool, options, { encoding: 'utf8', timeout: 300_000 });
    if (status === 0) continue;
    const said = `${stdout}${stderr}`.split('\n').find((line) => /error/i.test(line)) ?? `it ended with ${status}`;
    return `exchange-core is not measured: ${tool} failed: ${said.trim()}`;
  }
  writeFileSync(marker, made);
  return undefined;
}

/** The stream in the form that Operations.java reads. */
function streamBytes(stream: Stream): Buffer {
  const { size, filling, books, accounts, kind, buy, book, number, price, lots, target } = stream;
  const account = Int32Array.from({ length: size + 1 }, (_, id) => (id === 0 ? 0 : accountOf(stream, id)));
  const columns = [kind, buy, book, number, price, lots, target, account].map((column) => Int32Array.from(column));
  return Buffer.concat(
    [Int32Array.of(size, filling, books, accounts), ...columns].map((part) => Buffer.from(part.buffer)),
  );
}

/** A Java process with one stream, ready to run it again and again. */
export class ExchangeCore {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'exchange-core-'));
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  /** Rejects when the process has ended, with what it said. */
  private readonly lost: Promise<never>;
  private said = '';

  constructor(
    part: ExchangeCorePart,
    private readonly stream: Stream,
  ) {
    const file = path.join(this.folder, 'stream');
    writeFileSync(file, streamBytes(stream));
    this.process = spawn('java', [
      ...OPENED,
      ...MEMORY,
      ...['-cp', [path.join(CACHE, 'classes'), path.join(CACHE, 'lib', '*')].join(path.delimiter), 'Main'],
      ...[file, part, path.join(this.folder, 'journal')],
    ]);
    this.lines = createInterface({ input: this.process.stdout });
    this.process.stderr.on('data', (chunk: Buffer) => (this.said = `${this.said}${chunk.toString()}`.slice(-2_000)));
    this.process.stdin.on('error', () => undefined);
    this.lost = new Promise((_, reject) => {
      this.process.once('close', () => reject(new Error(`exchange-core's process ended: ${this.said}`)));
    });
    this.lost.catch(() => undefined);
  }

  /** Throws an error when a run has left out a command or kept an order that it should not have. */
  async run(): Promise<StreamRun> {
    const answer = new Promise<StreamRun>((resolve) => {
      this.lines.once('line', (line) => resolve(JSON.parse(line) as StreamRun));
    });
    this.process.stdin.write('run\n');
    const run = await Promise.race([answer, this.lost]);
    const { size, left } = this.stream;
    const { executed = size, resting = left } = run.measured ?? {};
    if (executed !== size || resting !== left) {
      throw new Error(`exchange-core: ${executed} of ${size} commands, ${resting} orders rest instead of ${left}`);
    }
    return run;
  }

  /** Ends the process and removes its files. */
  async close(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exited = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill();
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

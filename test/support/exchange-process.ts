// Starts the exchange as its users do, as a process of its own on a free port and a data folder of its own, and ends it.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenbourseClient } from '@tokenbourse/protocol';
import { compiled } from './compiled';

/** A start that takes longer has failed, where nothing else is said. */
const START_MS = 50_000;
/** A stop that takes longer hangs: it is killed, and its end says so. */
const STOP_MS = 60_000;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that it wrote, both streams. */
  readonly output: string;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The compiled program, where another build's is to run. */
  readonly main?: string;
  /** Runs it as this user and group; only root may ask for another than itself. */
  readonly user?: number;
  /** How long a start may take: more where the machine is known to be busy. */
  readonly startMs?: number;
}

/** A folder for one test's data; removed by `remove`. */
export function dataFolder(): { readonly path: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'tokenbourse-'));
  return { path: join(parent, 'data'), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

function spawnExchange(data: string, { args = ['--no-demo'], env = {}, main, user }: StartOptions): ChildProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('TOKENBOURSE_')),
  );
  return spawn(process.execPath, [main ?? compiled('apps/exchange/src/main'), '--port', '0', '--data', data, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
}

/** Runs the exchange where it is expected to end by itself. */
export async function runToEnd(data: string, options: StartOptions = {}): Promise<ProcessEnd> {
  const child = spawnExchange(data, options);
  const output = collect(child);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output: output() };
}

/** Kills it while it starts, `afterMs` after it was spawned, or as soon as it listens where that is earlier. */
export async function killStarting(data: string, afterMs: number, options: StartOptions = {}): Promise<ProcessEnd> {
  const child = spawnExchange(data, options);
  const output = collect(child);
  const closed = once(child, 'close');
  const listening = new Promise<void>((heard) =>
    child.stdout!.on('data', () => output().includes('listens on') && heard()),
  );
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([closed, listening, new Promise((over) => (timer = setTimeout(over, afterMs)))]);
  clearTimeout(timer);
  child.kill('SIGKILL');
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  return { code, signal, output: output() };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return () => text;
}

export class ExchangeProcess {
  private address: string | undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly data: string,
    readonly output: () => string,
  ) {}

  static spawn(data: string, options: StartOptions = {}): ExchangeProcess {
    const child = spawnExchange(data, options);
    return new ExchangeProcess(child, data, collect(child));
  }

  /** Resolves when it listens. Throws with its output where it ends instead. */
  static async start(data: string, options: StartOptions = {}): Promise<ExchangeProcess> {
    const exchange = ExchangeProcess.spawn(data, options);
    await exchange.listening(options.startMs);
    return exchange;
  }

  /** Throws with its output where it ends instead; it is then killed. */
  async listening(startMs = START_MS): Promise<void> {
    const deadline = Date.now() + startMs;
    while (this.urlIfListening === undefined) {
      if (this.end !== undefined || Date.now() > deadline) {
        const how = this.end === undefined ? `within ${startMs} ms` : `but ended with ${this.end}`;
        this.signal('SIGKILL');
        throw new Error(`the exchange did not start ${how}, on ${this.data}:\n${this.output()}`);
      }
      await new Promise((waited) => setTimeout(waited, 20));
    }
  }

  /** As soon as it has said so, whether anybody waits for that or not. */
  get urlIfListening(): string | undefined {
    this.address ??= /(?:listens on|health is at) (http:\/\/[^\s/]+)/.exec(this.output())?.[1];
    return this.address;
  }

  /** Once it listens: e.g. http://127.0.0.1:3000 */
  get url(): string {
    const url = this.urlIfListening;
    if (url === undefined) throw new Error(`it does not listen yet:\n${this.output()}`);
    return url;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** How it ended, e.g. SIGSEGV; undefined while it runs. */
  get end(): NodeJS.Signals | number | undefined {
    return this.child.signalCode ?? this.child.exitCode ?? undefined;
  }

  key(kind: 'admin' | 'trade'): string {
    return readFileSync(join(this.data, `${kind}.key`), 'utf8').trim();
  }

  client(kind: 'admin' | 'trade' | 'none' = 'admin'): TokenbourseClient {
    return new TokenbourseClient(this.url, kind === 'none' ? '' : this.key(kind));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until it has ended. */
  async ended(): Promise<ProcessEnd> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return { code: child.exitCode, signal: child.signalCode, output: this.output() };
  }

  /** As Ctrl-C does. */
  async stop(): Promise<ProcessEnd> {
    this.signal('SIGINT');
    const hanging = setTimeout(() => this.signal('SIGKILL'), STOP_MS);
    return this.ended().finally(() => clearTimeout(hanging));
  }

  kill(): Promise<ProcessEnd> {
    this.signal('SIGKILL');
    return this.ended();
  }
}

// A process that the local cluster has started: what it says is shown behind its name, and its end is noticed.

import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The longest name. */
const NAME_WIDTH = 'projector'.length;
const LINES_KEPT = 50;

export interface ChildTerms {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** By what it notices that its starter is gone: its input ends, or its channel is closed. */
  readonly tie: 'input' | 'channel';
  readonly print: (line: string) => void;
}

export class Child {
  readonly name: string;
  /** Resolves to how it ended, in words. */
  readonly ended: Promise<string>;
  private readonly process: ChildProcess;
  private readonly lines: string[] = [];
  private readonly listeners: ((line: string) => void)[] = [];

  /** Out of the terminal's reach: Ctrl-C comes to its starter alone, who ends all in the right order. */
  constructor({ name, args, env, tie, print }: ChildTerms) {
    this.name = name;
    this.process = spawn(process.execPath, args, {
      env,
      detached: true,
      stdio: [tie === 'input' ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(tie === 'channel' ? ['ipc' as const] : [])],
    });
    this.process.stdin?.on('error', () => undefined);
    this.ended = new Promise((done) => {
      this.process.once('error', (error) => done(error.message));
      this.process.once('close', (code, signal) => done(signal === null ? `code ${code}` : signal));
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) this.show(stream, print);
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** The first line in which `pattern` is found. Throws with the last words where it ends before. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((done) => {
      const look = (line: string): void => {
        const match = pattern.exec(line);
        if (match !== null) done(match);
      };
      this.listeners.push(look);
      this.lines.forEach(look);
    });
    const ended = this.ended.then((how) => {
      throw this.endedBy(how);
    });
    return Promise.race([found, ended]);
  }

  /** With what it said last. */
  endedBy(how: string): ChildEnded {
    return new ChildEnded(this.name, how, this.lines.at(-1));
  }

  /** Asks it to end, insists after a while, and waits until it has. */
  async stop(patienceMs: number): Promise<void> {
    if (this.process.stdin) this.process.stdin.end();
    else this.process.kill('SIGINT');
    const insist = setTimeout(() => this.process.kill('SIGKILL'), patienceMs);
    await this.ended;
    clearTimeout(insist);
  }

  private show(stream: Readable, print: (line: string) => void): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.lines.push(line);
      for (const listener of this.listeners) listener(line);
      // What a program says to programs is not for people.
      if (!line.startsWith('{')) print(`${this.name.padEnd(NAME_WIDTH)} | ${line}`);
      if (this.lines.length > LINES_KEPT) this.lines.shift();
    });
  }
}

/** One of them ended by itself. */
export class ChildEnded extends Error {
  constructor(name: string, how: string, lastLine = '') {
    super(`${name} has ended with ${how}${lastLine === '' ? '' : `: ${lastLine}`}`);
  }
}

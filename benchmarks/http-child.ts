// A process of a benchmark's own that is asked by message: the load, and the bare server.

import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

type Message<T> = { readonly report: T } | { readonly failure: string };

export class Child<Q extends object, R> {
  private readonly child: ChildProcess;

  /** `file` is a compiled file beside this one. */
  constructor(private readonly file: string) {
    this.child = fork(path.join(__dirname, file), { execArgv: [] });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Throws what it fails with, also by ending. One question at a time. */
  ask(question: Q): Promise<R> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        const how = child.signalCode ?? child.exitCode;
        reject(new Error(`${this.file} ended with ${how} before it answered`));
      };
      if (child.exitCode !== null || child.signalCode !== null) return ended();
      child.once('exit', ended);
      child.once('message', (message: Message<R>) => {
        child.off('exit', ended);
        if ('report' in message) resolve(message.report);
        else reject(new Error(`${this.file}: ${message.failure}`));
      });
      child.send(question);
    });
  }

  close(): void {
    this.child.kill();
  }
}

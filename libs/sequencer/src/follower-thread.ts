// The main thread's end of the follower's thread.

import path from 'node:path';
import { Worker } from 'node:worker_threads';

import type { FollowerStatus } from './follower';

export interface FollowerWorkerData {
  /** Absolute path of a module that exports `openReader(options)`, which gives a LogReader. */
  readonly opener: string;
  readonly openerOptions: unknown;
  readonly snapshotFolder: string;
  readonly everyRecords?: number;
}

export interface FollowerThreadData extends FollowerWorkerData {
  /** Compiled; the one beside this file without it. */
  readonly workerFile?: string;
}

export type FollowerRequest =
  | { readonly kind: 'wake' }
  | { readonly kind: 'status' | 'snapshot'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number; readonly sequence: number };

type FollowerMessage =
  | { readonly kind: 'event'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };

export class FollowerThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private requests = 0;
  private ended: string | undefined;

  constructor({ workerFile, ...data }: FollowerThreadData, onEvent: (message: string) => void = () => undefined) {
    this.worker = new Worker(workerFile ?? path.join(__dirname, 'follower.worker.js'), { workerData: data });
    this.worker.on('message', (message: FollowerMessage) => {
      if (message.kind === 'event') return onEvent(message.message);
      this.waiting.get(message.id)?.(message.answer);
      this.waiting.delete(message.id);
    });
    this.worker.on('error', (error: unknown) => {
      this.ended = error instanceof Error ? error.message : String(error);
      onEvent(`the follower's thread ended: ${this.ended}`);
    });
    this.worker.on('exit', () => {
      this.ended ??= 'it has been stopped';
      for (const answer of this.waiting.values()) answer(undefined);
      this.waiting.clear();
    });
  }

  /** Tells it that the log has grown. */
  wake(): void {
    this.worker.postMessage({ kind: 'wake' });
  }

  async status(): Promise<FollowerStatus> {
    const answer = (await this.ask('status')) as FollowerStatus | undefined;
    return answer ?? { state: 'FAILED', reason: this.ended ?? 'no answer', sequence: 0, snapshot_sequence: 0 };
  }

  /** Takes a snapshot now; the state hash, or undefined if it could not. */
  async snapshot(): Promise<string | undefined> {
    return (await this.ask('snapshot')) as string | undefined;
  }

  /** Follows up to `sequence`, takes a last snapshot, ends the thread. Returns the state hash if it got there. */
  async stop(sequence: number): Promise<string | undefined> {
    const hash = (await this.ask('stop', sequence)) as string | undefined;
    await this.worker.terminate();
    return hash;
  }

  private ask(kind: 'status' | 'snapshot' | 'stop', sequence = 0): Promise<unknown> {
    if (this.ended !== undefined) return Promise.resolve(undefined);
    const id = ++this.requests;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ kind, id, sequence });
    });
  }
}

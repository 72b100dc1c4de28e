// The read models in this process: folds records, and answers the questions of `ReadModels` from what it has folded.

import type { LogRecord } from '@tokenbourse/domain';
import { AnsweringReadModels, type Question } from './answering';
import { invalidRequest, notReady, readTimeout } from './errors';
import { createModels, type MarketModels } from './models';
import type * as q from './queries';
import { DEFAULT_RETENTION, type Retention } from './retention';
import { ReadStore } from './store';

export const READ_TIMEOUT_MS_DEFAULT = 2_000;
export const READ_TIMEOUT_MS_MAX = 60_000;

interface Waiter {
  readonly sequence: number;
  readonly wake: () => void;
}

export class InProcessReadModels extends AnsweringReadModels {
  private models!: MarketModels;
  private fold!: ReadStore;
  private waiters: Waiter[] = [];
  private reason = '';
  private failed = false;

  /** @param seenIds memory where others may see which client order ids are known; see seen-ids.ts */
  constructor(
    readonly retention: Retention = DEFAULT_RETENTION,
    private readonly seenIds?: SharedArrayBuffer,
  ) {
    super();
    this.reset();
  }

  /** The fold and its documents. */
  get store(): ReadStore {
    return this.fold;
  }

  /** The models themselves, for who writes their documents elsewhere. */
  get folded(): MarketModels {
    return this.models;
  }

  /** Forgets everything: the next record is the first. */
  reset(): void {
    this.models = createModels(this.retention, this.seenIds);
    this.fold = new ReadStore(Object.values(this.models), this.models.contracts);
  }

  /** Folds one record and lets those answer who waited for it. See `ReadStore.apply`. */
  apply(record: LogRecord): void {
    try {
      this.store.apply(record);
    } finally {
      this.wake();
    }
  }

  /** Folds a frame's payload; see `ReadStore.applyPayload`. */
  applyPayload(payload: Uint8Array, firstSequence: number): void {
    try {
      this.store.applyPayload(payload, firstSequence);
    } finally {
      this.wake();
    }
  }

  /** While there is a reason, questions are answered with NOT_READY. */
  setNotReady(reason: string, failed = false): void {
    this.reason = reason;
    this.failed = failed;
    this.wake();
  }

  get isReady(): boolean {
    return this.reason === '' && this.store.failure === undefined;
  }

  async status(): Promise<q.ReadStatus> {
    const reason = this.reason || (this.store.failure?.message ?? '');
    const { failed, store } = this;
    return { ready: reason === '', reason, failed, as_of_seq: store.sequence, as_of_us: store.atUs };
  }

  protected async ask<T>(
    options: q.ReadOptions | undefined,
    question: Question<T>,
  ): Promise<{ sequence: number; value: T }> {
    await this.visible(options);
    return { sequence: this.store.sequence, value: question(this.models, this.store.atUs) };
  }

  /** Resolves when the wanted record is visible and the models are fit to answer. */
  private visible(options: q.ReadOptions | undefined): Promise<void> | void {
    this.assertReady();
    const wanted = options?.min_seq;
    if (wanted === undefined || wanted <= this.store.sequence) return;
    if (!Number.isSafeInteger(wanted)) throw invalidRequest('min_seq', 'must be a record’s sequence number');
    const timeoutMs = Math.min(options?.timeout_ms ?? READ_TIMEOUT_MS_DEFAULT, READ_TIMEOUT_MS_MAX);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        sequence: wanted,
        wake: () => {
          clearTimeout(timer);
          try {
            this.assertReady();
            resolve();
          } catch (error) {
            reject(error as Error);
          }
        },
      };
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        reject(readTimeout(wanted, this.store.sequence, timeoutMs));
      }, timeoutMs);
      this.waiters.push(waiter);
    });
  }

  private assertReady(): void {
    if (this.reason !== '') throw notReady(this.reason);
    if (this.store.failure !== undefined) throw notReady(this.store.failure.message);
  }

  private wake(): void {
    if (this.store.failure === undefined) this.models.orders.stand(this.store.sequence, this.store.atUs);
    if (this.waiters.length === 0) return;
    const { sequence, failure } = this.store;
    const all = failure !== undefined || this.reason !== '';
    const ready = this.waiters.filter((waiter) => all || waiter.sequence <= sequence);
    if (ready.length === 0) return;
    this.waiters = this.waiters.filter((waiter) => !all && waiter.sequence > sequence);
    for (const waiter of ready) waiter.wake();
  }
}

// The main thread's end of the projector's thread: the same questions, asked by message.

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { ReadError, notReady, reasonOf } from './errors';
import type { ProjectorFailure, ProjectorMessage, ProjectorRequest, ProjectorWorkerData } from './projector-thread';
import type { ReadModels, ReadQuery, ReadStatus } from './queries';

const RESTART_MS_FIRST = 500;
const RESTART_MS_MAX = 30_000;
/** Questions that may wait for their answers: beyond that they would only pile up in both threads. */
const QUESTIONS_MAX = 4_096;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerReadModelsOptions extends ProjectorWorkerData {
  /** Told in words what an operator should know. */
  readonly onEvent?: (message: string) => void;
  /** Absolute path of the compiled `projector.worker.js`; by default the one beside this file. */
  readonly workerFile?: string;
}

export class WorkerReadModels implements ReadModels {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private requests = 0;
  private deaths = 0;
  private reason = '';
  private stopped = false;
  private restart: NodeJS.Timeout | undefined;

  /** Starts the thread. When it dies, questions get NOT_READY and it is started again, with growing pauses. */
  constructor(private readonly options: WorkerReadModelsOptions) {
    this.start();
  }

  /** Tells it that the log has grown. */
  wake(): void {
    this.worker?.postMessage({ kind: 'wake' } satisfies ProjectorRequest);
  }

  /** Ready or not, with the reason; never rejects. */
  async status(): Promise<ReadStatus> {
    try {
      return await this.ask<ReadStatus>('status', []);
    } catch (error) {
      const reason = this.reason || (error as Error).message;
      return { ready: false, reason, failed: false, as_of_seq: 0, as_of_us: 0 };
    }
  }

  /** Folds up to record `sequence`, saves, ends the thread. Returns whether all of it was folded and saved. */
  async stop(sequence: number): Promise<boolean> {
    this.stopped = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker === undefined) return false;
    const whole = await this.send<boolean>((id) => ({ kind: 'stop', id, sequence })).catch(() => false);
    await worker.terminate();
    return whole;
  }

  readonly market = this.asks('market');
  readonly totals = this.asks('totals');
  readonly participants = this.asks('participants');
  readonly participant = this.asks('participant');
  readonly accounts = this.asks('accounts');
  readonly account = this.asks('account');
  readonly factories = this.asks('factories');
  readonly factory = this.asks('factory');
  readonly apiKeys = this.asks('apiKeys');
  readonly apiKey = this.asks('apiKey');
  readonly apiKeyByHash = this.asks('apiKeyByHash');
  readonly offers = this.asks('offers');
  readonly offer = this.asks('offer');
  readonly contracts = this.asks('contracts');
  readonly contract = this.asks('contract');
  readonly contractById = this.asks('contractById');
  readonly depth = this.asks('depth');
  readonly trades = this.asks('trades');
  readonly candles = this.asks('candles');
  readonly candleColumns = this.asks('candleColumns');
  readonly prices = this.asks('prices');
  readonly balance = this.asks('balance');
  readonly positions = this.asks('positions');
  readonly ledger = this.asks('ledger');
  readonly cashMovements = this.asks('cashMovements');
  readonly cashMovement = this.asks('cashMovement');
  readonly commandOutcomes = this.asks('commandOutcomes');
  readonly order = this.asks('order');
  readonly orders = this.asks('orders');
  readonly ordersByClientId = this.asks('ordersByClientId');
  readonly fills = this.asks('fills');
  readonly factoryUse = this.asks('factoryUse');
  readonly valueSplit = this.asks('valueSplit');

  private asks<Q extends ReadQuery>(query: Q): ReadModels[Q] {
    return ((...params: readonly unknown[]) => this.ask(query, params)) as ReadModels[Q];
  }

  private ask<T>(query: ReadQuery, params: readonly unknown[]): Promise<T> {
    if (this.waiting.size >= QUESTIONS_MAX && query !== 'status') {
      return Promise.reject(notReady(`${QUESTIONS_MAX} questions wait already; ask again in a moment`));
    }
    return this.send<T>((id) => ({ kind: 'query', id, query, params }));
  }

  private send<T>(request: (id: number) => ProjectorRequest): Promise<T> {
    const { worker } = this;
    if (worker === undefined) return Promise.reject(notReady(this.reason));
    const id = ++this.requests;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      worker.postMessage(request(id));
    });
  }

  private start(): void {
    const { onEvent: _, workerFile, ...workerData } = this.options;
    const worker = new Worker(workerFile ?? join(__dirname, 'projector.worker.js'), { workerData });
    this.worker = worker;
    worker.on('message', (message: ProjectorMessage) => this.receive(message));
    worker.on('error', (error: unknown) => {
      this.reason = `the projector's thread ended: ${reasonOf(error)}`;
    });
    worker.on('exit', () => this.ended());
  }

  private receive(message: ProjectorMessage): void {
    if (message.kind === 'event') return this.options.onEvent?.(message.message);
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'answer') {
      this.deaths = 0;
      waiting?.resolve(message.answer);
    } else waiting?.reject(errorOf(message.failure));
  }

  private ended(): void {
    this.worker = undefined;
    if (this.stopped) this.reason = 'they were stopped';
    else if (this.reason === '') this.reason = "the projector's thread ended";
    for (const { reject } of this.waiting.values()) reject(notReady(this.reason));
    this.waiting.clear();
    if (this.stopped) return;
    const delayMs = Math.min(RESTART_MS_FIRST * 2 ** this.deaths, RESTART_MS_MAX);
    this.deaths += 1;
    this.options.onEvent?.(`${this.reason}; it is started again in ${delayMs} ms`);
    this.restart = setTimeout(() => this.start(), delayMs);
  }
}

function errorOf({ code, message, field }: ProjectorFailure): Error {
  return code === 'INTERNAL' ? new Error(message) : new ReadError(code, message, field);
}

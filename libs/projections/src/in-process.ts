// The read models in this process: folds records, and answers the questions of `ReadModels` from what it has folded.

import type { LogRecord } from '@tokenbourse/domain';
import * as contracts from './answers/contracts';
import * as directory from './answers/directory';
import { factoryUse } from './answers/factory-use';
import * as money from './answers/money';
import * as orders from './answers/orders';
import { prices } from './answers/prices';
import { valueSplit } from './answers/value-split';
import { invalidRequest, notReady, readTimeout } from './errors';
import { createModels, type MarketModels } from './models';
import type { PageData } from './pages';
import type * as q from './queries';
import { DEFAULT_RETENTION, type Retention } from './retention';
import { ReadStore } from './store';

const TIMEOUT_MS_DEFAULT = 2_000;
const TIMEOUT_MS_MAX = 60_000;

interface Waiter {
  readonly sequence: number;
  readonly wake: () => void;
}

export class InProcessReadModels implements q.ReadModels {
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
    this.reset();
  }

  /** The fold and its documents. */
  get store(): ReadStore {
    return this.fold;
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

  async status(): Promise<q.ReadStatus> {
    const reason = this.reason || (this.store.failure?.message ?? '');
    const { failed, store } = this;
    return { ready: reason === '', reason, failed, as_of_seq: store.sequence, as_of_us: store.atUs };
  }

  market = (options?: q.ReadOptions) => this.answer(options, (models) => directory.market(models));
  totals = (options?: q.ReadOptions) => this.answer(options, (models) => directory.totals(models));

  participants = (request: q.PageRequest = {}) =>
    this.page(request, (models) => directory.participants(models, request));
  participant = (participant: number, options?: q.ReadOptions) =>
    this.answer(options, ({ directory }) => directory.participants.get(participant) ?? null);
  accounts = (request: Parameters<q.ReadModels['accounts']>[0] = {}) =>
    this.page(request, (models) => directory.accounts(models, request));
  account = (account: number, options?: q.ReadOptions) =>
    this.answer(options, (models) => directory.account(models, account));
  factories = (request: Parameters<q.ReadModels['factories']>[0] = {}) =>
    this.page(request, (models) => directory.factories(models, request));
  factory = (account: number, options?: q.ReadOptions) =>
    this.answer(options, (models) => directory.factory(models, account));
  apiKeys = (request: Parameters<q.ReadModels['apiKeys']>[0] = {}) =>
    this.page(request, (models) => directory.apiKeys(models, request));
  apiKey = (key: number, options?: q.ReadOptions) =>
    this.answer(options, ({ directory }) => directory.apiKeys.get(key) ?? null);
  apiKeyByHash = (hash: string, options?: q.ReadOptions) =>
    this.answer(options, ({ directory }) => directory.apiKeyByHash(hash) ?? null);
  offers = (request: Parameters<q.ReadModels['offers']>[0] = {}) =>
    this.page(request, (models) => orders.offers(models, request));
  offer = (offer: number, options?: q.ReadOptions) => this.answer(options, (models) => orders.offer(models, offer));

  contracts = (request: q.PageRequest & q.ContractFilter = {}) =>
    this.page(request, (models) => contracts.contracts(models, request));
  contract = (contract: number, options?: q.ReadOptions) =>
    this.answer(options, (models) => contracts.contract(models, contract));
  contractById = (contractId: string, options?: q.ReadOptions) =>
    this.answer(options, (models) => contracts.contractById(models, contractId));
  depth = (contract: number, options?: q.ReadOptions & { readonly levels?: number }) =>
    this.answer(options, (models) => contracts.depth(models, contract, options?.levels));
  trades = (request: q.PageRequest & { readonly contract?: number } = {}) =>
    this.page(request, (models) => contracts.trades(models, request));
  candles = (request: q.CandleRequest) => this.page(request, (models) => contracts.candles(models, request));

  async candleColumns(
    request: q.CandleRequest,
  ): Promise<q.Answer<q.CandleColumns> & { has_more: boolean; cursor: string | null }> {
    const page = await this.candles(request);
    return { ...page, data: contracts.asColumns(page.data) };
  }

  prices = (request: q.ReadOptions & { readonly tier?: number; readonly zone?: number } = {}) =>
    this.answer(request, (models) => prices(models, this.store.atUs, request));

  balance = (account: number, options?: q.ReadOptions) =>
    this.answer(options, (models) => money.balance(models, account));
  positions = (account: number, request: Parameters<q.ReadModels['positions']>[1] = {}) =>
    this.page(request, (models) => money.positions(models, account, request));
  cashMovements = (account: number, request: q.PageRequest = {}) =>
    this.page(request, (models) => money.cashMovements(models, account, request));
  cashMovement = (account: number, commandId: string, options?: q.ReadOptions) =>
    this.answer(options, ({ cash }) => cash.byCommandId(account, commandId) ?? null);

  async ledger(account: number, request: q.LedgerRequest = {}): Promise<q.LedgerStatement> {
    await this.visible(request);
    return { as_of_seq: this.store.sequence, ...money.ledger(this.models, account, request) };
  }

  order = (contract: number, order: number, options?: q.ReadOptions) =>
    this.answer(options, (models) => orders.order(models, contract, order));
  orders = (account: number, request: q.PageRequest & q.OrderFilter = {}) =>
    this.page(request, (models) => orders.orders(models, account, request));
  ordersByClientId = (
    account: number,
    clientOrderId: string,
    options?: q.ReadOptions & { readonly contract?: number },
  ) => this.answer(options, (models) => orders.ordersByClientId(models, account, clientOrderId, options?.contract));
  fills = (account: number, request: q.PageRequest & q.FillFilter = {}) =>
    this.page(request, (models) => orders.fills(models, account, request));

  factoryUse = (request: q.PageRequest & q.FactoryUseFilter = {}) =>
    this.page(request, (models) => factoryUse(models, request));
  valueSplit = (request: q.SplitRequest = {}) => this.answer(request, (models) => valueSplit(models, request));

  private async answer<T>(options: q.ReadOptions | undefined, ask: (models: MarketModels) => T): Promise<q.Answer<T>> {
    await this.visible(options);
    return { as_of_seq: this.store.sequence, data: ask(this.models) };
  }

  private async page<T>(options: q.ReadOptions, ask: (models: MarketModels) => PageData<T>): Promise<q.Page<T>> {
    await this.visible(options);
    return { as_of_seq: this.store.sequence, ...ask(this.models) };
  }

  /** Resolves when the wanted record is visible and the models are fit to answer. */
  private visible(options: q.ReadOptions | undefined): Promise<void> | void {
    this.assertReady();
    const wanted = options?.min_seq;
    if (wanted === undefined || wanted <= this.store.sequence) return;
    if (!Number.isSafeInteger(wanted)) throw invalidRequest('min_seq', 'must be a record’s sequence number');
    const timeoutMs = Math.min(options?.timeout_ms ?? TIMEOUT_MS_DEFAULT, TIMEOUT_MS_MAX);
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

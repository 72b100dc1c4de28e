// The questions of `ReadModels`, each with the answer that is given to it: one list for every place that the models may live in.

import type { AnswerModels } from './answer-models';
import * as contracts from './answers/contracts';
import * as directory from './answers/directory';
import { factoryUse } from './answers/factory-use';
import * as money from './answers/money';
import * as orders from './answers/orders';
import * as outcomes from './answers/outcomes';
import { prices } from './answers/prices';
import { valueSplit } from './answers/value-split';
import type { PageData } from './pages';
import type * as q from './queries';

/** Reads what it needs from the models; `atUs` is the time of the last record that they know. */
export type Question<T> = (models: AnswerModels, atUs: number) => T;

export abstract class AnsweringReadModels implements q.ReadModels {
  abstract status(): Promise<q.ReadStatus>;

  /** Answers from models that know all up to record `sequence` and nothing after it, as the options want it. */
  protected abstract ask<T>(
    options: q.ReadOptions | undefined,
    question: Question<T>,
  ): Promise<{ sequence: number; value: T }>;

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
  ): Promise<Omit<q.Answer<q.CandleColumns>, 'as_of_us'> & { has_more: boolean; cursor: string | null }> {
    const page = await this.candles(request);
    return { ...page, data: contracts.asColumns(page.data) };
  }

  prices = (request: q.ReadOptions & { readonly tier?: number; readonly zone?: number } = {}) =>
    this.answer(request, (models, atUs) => prices(models, atUs, request));

  balance = (account: number, options?: q.ReadOptions) =>
    this.answer(options, (models) => money.balance(models, account));
  positions = (account: number, request: Parameters<q.ReadModels['positions']>[1] = {}) =>
    this.page(request, (models) => money.positions(models, account, request));
  cashMovements = (account: number, request: q.PageRequest = {}) =>
    this.page(request, (models) => money.cashMovements(models, account, request));
  cashMovement = (account: number, commandId: string, options?: q.ReadOptions) =>
    this.answer(options, ({ cash }) => cash.byCommandId(account, commandId) ?? null);

  commandOutcomes = (account: number, commandId: string, options?: q.ReadOptions) =>
    this.answer(options, (models) => outcomes.commandOutcomes(models, account, commandId));

  async ledger(account: number, request: q.LedgerRequest = {}): Promise<q.LedgerStatement> {
    const { sequence, value } = await this.ask(request, (models) => money.ledger(models, account, request));
    return { as_of_seq: sequence, ...value };
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

  private async answer<T>(options: q.ReadOptions | undefined, question: Question<T>): Promise<q.Answer<T>> {
    const timed: Question<{ data: T; atUs: number }> = (models, atUs) => ({ data: question(models, atUs), atUs });
    const { sequence, value } = await this.ask(options, timed);
    return { as_of_seq: sequence, as_of_us: value.atUs, data: value.data };
  }

  private async page<T>(options: q.ReadOptions, question: Question<PageData<T>>): Promise<q.Page<T>> {
    const { sequence, value } = await this.ask(options, question);
    return { as_of_seq: sequence, ...value };
  }
}

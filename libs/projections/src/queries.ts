// What can be asked of the read models, and what they answer: one interface for every place that they may live in
// (this process, a worker thread, another machine).
//
// Units: lots, ticks, micro-USD, millijoules, microseconds since 1970, ppm, all integers. A figure that may leave the
// safe integers is a `Wide`: a signed 64-bit integer as a decimal string. An average is an `Average`: a decimal string
// of ticks with up to three places, null where nothing was traded. Numbers of things count from 1; 0 means none.

import type { FactoryUseFilter, FactoryUseView, SplitRequest, ValueSplitView } from './views/analysis';
import type {
  ContractView,
  ContractFilter,
  DepthView,
  TradeView,
  CandleRequest,
  CandleView,
  CandleColumns,
  PricesView,
} from './views/contracts';
import type {
  BalanceView,
  MarketTotalsView,
  PositionView,
  LedgerRequest,
  LedgerStatement,
  CashMovementView,
} from './views/money';
import type { OrderView, OrderFilter, ClientOrderView, FillView, FillFilter } from './views/orders';
import type { ReadOptions, PageRequest, Answer, Page } from './views/paging';
import type { CommandOutcomeView } from './views/outcomes';
import type { MarketView, ParticipantView, AccountView, FactoryView, ApiKeyView, OfferView } from './views/people';

export * from './views/analysis';
export * from './views/contracts';
export * from './views/money';
export * from './views/orders';
export * from './views/outcomes';
export * from './views/paging';
export * from './views/people';

export interface ReadStatus {
  /** False while the models catch up after a start, and when they stopped. */
  readonly ready: boolean;
  /** Why not; empty while ready. */
  readonly reason: string;
  /** They stopped for good: asking again later is of no use. */
  readonly failed: boolean;
  readonly as_of_seq: number;
  /** Time of that record; 0 before the first. */
  readonly as_of_us: number;
}

/**
 * The read models' questions. Lists come newest first unless said otherwise. All methods reject with a `ReadError`:
 * READ_TIMEOUT (min_seq not visible in time), NOT_READY (with the reason), INVALID_REQUEST (a cursor or filter that is none).
 */
export interface ReadModels {
  status(): Promise<ReadStatus>;

  /** Null before the market is opened. */
  market(options?: ReadOptions): Promise<Answer<MarketView | null>>;
  totals(options?: ReadOptions): Promise<Answer<MarketTotalsView>>;

  /** By number, ascending. */
  participants(request?: PageRequest): Promise<Page<ParticipantView>>;
  participant(participant: number, options?: ReadOptions): Promise<Answer<ParticipantView | null>>;
  /** By number, ascending; of one participant, or of all. */
  accounts(request?: PageRequest & { readonly participant?: number }): Promise<Page<AccountView>>;
  account(account: number, options?: ReadOptions): Promise<Answer<AccountView | null>>;
  /** By account number, ascending. */
  factories(request?: PageRequest & { readonly zone?: number }): Promise<Page<FactoryView>>;
  factory(account: number, options?: ReadOptions): Promise<Answer<FactoryView | null>>;
  /** By number, ascending. */
  apiKeys(request?: PageRequest & { readonly revoked?: boolean }): Promise<Page<ApiKeyView>>;
  apiKey(key: number, options?: ReadOptions): Promise<Answer<ApiKeyView | null>>;
  /** Revoked keys are found too. */
  apiKeyByHash(hash: string, options?: ReadOptions): Promise<Answer<ApiKeyView | null>>;
  /** By number, ascending. */
  offers(
    request?: PageRequest & {
      readonly account?: number;
      readonly window?: number;
      readonly state?: OfferView['state'];
    },
  ): Promise<Page<OfferView>>;
  offer(offer: number, options?: ReadOptions): Promise<Answer<OfferView | null>>;

  /** In the order of their windows, then by number. */
  contracts(request?: PageRequest & ContractFilter): Promise<Page<ContractView>>;
  contract(contract: number, options?: ReadOptions): Promise<Answer<ContractView | null>>;
  /** By its name, e.g. `HIGH-USE-20261120T1400Z-PT1H`. */
  contractById(contractId: string, options?: ReadOptions): Promise<Answer<ContractView | null>>;
  /** `levels` per side, from 1 to 1,000 (default 20). */
  depth(contract: number, options?: ReadOptions & { readonly levels?: number }): Promise<Answer<DepthView | null>>;
  /** Of one contract, or of the whole market. */
  trades(request?: PageRequest & { readonly contract?: number }): Promise<Page<TradeView>>;
  /** Newest first. */
  candles(request: CandleRequest): Promise<Page<CandleView>>;
  /** The same page, oldest first within it, as columns. */
  candleColumns(
    request: CandleRequest,
  ): Promise<Omit<Answer<CandleColumns>, 'as_of_us'> & { has_more: boolean; cursor: string | null }>;
  /** Of all tiers or one; forward curves and front windows of all zones or one. */
  prices(request?: ReadOptions & { readonly tier?: number; readonly zone?: number }): Promise<Answer<PricesView>>;

  balance(account: number, options?: ReadOptions): Promise<Answer<BalanceView | null>>;
  /** By contract number, ascending. */
  positions(
    account: number,
    request?: PageRequest & { readonly contract?: number; readonly settled?: boolean },
  ): Promise<Page<PositionView>>;
  ledger(account: number, request?: LedgerRequest): Promise<LedgerStatement>;
  cashMovements(account: number, request?: PageRequest): Promise<Page<CashMovementView>>;
  /** What became of a deposit or withdrawal under an idempotency key; for good (rejected ones: bounded). */
  cashMovement(account: number, commandId: string, options?: ReadOptions): Promise<Answer<CashMovementView | null>>;

  /**
   * What became of an account's commands under an id (account 0: of the market's own), by record; none while it is not decided,
   * or where it is forgotten. An order's id has one outcome per contract.
   */
  commandOutcomes(
    account: number,
    commandId: string,
    options?: ReadOptions,
  ): Promise<Answer<readonly CommandOutcomeView[]>>;

  order(contract: number, order: number, options?: ReadOptions): Promise<Answer<OrderView | null>>;
  orders(account: number, request?: PageRequest & OrderFilter): Promise<Page<OrderView>>;
  /** Ids are unique per account and contract: without a contract, one outcome per contract that knows the id. */
  ordersByClientId(
    account: number,
    clientOrderId: string,
    options?: ReadOptions & { readonly contract?: number },
  ): Promise<Answer<readonly ClientOrderView[]>>;
  fills(account: number, request?: PageRequest & FillFilter): Promise<Page<FillView>>;

  /** By window start, then account; newest window first. */
  factoryUse(request?: PageRequest & FactoryUseFilter): Promise<Page<FactoryUseView>>;
  valueSplit(request?: SplitRequest): Promise<Answer<ValueSplitView>>;
}

export type ReadQuery = keyof ReadModels;

/** All questions by name: what a worker thread or another process may be asked. */
export const READ_QUERIES = [
  'status',
  'market',
  'totals',
  'participants',
  'participant',
  'accounts',
  'account',
  'factories',
  'factory',
  'apiKeys',
  'apiKey',
  'apiKeyByHash',
  'offers',
  'offer',
  'contracts',
  'contract',
  'contractById',
  'depth',
  'trades',
  'candles',
  'candleColumns',
  'prices',
  'balance',
  'positions',
  'ledger',
  'cashMovements',
  'cashMovement',
  'commandOutcomes',
  'order',
  'orders',
  'ordersByClientId',
  'fills',
  'factoryUse',
  'valueSplit',
] as const satisfies readonly ReadQuery[];

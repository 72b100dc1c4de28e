// What can be asked of the read models, and what they answer: one interface for every place that they may live in
// (this process, a worker thread, another machine).
//
// Units: lots, ticks, micro-USD, millijoules, microseconds since 1970, ppm, all integers. A figure that may leave the
// safe integers is a `Wide`: a signed 64-bit integer as a decimal string. An average is an `Average`: a decimal string
// of ticks with up to three places, null where nothing was traded. Numbers of things count from 1; 0 means none.

import type {
  CancelReason,
  ContractState,
  EventType,
  OrderType,
  ParticipantRole,
  RejectionCode,
  SelfTradeMode,
  Side,
  TimeInForce,
} from '@tokenbourse/domain';

/** A signed 64-bit integer as a decimal string. */
export type Wide = string;
/** Ticks as a decimal string with up to three places, rounded half up; null where there is nothing to average. */
export type Average = string | null;

export interface ReadOptions {
  /** Answer only when this record is visible. */
  readonly min_seq?: number;
  /** How long to wait for it, in milliseconds (default 2,000); then READ_TIMEOUT. */
  readonly timeout_ms?: number;
}

export interface PageRequest extends ReadOptions {
  /** From 1 to 1,000; 100 without it. */
  readonly limit?: number;
  /** `cursor` of the page before; the first page without it. */
  readonly cursor?: string;
}

/** One answer. What was not found is `data: null`. */
export interface Answer<T> {
  /** Last record that the answer knows of. */
  readonly as_of_seq: number;
  readonly data: T;
}

export interface Page<T> {
  readonly as_of_seq: number;
  readonly data: readonly T[];
  readonly has_more: boolean;
  /** For the next page; null when there is none. */
  readonly cursor: string | null;
}

// ---- the market and its people ----

export interface TierView {
  readonly tier: number;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly reference_price_ticks: number;
  readonly description: string;
}

export interface ZoneView {
  readonly zone: number;
  readonly name: string;
}

export interface FeesView {
  readonly schedule: number;
  readonly maker_ppm: number;
  readonly taker_ppm: number;
}

export interface LimitsView {
  readonly open_orders_per_account: number;
  readonly matches_per_command: number;
  readonly quotes_per_offer: number;
  readonly idempotency_window_us: number;
}

export interface MarketView {
  readonly market: string;
  readonly currency: string;
  readonly id_seed: number;
  readonly opened_at_us: number;
  readonly window_us: number;
  readonly horizon_us: number;
  readonly open_lead_us: number;
  readonly gate_lead_us: number;
  readonly settlement_lag_us: number;
  readonly tiers: readonly TierView[];
  readonly zones: readonly ZoneView[];
  /** Null until they are set. */
  readonly fees: FeesView | null;
  readonly limits: LimitsView | null;
  readonly split_rule: { readonly version: number; readonly rule: string; readonly set_at_us: number } | null;
}

export interface ParticipantView {
  readonly participant: number;
  readonly name: string;
  readonly role: ParticipantRole;
  readonly registered_at_us: number;
}

export interface AccountView {
  readonly account: number;
  readonly participant: number;
  readonly name: string;
  readonly opened_at_us: number;
  readonly is_factory: boolean;
}

export interface FactoryView {
  /** The factory's account number; it names the factory. */
  readonly account: number;
  readonly participant: number;
  readonly name: string;
  readonly zone: number;
  readonly zone_name: string;
  readonly hardware: string;
  readonly power_watts: number;
  readonly yields: readonly {
    readonly tier: number;
    readonly tier_name: string;
    readonly joules_per_mtok: number;
    readonly licence_ppm: number;
  }[];
  readonly power_micro_usd_per_mwh: number;
  readonly equipment_micro_usd_per_mwh: number;
  readonly facility_micro_usd_per_mwh: number;
  readonly registered_at_us: number;
}

export interface ApiKeyView {
  readonly key: number;
  readonly name: string;
  /** 0: it speaks for no account. */
  readonly account: number;
  readonly all_accounts: boolean;
  readonly scopes: readonly string[];
  /** SHA-256 of the key, hexadecimal. */
  readonly hash: string;
  readonly created_at_us: number;
  readonly revoked: boolean;
  /** 0 while it is not. */
  readonly revoked_at_us: number;
}

export interface OfferView {
  readonly offer: number;
  readonly account: number;
  readonly window: number;
  readonly window_start_at_us: number;
  readonly zone: number;
  readonly energy_policy: string;
  readonly quotes: readonly {
    readonly tier: number;
    readonly tier_name: string;
    readonly price_ticks: number;
    readonly lots: number;
    /** 0 while the quote's order is not there. */
    readonly contract: number;
    readonly order: number;
    readonly open_lots: number;
    readonly filled_lots: number;
    readonly cancelled_lots: number;
  }[];
  /** OPEN while a quote has open lots; CLOSED when all are filled or cancelled; WITHDRAWN by command. */
  readonly state: 'OPEN' | 'CLOSED' | 'WITHDRAWN';
  readonly posted_at_us: number;
  readonly sequence: number;
}

// ---- contracts and their market data ----

export interface ContractView {
  readonly contract: number;
  readonly contract_id: string;
  readonly state: ContractState;
  readonly tier: number;
  readonly tier_name: string;
  readonly zone: number;
  readonly zone_name: string;
  readonly window: number;
  readonly window_start_at_us: number;
  readonly window_us: number;
  readonly opens_at_us: number;
  readonly gate_closes_at_us: number;
  readonly settles_at_us: number;
  /** 0 until it is settled. */
  readonly settled_at_us: number;
  readonly contract_sequence: number;
  readonly best_bid_ticks: number | null;
  readonly best_ask_ticks: number | null;
  readonly last_price_ticks: number | null;
  readonly last_trade_at_us: number | null;
  readonly trades: number;
  readonly volume_lots: Wide;
  readonly amount_micro_usd: Wide;
  readonly vwap_ticks: Average;
}

export interface ContractFilter {
  readonly tier?: number;
  readonly zone?: number;
  readonly window?: number;
  readonly state?: ContractState;
  /** Contracts whose delivery starts at or after, before. */
  readonly from_us?: number;
  readonly to_us?: number;
}

export interface DepthLevel {
  readonly price_ticks: number;
  readonly lots: number;
  readonly orders: number;
}

export interface DepthView {
  readonly contract: number;
  readonly contract_sequence: number;
  /** Best first. */
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

export interface TradeView {
  readonly contract: number;
  readonly trade: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly price_ticks: number;
  readonly lots: number;
  readonly amount_micro_usd: number;
  readonly taker_side: Side;
  readonly contract_sequence: number;
}

export const CANDLE_INTERVALS = ['1s', '1m', '5m', '15m', '1h', '1d'] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];

/** Of one contract, or of all trades of a tier. Exactly one of the two is given. */
export interface CandleRequest extends PageRequest {
  readonly contract?: number;
  readonly tier?: number;
  readonly interval: CandleInterval;
  /** Candles that start at or after, before. */
  readonly from_us?: number;
  readonly to_us?: number;
}

/** Intervals without a trade have no candle. */
export interface CandleView {
  readonly start_us: number;
  readonly open_ticks: number;
  readonly high_ticks: number;
  readonly low_ticks: number;
  readonly close_ticks: number;
  readonly vwap_ticks: string;
  readonly volume_lots: Wide;
  readonly amount_micro_usd: Wide;
  readonly trades: number;
}

export interface CandleColumns {
  readonly start_us: readonly number[];
  readonly open_ticks: readonly number[];
  readonly high_ticks: readonly number[];
  readonly low_ticks: readonly number[];
  readonly close_ticks: readonly number[];
  readonly vwap_ticks: readonly string[];
  readonly volume_lots: readonly Wide[];
  readonly amount_micro_usd: readonly Wide[];
  readonly trades: readonly number[];
}

// ---- price discovery ----

/** Trades of a stretch of time. */
export interface TradingSummary {
  readonly trades: number;
  readonly volume_lots: Wide;
  readonly amount_micro_usd: Wide;
  readonly vwap_ticks: Average;
}

export interface ForwardPoint {
  readonly contract: number;
  readonly contract_id: string;
  readonly zone: number;
  readonly zone_name: string;
  readonly state: ContractState;
  readonly window_start_at_us: number;
  readonly best_bid_ticks: number | null;
  readonly best_ask_ticks: number | null;
  /** (bid + ask) / 2, with up to one place; null unless both are there. */
  readonly mid_ticks: Average;
  readonly last_price_ticks: number | null;
  readonly vwap_ticks: Average;
  readonly volume_lots: Wide;
}

/** The front window is the earliest delivery window in which the tier has an OPEN contract. */
export interface TierPriceView {
  readonly tier: number;
  readonly tier_name: string;
  readonly reference_price_ticks: number;
  /** Of all trades of the tier, whatever the window. */
  readonly last_price_ticks: number | null;
  readonly last_trade_at_us: number | null;
  /** Start of the front window; null when nothing is open. */
  readonly front_window_start_at_us: number | null;
  /** Best over the zones of the front window. */
  readonly best_bid_ticks: number | null;
  readonly best_ask_ticks: number | null;
  readonly mid_ticks: Average;
  readonly spread_ticks: number | null;
  /** The last sixty minutes of log time: the running minute and the 59 before it. */
  readonly last_hour: TradingSummary;
  readonly since_start: TradingSummary;
  /** Last price less the price a day of log time ago (the first price for a younger market); null before the first trade. */
  readonly change_ticks: number | null;
  /** Of the factories, in the front window: sold and on offer. */
  readonly front_energy_sold_millijoules: Wide;
  readonly front_energy_offered_millijoules: Wide;
  /** Contracts not yet settled, in the order of their windows. */
  readonly forward_curve: readonly ForwardPoint[];
}

export interface PricesView {
  /** Time of the last record. */
  readonly at_us: number;
  /** Of all factories in the front window; null when nothing is open. */
  readonly front_window: {
    readonly window_start_at_us: number;
    readonly energy_budget_millijoules: Wide;
    readonly energy_sold_millijoules: Wide;
    readonly energy_offered_millijoules: Wide;
  } | null;
  readonly tiers: readonly TierPriceView[];
}

// ---- money, positions, orders ----

export interface BalanceView {
  readonly account: number;
  readonly available_micro_usd: Wide;
  readonly held_micro_usd: Wide;
  /** Owed to the account by escrow, paid out at settlement. */
  readonly receivable_micro_usd: Wide;
  /** Paid for positions that are not settled yet, fees included. */
  readonly paid_micro_usd: Wide;
}

/** deposits − withdrawals = available + held + escrow + fees, at every record. */
export interface MarketTotalsView {
  readonly deposits_micro_usd: Wide;
  readonly withdrawals_micro_usd: Wide;
  readonly available_micro_usd: Wide;
  readonly held_micro_usd: Wide;
  readonly escrow_micro_usd: Wide;
  readonly fees_micro_usd: Wide;
  readonly trades: number;
  readonly volume_lots: Wide;
  readonly amount_micro_usd: Wide;
  readonly orders_accepted: number;
  readonly orders_rejected: number;
}

export interface PositionView {
  readonly account: number;
  readonly contract: number;
  readonly contract_id: string;
  /** Bought less sold. */
  readonly lots: number;
  readonly bought_lots: Wide;
  readonly sold_lots: Wide;
  readonly paid_micro_usd: Wide;
  readonly receivable_micro_usd: Wide;
  /** Average price of the lots that make up the position, fees excluded; null for a flat one. */
  readonly average_price_ticks: Average;
  readonly settled: boolean;
}

export const ORDER_STATES = ['OPEN', 'FILLED', 'CANCELLED'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderView {
  readonly contract: number;
  readonly order: number;
  readonly contract_id: string;
  readonly account: number;
  /** Empty where the sender gave none. */
  readonly client_order_id: string;
  /** Digest of the request under that id. */
  readonly fingerprint: number;
  readonly side: Side;
  readonly order_type: OrderType;
  readonly time_in_force: TimeInForce;
  readonly self_trade: SelfTradeMode;
  readonly post_only: boolean;
  readonly price_ticks: number;
  /** lots = filled + open + cancelled. */
  readonly lots: number;
  readonly filled_lots: number;
  readonly open_lots: number;
  readonly cancelled_lots: number;
  /** Sum of its fills, fees excluded. */
  readonly filled_amount_micro_usd: number;
  readonly fees_micro_usd: number;
  readonly average_price_ticks: Average;
  /** Money set aside now; 0 for a sell and for a closed order. */
  readonly hold_micro_usd: number;
  readonly state: OrderState;
  /** Why the rest was cancelled; null while open or filled. */
  readonly cancel_reason: CancelReason | null;
  readonly good_till_us: number;
  /** Capacity offer that it is part of; 0 for none. */
  readonly offer: number;
  readonly fee_schedule: number;
  /** Record that accepted it. */
  readonly sequence: number;
  readonly accepted_at_us: number;
  /** Record that changed it last. */
  readonly updated_sequence: number;
  readonly updated_at_us: number;
}

export interface OrderFilter {
  readonly contract?: number;
  readonly tier?: number;
  readonly side?: Side;
  readonly state?: OrderState;
}

export interface Refusal {
  readonly code: RejectionCode;
  readonly needed: number;
  readonly available: number;
  readonly at_us: number;
}

/** What became of the order that an account sent under a client order id. */
export type ClientOrderView =
  | { readonly outcome: 'ACCEPTED'; readonly sequence: number; readonly fingerprint: number; readonly order: OrderView }
  | {
      readonly outcome: 'REJECTED';
      readonly sequence: number;
      readonly at_us: number;
      readonly fingerprint: number;
      readonly account: number;
      readonly contract: number;
      readonly client_order_id: string;
      readonly refusal: Refusal;
    };

export interface FillView {
  readonly account: number;
  /** Counts the account's fills, from 1. */
  readonly number: number;
  readonly contract: number;
  readonly trade: number;
  readonly order: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly side: Side;
  readonly liquidity: 'MAKER' | 'TAKER';
  readonly price_ticks: number;
  readonly lots: number;
  readonly amount_micro_usd: number;
  readonly fee_micro_usd: number;
}

export interface FillFilter {
  readonly contract?: number;
  readonly order?: number;
}

/** One movement of an account's cash. Balance after = balance after the bucket's entry before + delta. */
export interface LedgerEntryView {
  readonly account: number;
  /** Counts the account's movements, from 1. */
  readonly number: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly event: EventType;
  readonly bucket: 'AVAILABLE' | 'HELD';
  /** Order or trade number inside `contract`; 0 for none. */
  readonly contract: number;
  readonly reference: number;
  readonly delta_micro_usd: Wide;
  readonly balance_micro_usd: Wide;
}

export interface LedgerRequest extends PageRequest {
  readonly bucket?: 'AVAILABLE' | 'HELD';
}

/** A page of entries, newest first, with the balances before its oldest and after its newest entry. */
export interface LedgerStatement extends Page<LedgerEntryView> {
  readonly opening: { readonly available_micro_usd: Wide; readonly held_micro_usd: Wide };
  readonly closing: { readonly available_micro_usd: Wide; readonly held_micro_usd: Wide };
}

/** A deposit or withdrawal; kept for good, with its command's id, so that cash never moves twice. */
export interface CashMovementView {
  readonly account: number;
  readonly kind: 'DEPOSIT' | 'WITHDRAWAL';
  readonly command_id: string;
  readonly fingerprint: number;
  readonly sequence: number;
  readonly at_us: number;
  readonly outcome: 'ACCEPTED' | 'REJECTED';
  /** Null for an accepted one. */
  readonly refusal: Refusal | null;
  /** 0 for a rejected one. */
  readonly amount_micro_usd: number;
  readonly reference: string;
}

// ---- factories' power, value split ----

export interface FactoryUseFilter {
  readonly account?: number;
  readonly zone?: number;
  readonly window?: number;
  readonly from_us?: number;
  readonly to_us?: number;
}

/** A factory's energy of one window: budget = sold + offered + free; when the window is over, what was not sold has perished. */
export interface FactoryUseView {
  readonly account: number;
  readonly factory_name: string;
  readonly zone: number;
  readonly window: number;
  readonly window_start_at_us: number;
  readonly window_us: number;
  readonly ended: boolean;
  readonly budget_millijoules: Wide;
  readonly sold_millijoules: Wide;
  readonly offered_millijoules: Wide;
  readonly free_millijoules: Wide;
  /** 0 until the window has ended. */
  readonly perished_millijoules: Wide;
  readonly tiers: readonly {
    readonly tier: number;
    readonly tier_name: string;
    readonly contract: number;
    readonly sold_lots: number;
    readonly offered_lots: number;
    readonly sold_millijoules: Wide;
    readonly offered_millijoules: Wide;
  }[];
}

export const SPLIT_LINKS = ['power', 'equipment', 'facility', 'cloud_operator', 'model_licence', 'reseller'] as const;
export type SplitLink = (typeof SPLIT_LINKS)[number];

export type SplitGrouping = 'total' | 'tier' | 'zone' | 'contract';

export interface SplitRequest extends ReadOptions {
  /** One row per …; `total` without it. `contract` is tier × zone × window. */
  readonly group_by?: SplitGrouping;
  readonly tier?: number;
  readonly zone?: number;
  readonly contract?: number;
  /** Delivery windows that start at or after, before. Given one, what was rolled up is left out. */
  readonly from_us?: number;
  readonly to_us?: number;
}

export interface SplitRow {
  readonly tier: number | null;
  readonly tier_name: string | null;
  readonly zone: number | null;
  readonly zone_name: string | null;
  readonly contract: number | null;
  readonly contract_id: string | null;
  readonly window_start_at_us: number | null;
  /** Sum of the links: what the final holders paid for their tokens, fees excluded. */
  readonly payment_micro_usd: Wide;
  readonly links: { readonly [L in SplitLink]: Wide };
  /** The market's fees on the trades, on top of the payment; divided among nobody. */
  readonly exchange_fee_micro_usd: Wide;
  /** Lots sold by factories less those bought back. */
  readonly produced_lots: Wide;
  readonly resold_lots: Wide;
}

/**
 * A Sankey diagram's data. Nodes: `payers` (the final holders), `tier:NAME`, `link:LINK`, `loss:LINK`. Money flows from the
 * payers into each tier and on to the links. Every value is positive: a link whose part of a tier is negative stands as
 * `loss:LINK`, from which its loss flows into the tier, flagged `is_loss`. So each tier's inflow equals its outflow.
 */
export interface SankeyView {
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: 'payer' | 'tier' | 'link' | 'loss';
  }[];
  readonly links: readonly {
    readonly source: string;
    readonly target: string;
    readonly value_micro_usd: Wide;
    readonly is_loss: boolean;
  }[];
}

export interface ValueSplitView {
  readonly rule_version: number | null;
  /** Links in their order, with the words of the rule in force. */
  readonly rule: readonly {
    readonly link: string;
    readonly name: string;
    readonly formula: string;
    readonly source: string;
  }[];
  readonly rows: readonly SplitRow[];
  readonly total: SplitRow;
  readonly sankey: SankeyView;
}

// ---- all of it ----

export interface ReadStatus {
  /** False while the models catch up after a start, and when they stopped. */
  readonly ready: boolean;
  /** Why not; empty while ready. */
  readonly reason: string;
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
  candleColumns(request: CandleRequest): Promise<Answer<CandleColumns> & { has_more: boolean; cursor: string | null }>;
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
  'order',
  'orders',
  'ordersByClientId',
  'fills',
  'factoryUse',
  'valueSplit',
] as const satisfies readonly ReadQuery[];

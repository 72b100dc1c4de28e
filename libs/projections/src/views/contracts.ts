// What the read models tell of contracts, their market data, and price discovery.

import type { ContractState, Side } from '@tokenbourse/domain';
import type { Average, PageRequest, Wide } from './paging';

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

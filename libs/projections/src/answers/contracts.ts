// Answers about contracts and their market data: depth, trades, candles.

import { averageTicks, toWide } from '../exact';
import { invalidRequest } from '../errors';
import type { AnswerModels } from '../answer-models';
import { candleOf, candleStart, seriesOf } from '../models/candles';
import type { ContractDocument } from '../models/contracts';
import { WHOLE_MARKET, tradeOf } from '../models/tape';
import { cursorOf, descending, limitOf, pageOf, type PageData } from '../pages';
import {
  CANDLE_INTERVALS,
  type CandleColumns,
  type CandleRequest,
  type CandleView,
  type ContractFilter,
  type ContractView,
  type DepthView,
  type PageRequest,
  type TradeView,
} from '../queries';

const DEPTH_LEVELS_DEFAULT = 20;
const DEPTH_LEVELS_MAX = 1_000;

export function contractView({ market, depth, trading }: AnswerModels, document: ContractDocument): ContractView {
  const { contract, tier, zone } = document;
  const book = depth.top(contract);
  const traded = trading.ofContracts.get(contract);
  return {
    ...document,
    tier_name: market.tierName(tier),
    zone_name: market.zoneName(zone),
    contract_sequence: book?.contract_sequence ?? 0,
    best_bid_ticks: book?.bids.best ?? null,
    best_ask_ticks: book?.asks.best ?? null,
    last_price_ticks: traded?.last_price_ticks ?? null,
    last_trade_at_us: traded?.last_trade_at_us ?? null,
    trades: traded?.trades ?? 0,
    volume_lots: toWide(traded?.volume ?? 0),
    amount_micro_usd: toWide(traded?.amount ?? 0),
    vwap_ticks: traded === undefined ? null : averageTicks(traded.amount, traded.volume),
  };
}

/** Contracts in the order of their windows, then by number. */
export function sortedContracts({ contracts }: AnswerModels): ContractDocument[] {
  return [...contracts.contracts.values()].sort(
    (a, b) => a.window_start_at_us - b.window_start_at_us || a.contract - b.contract,
  );
}

export function contracts(models: AnswerModels, request: PageRequest & ContractFilter): PageData<ContractView> {
  const { tier, zone, window, state, from_us, to_us } = request;
  const [afterStart, afterContract] = cursorOf(request, 2) ?? [-1, 0];
  const items = sortedContracts(models).filter(
    (document) =>
      (document.window_start_at_us > afterStart ||
        (document.window_start_at_us === afterStart && document.contract > afterContract)) &&
      (tier === undefined || document.tier === tier) &&
      (zone === undefined || document.zone === zone) &&
      (window === undefined || document.window === window) &&
      (state === undefined || document.state === state) &&
      (from_us === undefined || document.window_start_at_us >= from_us) &&
      (to_us === undefined || document.window_start_at_us < to_us),
  );
  return pageOf(
    items,
    limitOf(request),
    ({ window_start_at_us, contract }) => `${window_start_at_us}_${contract}`,
    (document) => contractView(models, document),
  );
}

export function contract(models: AnswerModels, number: number): ContractView | null {
  const document = models.contracts.contracts.get(number);
  return document === undefined ? null : contractView(models, document);
}

export function contractById(models: AnswerModels, id: string): ContractView | null {
  const document = models.contracts.byContractId(id);
  return document === undefined ? null : contractView(models, document);
}

export function depth(models: AnswerModels, contract: number, levels = DEPTH_LEVELS_DEFAULT): DepthView | null {
  if (!Number.isInteger(levels) || levels < 1 || levels > DEPTH_LEVELS_MAX) {
    throw invalidRequest('levels', `must be an integer from 1 to ${DEPTH_LEVELS_MAX}, not ${levels}`);
  }
  const book = models.depth.book(contract);
  if (book === undefined) return null;
  const { contract_sequence, bids, asks } = book;
  return { contract, contract_sequence, bids: bids.top(levels), asks: asks.top(levels) };
}

export function trades(
  { tape }: AnswerModels,
  request: PageRequest & { readonly contract?: number },
): PageData<TradeView> {
  const ring = tape.tapes.get(request.contract ?? WHOLE_MARKET);
  const limit = limitOf(request);
  const numbers = descending(ring?.first ?? 1, ring?.next ?? 1, request);
  return pageOf(numbers, limit, String, (number) => tradeOf(ring!, number));
}

export function candles({ candles }: AnswerModels, request: CandleRequest): PageData<CandleView> {
  const { contract, tier, interval, from_us = 0, to_us = Infinity } = request;
  if (!CANDLE_INTERVALS.includes(interval)) {
    throw invalidRequest('interval', `must be one of ${CANDLE_INTERVALS.join(', ')}`);
  }
  if ((contract === undefined) === (tier === undefined)) {
    throw invalidRequest('contract', 'ask for the candles of either a contract or a tier');
  }
  const ring =
    contract === undefined
      ? candles.ofTiers.get(seriesOf(tier as number, interval))
      : candles.ofContracts.get(seriesOf(contract, interval));
  const limit = limitOf(request);
  const numbers = descending(ring?.first ?? 1, ring?.next ?? 1, request, (number) => {
    const start = candleStart(ring!, number);
    return start >= from_us && start < to_us;
  });
  return pageOf(numbers, limit, String, (number) => candleOf(ring!, number));
}

/** Rows, newest first, as columns, oldest first. */
export function asColumns(rows: readonly CandleView[]): CandleColumns {
  const ordered = [...rows].reverse();
  return {
    start_us: ordered.map((row) => row.start_us),
    open_ticks: ordered.map((row) => row.open_ticks),
    high_ticks: ordered.map((row) => row.high_ticks),
    low_ticks: ordered.map((row) => row.low_ticks),
    close_ticks: ordered.map((row) => row.close_ticks),
    vwap_ticks: ordered.map((row) => row.vwap_ticks),
    volume_lots: ordered.map((row) => row.volume_lots),
    amount_micro_usd: ordered.map((row) => row.amount_micro_usd),
    trades: ordered.map((row) => row.trades),
  };
}

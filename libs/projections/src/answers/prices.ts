// Answers on price discovery: per tier, and along the delivery windows.

import { HOUR_US, MINUTE_US } from '@tokenbourse/domain';
import { averageTicks, plus, toWide, type Exact } from '../exact';
import type { AnswerModels } from '../answer-models';
import { INTERVAL_US, candleClose, candleStart, candleSums } from '../models/candles';
import type { ContractDocument } from '../models/contracts';
import type { ForwardPoint, PricesView, TierPriceView, TierView, TradingSummary } from '../queries';
import type { RowRing } from '../row-ring';
import { contractView, sortedContracts } from './contracts';
import { energyOf } from './factory-use';

/** Gives an account's open sell lots by contract; found once for all tiers. */
type Sells = (account: number) => ReadonlyMap<number, number>;

export interface PricesFilter {
  readonly tier?: number;
  readonly zone?: number;
}

export function prices(models: AnswerModels, atUs: number, { tier, zone }: PricesFilter): PricesView {
  const live = sortedContracts(models).filter(
    (contract) => contract.state !== 'SETTLED' && (zone === undefined || contract.zone === zone),
  );
  const tiers = [...models.market.tiers.values()].filter((view) => tier === undefined || view.tier === tier);
  const sells = sellsOf(models);
  const open = live.filter(({ state, tier: of }) => state === 'OPEN' && (tier === undefined || of === tier));
  return {
    at_us: atUs,
    front_window: open.length === 0 ? null : frontWindow(models, open[0].window_start_at_us, zone, sells),
    tiers: tiers.map((view) => {
      const ofTier = live.filter((contract) => contract.tier === view.tier);
      return tierPrice(models, view, ofTier, atUs, sells);
    }),
  };
}

function tierPrice(
  models: AnswerModels,
  view: TierView,
  contracts: readonly ContractDocument[],
  atUs: number,
  sells: Sells,
): TierPriceView {
  const frontUs = contracts.find(({ state }) => state === 'OPEN')?.window_start_at_us ?? null;
  const front = contracts.filter(({ state, window_start_at_us }) => state === 'OPEN' && window_start_at_us === frontUs);
  const books = front.map(({ contract }) => models.depth.top(contract));
  const bid = best(
    books.map((book) => book?.bids.best ?? null),
    Math.max,
  );
  const ask = best(
    books.map((book) => book?.asks.best ?? null),
    Math.min,
  );
  const traded = models.trading.ofTiers.get(view.tier);
  const minutes = models.candles.minutesOfTier(view.tier);
  const energy = frontEnergy(models, front, sells);
  return {
    tier: view.tier,
    tier_name: view.name,
    reference_price_ticks: view.reference_price_ticks,
    last_price_ticks: traded?.last_price_ticks ?? null,
    last_trade_at_us: traded?.last_trade_at_us ?? null,
    front_window_start_at_us: frontUs,
    best_bid_ticks: bid,
    best_ask_ticks: ask,
    mid_ticks: midOf(bid, ask),
    spread_ticks: bid === null || ask === null ? null : ask - bid,
    last_hour: sinceMinute(minutes, atUs - (atUs % MINUTE_US) - HOUR_US + MINUTE_US),
    since_start: summary(traded?.trades ?? 0, traded?.volume ?? 0, traded?.amount ?? 0),
    change_ticks:
      traded === undefined
        ? null
        : traded.last_price_ticks - priceAt(minutes, atUs - 24 * HOUR_US, traded.first_price_ticks),
    front_energy_sold_millijoules: energy.sold.toString(),
    front_energy_offered_millijoules: energy.offered.toString(),
    forward_curve: contracts.map((contract) => forwardPoint(models, contract)),
  };
}

function forwardPoint(models: AnswerModels, document: ContractDocument): ForwardPoint {
  const view = contractView(models, document);
  return {
    contract: view.contract,
    contract_id: view.contract_id,
    zone: view.zone,
    zone_name: view.zone_name,
    state: view.state,
    window_start_at_us: view.window_start_at_us,
    best_bid_ticks: view.best_bid_ticks,
    best_ask_ticks: view.best_ask_ticks,
    mid_ticks: midOf(view.best_bid_ticks, view.best_ask_ticks),
    last_price_ticks: view.last_price_ticks,
    vwap_ticks: view.vwap_ticks,
    volume_lots: view.volume_lots,
  };
}

/** Energy of all factories in the windows that start at `startUs`. */
function frontWindow(
  models: AnswerModels,
  startUs: number,
  zone: number | undefined,
  sells: Sells,
): PricesView['front_window'] {
  let budget = 0n;
  for (const window of models.factoryUse.windows.values()) {
    if (window.window_start_at_us !== startUs || (zone !== undefined && window.zone !== zone)) continue;
    for (const use of models.factoryUse.use.within(window.window).values()) budget += BigInt(use.budget);
  }
  const contracts = [...models.contracts.contracts.values()].filter(
    (contract) => contract.window_start_at_us === startUs && (zone === undefined || contract.zone === zone),
  );
  const { sold, offered } = frontEnergy(models, contracts, sells);
  return {
    window_start_at_us: startUs,
    energy_budget_millijoules: budget.toString(),
    energy_sold_millijoules: sold.toString(),
    energy_offered_millijoules: offered.toString(),
  };
}

function sellsOf(models: AnswerModels): Sells {
  const found = new Map<number, ReadonlyMap<number, number>>();
  return (account) => {
    let sells = found.get(account);
    if (sells === undefined) {
      sells = models.orders.openSells(account);
      found.set(account, sells);
    }
    return sells;
  };
}

function frontEnergy(
  models: AnswerModels,
  contracts: readonly ContractDocument[],
  sellsOfAccount: Sells,
): { sold: bigint; offered: bigint } {
  let sold = 0n;
  let offered = 0n;
  for (const factory of models.directory.factories.values()) {
    const own = contracts.filter(({ zone }) => zone === factory.zone);
    if (own.length === 0) continue;
    const sells = sellsOfAccount(factory.account);
    for (const contract of own) {
      const energy = energyOf(models, factory, contract, sells);
      sold += energy.sold;
      offered += energy.offered;
    }
  }
  return { sold, offered };
}

function best(prices: readonly (number | null)[], choose: (...prices: number[]) => number): number | null {
  const known = prices.filter((price) => price !== null);
  return known.length === 0 ? null : choose(...known);
}

export function midOf(bid: number | null, ask: number | null): string | null {
  return bid === null || ask === null ? null : averageTicks(bid + ask, 2);
}

function summary(trades: number, volume: Exact, amount: Exact): TradingSummary {
  return {
    trades,
    volume_lots: toWide(volume),
    amount_micro_usd: toWide(amount),
    vwap_ticks: averageTicks(amount, volume),
  };
}

/** Sum of the minutes that start at `fromUs` or later. */
function sinceMinute(minutes: RowRing | undefined, fromUs: number): TradingSummary {
  let trades = 0;
  let volume: Exact = 0;
  let amount: Exact = 0;
  for (let number = (minutes?.next ?? 1) - 1; number >= (minutes?.first ?? 1); number--) {
    if (candleStart(minutes!, number) < fromUs) break;
    const sums = candleSums(minutes!, number);
    trades += sums.trades;
    volume = plus(volume, sums.volume);
    amount = plus(amount, sums.amount);
  }
  return summary(trades, volume, amount);
}

/** Close of the last minute that was over at `us`; `before` when there is none. */
function priceAt(minutes: RowRing | undefined, us: number, before: number): number {
  for (let number = (minutes?.next ?? 1) - 1; number >= (minutes?.first ?? 1); number--) {
    if (candleStart(minutes!, number) + INTERVAL_US['1m'] <= us) return candleClose(minutes!, number);
  }
  return before;
}

// Rows of the read models about contracts, candles, prices and the value split → responses.

import { formatInstant, SECOND_US } from '@tokenbourse/domain';
import {
  formatMtok,
  formatMwh,
  formatPrice,
  formatUsd,
  type Candles,
  type Contract,
  type Market,
  type Prices,
  type ValueSplit,
} from '@tokenbourse/protocol';
import {
  SPLIT_LINKS,
  type CandleColumns,
  type CandleView,
  type ContractView,
  type DepthLevel,
  type ForwardPoint,
  type MarketTotalsView,
  type MarketView,
  type PricesView,
  type SplitRow,
  type TierPriceView,
  type TradingSummary,
  type ValueSplitView,
} from '@tokenbourse/projections';
import { formatAverage, orNull } from './page';

const usd = (micro: string): string => formatUsd(BigInt(micro));
const mtok = (lots: string): string => formatMtok(BigInt(lots));
const mwh = (millijoules: string): string => formatMwh(BigInt(millijoules));
const seconds = (us: number): number => us / SECOND_US;

interface BestPrices {
  readonly best_bid_ticks: number | null;
  readonly best_ask_ticks: number | null;
  readonly last_price_ticks: number | null;
}

const bestPrices = (view: BestPrices) => ({
  best_bid_usd_per_mtok: orNull(view.best_bid_ticks, formatPrice),
  best_ask_usd_per_mtok: orNull(view.best_ask_ticks, formatPrice),
  last_price_usd_per_mtok: orNull(view.last_price_ticks, formatPrice),
});

export function contractAnswer(view: ContractView): Contract {
  return {
    contract_id: view.contract_id,
    tier: view.tier_name,
    zone: view.zone_name,
    state: view.state,
    window_start_at: formatInstant(view.window_start_at_us),
    window_seconds: seconds(view.window_us),
    opens_at: formatInstant(view.opens_at_us),
    gate_closes_at: formatInstant(view.gate_closes_at_us),
    settles_at: formatInstant(view.settles_at_us),
    ...bestPrices(view),
    trades: view.trades,
    volume_mtok: mtok(view.volume_lots),
    amount_usd: usd(view.amount_micro_usd),
    vwap_usd_per_mtok: orNull(view.vwap_ticks, formatAverage),
    contract_seq: view.contract_sequence,
  };
}

export const levelAnswer = (level: DepthLevel) => ({
  price_usd_per_mtok: formatPrice(level.price_ticks),
  quantity_mtok: formatMtok(level.lots),
  orders: level.orders,
});

export function candleAnswer(view: CandleView): NonNullable<Candles['data']>[number] {
  return {
    start_at: formatInstant(view.start_us),
    open_usd_per_mtok: formatPrice(view.open_ticks),
    high_usd_per_mtok: formatPrice(view.high_ticks),
    low_usd_per_mtok: formatPrice(view.low_ticks),
    close_usd_per_mtok: formatPrice(view.close_ticks),
    vwap_usd_per_mtok: formatAverage(view.vwap_ticks),
    volume_mtok: mtok(view.volume_lots),
    amount_usd: usd(view.amount_micro_usd),
    trades: view.trades,
  };
}

export function candleColumnsAnswer(view: CandleColumns): NonNullable<Candles['columns']> {
  return {
    start_at: view.start_us.map(formatInstant),
    open_usd_per_mtok: view.open_ticks.map(formatPrice),
    high_usd_per_mtok: view.high_ticks.map(formatPrice),
    low_usd_per_mtok: view.low_ticks.map(formatPrice),
    close_usd_per_mtok: view.close_ticks.map(formatPrice),
    vwap_usd_per_mtok: view.vwap_ticks.map(formatAverage),
    volume_mtok: view.volume_lots.map(mtok),
    amount_usd: view.amount_micro_usd.map(usd),
    trades: [...view.trades],
  };
}

const summaryAnswer = (view: TradingSummary) => ({
  trades: view.trades,
  volume_mtok: mtok(view.volume_lots),
  amount_usd: usd(view.amount_micro_usd),
  vwap_usd_per_mtok: orNull(view.vwap_ticks, formatAverage),
});

const forwardAnswer = (view: ForwardPoint) => ({
  contract_id: view.contract_id,
  zone: view.zone_name,
  state: view.state,
  window_start_at: formatInstant(view.window_start_at_us),
  ...bestPrices(view),
  mid_usd_per_mtok: orNull(view.mid_ticks, formatAverage),
  vwap_usd_per_mtok: orNull(view.vwap_ticks, formatAverage),
  volume_mtok: mtok(view.volume_lots),
});

const tierPriceAnswer = (view: TierPriceView) => ({
  tier: view.tier_name,
  reference_price_usd_per_mtok: formatPrice(view.reference_price_ticks),
  front_window_start_at: orNull(view.front_window_start_at_us, formatInstant),
  ...bestPrices(view),
  mid_usd_per_mtok: orNull(view.mid_ticks, formatAverage),
  spread_usd_per_mtok: orNull(view.spread_ticks, formatPrice),
  last_trade_at: orNull(view.last_trade_at_us, formatInstant),
  last_hour: summaryAnswer(view.last_hour),
  since_start: summaryAnswer(view.since_start),
  change_usd_per_mtok: orNull(view.change_ticks, formatPrice),
  front_energy_sold_mwh: mwh(view.front_energy_sold_millijoules),
  front_energy_offered_mwh: mwh(view.front_energy_offered_millijoules),
  forward_curve: view.forward_curve.map(forwardAnswer),
});

export function pricesAnswer(view: PricesView, asOfSeq: number): Prices {
  return {
    at: formatInstant(view.at_us),
    front_window: orNull(view.front_window, (front) => ({
      window_start_at: formatInstant(front.window_start_at_us),
      energy_budget_mwh: mwh(front.energy_budget_millijoules),
      energy_sold_mwh: mwh(front.energy_sold_millijoules),
      energy_offered_mwh: mwh(front.energy_offered_millijoules),
    })),
    tiers: view.tiers.map(tierPriceAnswer),
    as_of_seq: asOfSeq,
  };
}

function splitRowAnswer(row: SplitRow): ValueSplit['total'] {
  const { links } = row;
  return {
    tier: row.tier_name,
    zone: row.zone_name,
    contract_id: row.contract_id,
    window_start_at: orNull(row.window_start_at_us, formatInstant),
    payment_usd: usd(row.payment_micro_usd),
    links: {
      power: usd(links.power),
      equipment: usd(links.equipment),
      facility: usd(links.facility),
      cloud_operator: usd(links.cloud_operator),
      model_licence: usd(links.model_licence),
      reseller: usd(links.reseller),
    },
    exchange_fee_usd: usd(row.exchange_fee_micro_usd),
    produced_mtok: mtok(row.produced_lots),
    resold_mtok: mtok(row.resold_lots),
  };
}

/** Parts per million, rounded half away from zero; null without a payment. */
function shareOf(part: string, payment: string): number | null {
  const whole = BigInt(payment);
  if (whole === 0n) return null;
  const scaled = BigInt(part) * 2_000_000n + (BigInt(part) < 0n === whole < 0n ? whole : -whole);
  return Number(scaled / (2n * whole));
}

const summed = ['payment_micro_usd', 'exchange_fee_micro_usd', 'produced_lots', 'resold_lots'] as const;
const sum = (a: string, b: string): string => String(BigInt(a) + BigInt(b));

/** Rows per contract added up per delivery window, earliest first; what was rolled up stands in a row without a window. */
export function splitByWindow(rows: readonly SplitRow[]): SplitRow[] {
  const windows = new Map<number | null, SplitRow>();
  for (const row of rows) {
    const window = row.window_start_at_us;
    const bare = {
      ...row,
      tier: null,
      tier_name: null,
      zone: null,
      zone_name: null,
      contract: null,
      contract_id: null,
    };
    const sofar = windows.get(window);
    if (sofar === undefined) {
      windows.set(window, bare);
      continue;
    }
    const figures = Object.fromEntries(summed.map((name) => [name, sum(sofar[name], row[name])]));
    const links = Object.fromEntries(SPLIT_LINKS.map((link) => [link, sum(sofar.links[link], row.links[link])]));
    windows.set(window, { ...bare, ...figures, links: links as unknown as SplitRow['links'] });
  }
  return [...windows.values()].sort((a, b) => (a.window_start_at_us ?? 0) - (b.window_start_at_us ?? 0));
}

export function valueSplitAnswer(
  view: ValueSplitView,
  asOfSeq: number,
  groupBy: ValueSplit['group_by'],
  format: ValueSplit['format'],
): ValueSplit {
  const { total } = view;
  const head = {
    group_by: groupBy,
    format,
    rule: { version: view.rule_version, links: view.rule.map((link) => ({ ...link })) },
    total: splitRowAnswer(total),
    as_of_seq: asOfSeq,
  };
  if (format === 'sankey') {
    return {
      ...head,
      nodes: view.sankey.nodes.map((node) => ({ ...node })),
      links: view.sankey.links.map(({ source, target, value_micro_usd, is_loss }) => ({
        source,
        target,
        value_usd: usd(value_micro_usd),
        is_loss,
      })),
    };
  }
  if (groupBy === 'link') {
    const shares = SPLIT_LINKS.map((link) => ({
      link,
      amount_usd: usd(total.links[link]),
      share_ppm: shareOf(total.links[link], total.payment_micro_usd),
    }));
    return { ...head, shares };
  }
  const rows = groupBy === 'window' ? splitByWindow(view.rows) : view.rows;
  return { ...head, rows: rows.map(splitRowAnswer) };
}

export function marketAnswer(view: MarketView, totals: MarketTotalsView, asOfSeq: number): Market {
  return {
    market: view.market,
    currency: view.currency,
    opened_at: formatInstant(view.opened_at_us),
    window_seconds: seconds(view.window_us),
    horizon_seconds: seconds(view.horizon_us),
    open_lead_seconds: seconds(view.open_lead_us),
    gate_lead_seconds: seconds(view.gate_lead_us),
    settlement_lag_seconds: seconds(view.settlement_lag_us),
    fees: orNull(view.fees, ({ maker_ppm, taker_ppm }) => ({ maker_ppm, taker_ppm })),
    limits: orNull(view.limits, (limits) => ({
      open_orders_per_account: limits.open_orders_per_account,
      matches_per_command: limits.matches_per_command,
      quotes_per_offer: limits.quotes_per_offer,
      idempotency_window_seconds: seconds(limits.idempotency_window_us),
    })),
    split_rule: orNull(view.split_rule, ({ version, rule, set_at_us }) => ({
      version,
      rule: JSON.parse(rule) as Record<string, unknown>,
      set_at: formatInstant(set_at_us),
    })),
    totals: {
      deposits_usd: usd(totals.deposits_micro_usd),
      withdrawals_usd: usd(totals.withdrawals_micro_usd),
      available_usd: usd(totals.available_micro_usd),
      held_usd: usd(totals.held_micro_usd),
      escrow_usd: usd(totals.escrow_micro_usd),
      fees_usd: usd(totals.fees_micro_usd),
      trades: totals.trades,
      volume_mtok: mtok(totals.volume_lots),
      amount_usd: usd(totals.amount_micro_usd),
      orders_accepted: totals.orders_accepted,
      orders_rejected: totals.orders_rejected,
    },
    as_of_seq: asOfSeq,
  };
}

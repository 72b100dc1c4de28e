// The market at a glance, as text: a row per tier and a status line, or all of it in one line.

import { formatInstant } from '@tokenbourse/domain';
import type { PricesView, TierPriceView } from '@tokenbourse/projections';
import { formatMtok, formatPrice } from '@tokenbourse/protocol';

export interface MarketGlance {
  /** Monotonic. */
  readonly atMs: number;
  readonly tiers: readonly TierPriceView[];
  readonly frontWindow: PricesView['front_window'];
  readonly trades: number;
  readonly sequence: number;
  readonly lagRecords: number;
  readonly state: string;
  readonly reason: string;
}

const COLUMNS = ['tier', 'best bid', 'best ask', 'last', 'VWAP 1 h', 'Mtok 1 h', 'power sold', 'on offer'] as const;
const NONE = '–';

const price = (ticks: number | null): string => (ticks === null ? NONE : formatPrice(ticks));
const average = (ticks: string | null): string => (ticks === null ? NONE : (Number(ticks) / 1_000).toFixed(3));
const grouped = (text: string): string => text.replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
const mtok = (lots: string): string => grouped(formatMtok(BigInt(lots)).replace(/\.\d+$/, ''));

/** Of the front window's energy, in percent. */
function share(part: string, budget: string | undefined): string {
  if (budget === undefined || BigInt(budget) === 0n) return NONE;
  return `${(Number((BigInt(part) * 10_000n) / BigInt(budget)) / 100).toFixed(1)} %`;
}

function rowOf(tier: TierPriceView, budget: string | undefined): string[] {
  return [
    tier.tier_name,
    price(tier.best_bid_ticks),
    price(tier.best_ask_ticks),
    price(tier.last_price_ticks),
    average(tier.last_hour.vwap_ticks),
    mtok(tier.last_hour.volume_lots),
    share(tier.front_energy_sold_millijoules, budget),
    share(tier.front_energy_offered_millijoules, budget),
  ];
}

function tradesPerSecond(now: MarketGlance, before: MarketGlance | undefined): number {
  if (before === undefined || now.atMs <= before.atMs) return 0;
  return Math.max(0, ((now.trades - before.trades) * 1_000) / (now.atMs - before.atMs));
}

function statusOf(now: MarketGlance, before: MarketGlance | undefined): string {
  const state = now.state === 'WRITING' ? '' : `  ${now.state}: ${now.reason}`;
  const rate = tradesPerSecond(now, before).toFixed(1);
  return `record ${grouped(String(now.sequence))}  trades ${grouped(String(now.trades))}  ${rate} trades/s  read models ${now.lagRecords} behind${state}`;
}

/** The table's lines, none longer than `width`. */
export function marketTable(now: MarketGlance, before: MarketGlance | undefined, width: number): string[] {
  const budget = now.frontWindow?.energy_budget_millijoules;
  const rows = [[...COLUMNS], ...now.tiers.map((tier) => rowOf(tier, budget))];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  const window = now.frontWindow;
  const front =
    window === null ? 'no window is open' : `front window ${formatInstant(window.window_start_at_us).slice(0, 16)}Z`;
  return ['', ...lines, statusOf(now, before), front].map((line) => line.slice(0, Math.max(20, width - 1)));
}

/** The same in one line, for where there is no terminal. */
export function marketLine(now: MarketGlance, before: MarketGlance | undefined): string {
  const prices = now.tiers.map((tier) => `${tier.tier_name} ${price(tier.last_price_ticks)}`).join('  ');
  return `${prices}  |  ${statusOf(now, before)}`;
}

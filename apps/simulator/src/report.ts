// A run's figures as text tables for people.

import type { SplitFigures, TraceRun } from '@tokenbourse/simulation';
import Table from 'cli-table3';

type Align = 'left' | 'right';

function table(head: readonly string[], rows: readonly (readonly string[])[], texts = 1): string {
  const blank = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
      .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
      .map((place) => [place, '']),
  );
  const shown = new Table({
    head: [...head],
    colAligns: head.map((_, i): Align => (i < texts ? 'left' : 'right')),
    chars: { ...blank, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) shown.push([...row]);
  return shown
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

/** A decimal with `places` and thousands apart; a figure that isn't there is a dash. */
export function grouped(decimal: string | null, places: number): string {
  if (decimal === null) return '–';
  const fixed = Number(decimal).toFixed(places);
  const [whole, fraction] = fixed.replace('-', '').split('.');
  const sign = fixed.startsWith('-') && Number(fixed) !== 0 ? '-' : '';
  const spaced = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? `${sign}${spaced}` : `${sign}${spaced}.${fraction}`;
}

const percent = (share: string): string => `${(Number(share) * 100).toFixed(1)} %`;
const dollars = (usd: string): string => `${grouped(usd, 0)}${Number(usd) < 0 ? ' (loss)' : ''}`;

/** Everything that is printed for a run. `seconds`: how long it took. */
export function reportOf(run: TraceRun, seconds: number): string {
  return [opening(run, seconds), tiers(run), power(run), valueSplit(run), closing(run)].join('\n\n');
}

function opening({ scenario, seed, scale, trace, figures }: TraceRun, seconds: number): string {
  const minutes = (trace.spanUs / 60_000_000).toFixed(1);
  return [
    `${trace.format}: ${grouped(String(trace.requests), 0)} requests in ${minutes} minutes, ` +
      `${grouped(String(trace.inputTokens), 0)} tokens in, ${grouped(String(trace.outputTokens), 0)} out; ` +
      `each request stands for ${grouped(String(scale), 0)}`,
    `Scenario ${scenario}, seed ${seed}: ${figures.windows_ended} delivery windows settled, ` +
      `${grouped(String(figures.commands), 0)} commands, ${grouped(String(figures.events), 0)} events in ${seconds.toFixed(1)} s`,
  ].join('\n');
}

function tiers({ figures }: TraceRun): string {
  const head = ['tier', 'trades', 'volume Mtok', 'demand Mtok', 'amount USD', 'first', 'low', 'high', 'last', 'VWAP'];
  const rows = figures.tiers.map((tier) => [
    tier.tier,
    grouped(String(tier.trades), 0),
    grouped(tier.quantity_mtok, 0),
    grouped(tier.demand_mtok, 0),
    grouped(tier.amount_usd, 0),
    ...[tier.first_usd_per_mtok, tier.low_usd_per_mtok, tier.high_usd_per_mtok].map((price) => grouped(price, 3)),
    ...[tier.last_usd_per_mtok, tier.vwap_usd_per_mtok].map((price) => grouped(price, 3)),
    grouped(tier.tokens_per_usd, 0),
  ]);
  return `Price and volume (prices in USD per million tokens)\n${table([...head, 'tokens per USD'], rows)}`;
}

function power({ figures }: TraceRun): string {
  const head = ['factory', 'hardware', 'MW', 'budget MWh', 'offered MWh', 'sold MWh', 'perished MWh', 'sold'];
  const rows = figures.power.map((plant) => [
    plant.factory,
    plant.hardware,
    plant.power_mw,
    ...[plant.budget_mwh, plant.offered_mwh, plant.sold_mwh, plant.perished_mwh].map((energy) => grouped(energy, 1)),
    percent(plant.sold_share),
  ]);
  return `Power\n${table(head, rows, 2)}`;
}

function valueSplit({ figures }: TraceRun): string {
  const head = [
    'tier',
    'paid',
    'power',
    'equipment',
    'facility',
    'cloud operator',
    'model licence',
    'reseller',
    'fees',
  ];
  const row = (split: SplitFigures): string[] => [
    split.tier ?? 'all',
    dollars(split.payment_usd),
    dollars(split.power_usd),
    dollars(split.equipment_usd),
    dollars(split.facility_usd),
    dollars(split.cloud_operator_usd),
    dollars(split.model_licence_usd),
    dollars(split.reseller_usd),
    dollars(split.exchange_fee_usd),
  ];
  const { total, tiers: rows } = figures.value_split;
  return `Where each dollar goes (USD; fees come on top of what is paid)\n${table(head, [...rows.map(row), row(total)])}`;
}

function closing({ figures }: TraceRun): string {
  const refused = Object.entries(figures.refusals).map(([code, count]) => `${code} ${grouped(String(count), 0)}`);
  return [
    `Orders ${grouped(String(figures.orders), 0)}, capacity offers ${grouped(String(figures.offers), 0)}, ` +
      `amendments ${grouped(String(figures.amendments), 0)}, cancellations ${grouped(String(figures.cancellations), 0)}, ` +
      `trades ${grouped(String(figures.trades), 0)}`,
    `Refused: ${refused.length === 0 ? 'nothing' : refused.join(', ')}`,
    `State hash ${figures.state_hash}`,
  ].join('\n');
}

// The market table and its one-line form.

import type { TierPriceView } from '@tokenbourse/projections';
import { marketLine, marketTable, type MarketGlance } from './market-table';

const quiet = { trades: 0, volume_lots: '0', amount_micro_usd: '0', vwap_ticks: null };
const tier = (changes: Partial<TierPriceView>): TierPriceView => ({
  tier: 1,
  tier_name: 'FREE',
  reference_price_ticks: 0,
  last_price_ticks: null,
  last_trade_at_us: null,
  front_window_start_at_us: null,
  best_bid_ticks: null,
  best_ask_ticks: null,
  mid_ticks: null,
  spread_ticks: null,
  last_hour: quiet,
  since_start: quiet,
  change_ticks: null,
  front_energy_sold_millijoules: '0',
  front_energy_offered_millijoules: '0',
  forward_curve: [],
  ...changes,
});

const glance = (changes: Partial<MarketGlance>): MarketGlance => ({
  atMs: 0,
  tiers: [],
  frontWindow: null,
  trades: 0,
  sequence: 1_234_567,
  lagRecords: 0,
  state: 'WRITING',
  reason: '',
  ...changes,
});

const HIGH = tier({
  tier: 3,
  tier_name: 'HIGH',
  best_bid_ticks: 5_990,
  best_ask_ticks: 6_010,
  last_price_ticks: 6_000,
  last_hour: { trades: 2, volume_lots: '1234567890', amount_micro_usd: '1', vwap_ticks: '6000.25' },
  front_energy_sold_millijoules: '25',
  front_energy_offered_millijoules: '50',
});
const front = {
  window_start_at_us: 1_795_183_200_000_000,
  energy_budget_millijoules: '100',
  energy_sold_millijoules: '25',
  energy_offered_millijoules: '50',
};

test('the table has a row per tier, figures in line', () => {
  const lines = marketTable(glance({ tiers: [tier({}), HIGH], frontWindow: front }), undefined, 200);
  expect(lines.join('\n')).toBe(
    [
      '',
      'tier  best bid  best ask   last  VWAP 1 h   Mtok 1 h  power sold  on offer',
      'FREE         –         –      –         –          0       0.0 %     0.0 %',
      'HIGH     5.990     6.010  6.000     6.000  1 234 567      25.0 %    50.0 %',
      'record 1 234 567  trades 0  0.0 trades/s  read models 0 behind',
      'front window 2026-11-20T14:00Z',
    ].join('\n'),
  );
});

test('no line is longer than the terminal is wide', () => {
  const lines = marketTable(glance({ tiers: [HIGH], frontWindow: front }), undefined, 40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
});

test('a line tells the rate since the last look, and what is wrong', () => {
  const before = glance({ atMs: 1_000, trades: 10 });
  const now = glance({
    atMs: 3_000,
    trades: 15,
    tiers: [HIGH],
    lagRecords: 4,
    state: 'RECOVERING',
    reason: 'disk full',
  });
  expect(marketLine(now, before)).toBe(
    'HIGH 6.000  |  record 1 234 567  trades 15  2.5 trades/s  read models 4 behind  RECOVERING: disk full',
  );
});

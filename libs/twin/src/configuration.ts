// The market's own configuration: opening, zones, fees, limits, the split rule. Section 8 of the rules.

import { HOUR_US, PPM, SECOND_US, type CommandOf } from '@tokenbourse/domain';

import { demand, demandFigure } from './refusal';
import type { Market } from './market';
import { endWindows } from './outcomes';

const YEAR_US = 366 * 24 * HOUR_US;
const ZONE_NAME = /^[A-Z0-9]{2,8}$/;
const FEE_SCHEDULES_MAX = 65_535;
const RULE_BYTES_MAX = 65_535;

type OpenMarket = CommandOf<'OpenMarket'>;
type Limits = Pick<
  OpenMarket,
  'open_orders_per_account' | 'matches_per_command' | 'quotes_per_offer' | 'idempotency_window_us'
>;

export function openMarket(market: Market, command: OpenMarket): void {
  demand(market.schedule === undefined, 'MARKET_ALREADY_OPEN');
  demandZonesAndTiers(command);
  demandSchedule(command);
  demandFees(command);
  demandLimits(command);
  demandRule(command.split_version, command.split_rule);
  market.schedule = {
    type: 'MarketOpened',
    market: command.market,
    currency: command.currency,
    id_seed: command.id_seed,
    window_us: command.window_us,
    horizon_us: command.horizon_us,
    open_lead_us: command.open_lead_us,
    gate_lead_us: command.gate_lead_us,
    settlement_lag_us: command.settlement_lag_us,
  };
  market.tell(market.schedule);
  tellLimits(market, command);
  tellFees(market, command);
  for (const tier of command.tiers) {
    market.tiers.push(tier.name);
    market.tell({ type: 'TierAdded', tier: market.tiers.length, ...tier });
  }
  for (const { name } of command.zones) tellZone(market, name);
  market.tell({ type: 'SplitRuleSet', version: command.split_version, rule: command.split_rule });
}

function demandZonesAndTiers({ zones, tiers }: OpenMarket): void {
  const names = zones.map(({ name }) => name);
  demand(
    names.every((name) => ZONE_NAME.test(name)),
    'NAME_INVALID',
  );
  demand(new Set(names).size === names.length, 'DUPLICATE_ZONE');
  demand(tiers.length > 0, 'UNKNOWN_TIER');
  demand(zones.length > 0, 'UNKNOWN_ZONE');
}

function demandSchedule(command: OpenMarket): void {
  const { window_us, horizon_us, open_lead_us, gate_lead_us, settlement_lag_us } = command;
  demandFigure(window_us, SECOND_US, YEAR_US);
  const seconds = Math.floor(window_us / SECOND_US);
  demand(window_us === seconds * SECOND_US, 'INVALID_FIGURE', seconds * SECOND_US, window_us);
  demandFigure(horizon_us, window_us, Math.min(2 * YEAR_US, 1_000 * window_us));
  demandFigure(gate_lead_us, 0, horizon_us - 1);
  demandFigure(open_lead_us, gate_lead_us + 1, horizon_us);
  demandFigure(settlement_lag_us, 0, YEAR_US);
}

function demandFees({ maker_ppm, taker_ppm }: Pick<OpenMarket, 'maker_ppm' | 'taker_ppm'>): void {
  demandFigure(maker_ppm, 0, PPM);
  demandFigure(taker_ppm, 0, PPM);
}

function demandLimits(limits: Limits): void {
  demandFigure(limits.open_orders_per_account, 1, 10_000_000);
  demandFigure(limits.matches_per_command, 1, 500);
  demandFigure(limits.quotes_per_offer, 1, 100);
  demandFigure(limits.idempotency_window_us, SECOND_US, YEAR_US);
}

function demandRule(version: number, rule: string): void {
  demandFigure(version, 1, Number.MAX_SAFE_INTEGER);
  demandFigure(bytesOf(rule), 0, RULE_BYTES_MAX);
}

/** Bytes of a text in UTF-8. */
function bytesOf(text: string): number {
  return [...text].reduce((bytes, letter) => {
    const point = letter.codePointAt(0)!;
    return bytes + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4);
  }, 0);
}

function tellLimits(market: Market, command: Limits): void {
  const { open_orders_per_account, matches_per_command, quotes_per_offer, idempotency_window_us } = command;
  market.limits = {
    type: 'LimitsSet',
    open_orders_per_account,
    matches_per_command,
    quotes_per_offer,
    idempotency_window_us,
  };
  market.tell(market.limits);
}

function tellFees(market: Market, { maker_ppm, taker_ppm }: Pick<OpenMarket, 'maker_ppm' | 'taker_ppm'>): void {
  const number = market.feeSchedules.length + 1;
  market.feeSchedules.push({ number, makerPpm: maker_ppm, takerPpm: taker_ppm });
  market.made = number;
  market.tell({ type: 'FeesSet', schedule: number, maker_ppm, taker_ppm });
}

function tellZone(market: Market, name: string): void {
  const number = market.zones.length + 1;
  market.zones.push({ number, name, lastListedUs: 0 });
  market.made = number;
  market.tell({ type: 'ZoneAdded', zone: number, name });
}

export function addZone(market: Market, { name }: CommandOf<'AddZone'>): void {
  demand(ZONE_NAME.test(name), 'NAME_INVALID');
  demand(!market.zones.some((zone) => zone.name === name), 'DUPLICATE_ZONE');
  tellZone(market, name);
}

export function setFees(market: Market, command: CommandOf<'SetFees'>): void {
  const schedules = market.feeSchedules.length;
  demand(schedules < FEE_SCHEDULES_MAX, 'INVALID_FIGURE', FEE_SCHEDULES_MAX, schedules + 1);
  demandFees(command);
  tellFees(market, command);
}

export function setLimits(market: Market, command: CommandOf<'SetLimits'>): void {
  demandLimits(command);
  endWindows(market);
  tellLimits(market, command);
}

export function setSplitRule(market: Market, { version, rule }: CommandOf<'SetSplitRule'>): void {
  demandRule(version, rule);
  market.tell({ type: 'SplitRuleSet', version, rule });
}

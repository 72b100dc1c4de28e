// The market's own configuration: opening, zones, fees, limits, split rule, and the ping that shows it alive.

import { HOUR_US, PPM, SECOND_US, type CommandOf, type MarketEvent } from '@tokenbourse/domain';

import { refusal, refuseFigure, type Decision, type Refusal } from './decision';

type ConfigurationCommand = CommandOf<'OpenMarket' | 'AddZone' | 'SetFees' | 'SetLimits' | 'SetSplitRule' | 'Ping'>;
type OpenMarket = CommandOf<'OpenMarket'>;
type LimitFigures = Pick<
  OpenMarket,
  'open_orders_per_account' | 'matches_per_command' | 'quotes_per_offer' | 'idempotency_window_us'
>;

const ZONE_NAME = /^[A-Z0-9]{2,8}$/;
const YEAR_US = 366 * 24 * HOUR_US;
/** A record holds at most 1,000 events: a command's trades, and for an offer its quotes and what is left of them. */
const MATCHES_MAX = 500;
const QUOTES_MAX = 100;
/** Windows of one zone that can be listed at the same time. */
const WINDOWS_LISTED_MAX = 1_000;

export function configure(decision: Decision, command: ConfigurationCommand): void {
  const refused = refuse(decision, command);
  if (refused !== undefined) {
    decision.emit({ type: 'CommandRejected', command: command.type, account: 0, ...refused });
    return;
  }
  for (const event of eventsOf(decision, command)) decision.emit(event);
}

function* eventsOf(decision: Decision, command: ConfigurationCommand): Generator<MarketEvent> {
  const { state } = decision;
  switch (command.type) {
    case 'OpenMarket':
      yield* opening(command);
      return;
    case 'AddZone':
      yield { type: 'ZoneAdded', zone: state.zones.length, name: command.name };
      return;
    case 'SetFees': {
      const { maker_ppm, taker_ppm } = command;
      yield { type: 'FeesSet', schedule: state.feeSchedules.length, maker_ppm, taker_ppm };
      return;
    }
    case 'SetLimits':
      yield limits(command);
      return;
    case 'SetSplitRule':
      yield { type: 'SplitRuleSet', version: command.version, rule: command.rule };
      return;
    case 'Ping':
      yield { type: 'Pinged', token: command.token };
      return;
  }
}

function limits(figures: LimitFigures): MarketEvent {
  return {
    type: 'LimitsSet',
    open_orders_per_account: figures.open_orders_per_account,
    matches_per_command: figures.matches_per_command,
    quotes_per_offer: figures.quotes_per_offer,
    idempotency_window_us: figures.idempotency_window_us,
  };
}

function* opening(command: OpenMarket): Generator<MarketEvent> {
  yield {
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
  yield limits(command);
  yield { type: 'FeesSet', schedule: 1, maker_ppm: command.maker_ppm, taker_ppm: command.taker_ppm };
  for (const [i, tier] of command.tiers.entries()) yield { type: 'TierAdded', tier: i + 1, ...tier };
  for (const [i, zone] of command.zones.entries()) yield { type: 'ZoneAdded', zone: i + 1, name: zone.name };
  yield { type: 'SplitRuleSet', version: command.split_version, rule: command.split_rule };
}

function refuse(decision: Decision, command: ConfigurationCommand): Refusal | undefined {
  const { state } = decision;
  switch (command.type) {
    case 'OpenMarket':
      return refuseOpening(state.opened, command);
    case 'AddZone':
      if (!ZONE_NAME.test(command.name)) return refusal('NAME_INVALID');
      return state.zones.some((zone) => zone.name === command.name) ? refusal('DUPLICATE_ZONE') : undefined;
    case 'SetFees':
      // A resting order names its schedule in two bytes.
      return state.feeSchedules.length > 0xffff
        ? refusal('INVALID_FIGURE', 0xffff, state.feeSchedules.length)
        : (refuseFigure(command.maker_ppm, 0, PPM) ?? refuseFigure(command.taker_ppm, 0, PPM));
    case 'SetLimits':
      return refuseLimits(command);
    case 'SetSplitRule':
      return refuseSplitRule(command.version, command.rule);
    case 'Ping':
      return undefined;
  }
}

function refuseOpening(opened: boolean, command: OpenMarket): Refusal | undefined {
  if (opened) return refusal('MARKET_ALREADY_OPEN');
  if (command.zones.some((zone) => !ZONE_NAME.test(zone.name))) return refusal('NAME_INVALID');
  if (new Set(command.zones.map((zone) => zone.name)).size < command.zones.length) return refusal('DUPLICATE_ZONE');
  if (command.tiers.length < 1) return refusal('UNKNOWN_TIER');
  if (command.zones.length < 1) return refusal('UNKNOWN_ZONE');
  return (
    // Whole seconds: window names and idempotency times are written in seconds.
    refuseFigure(command.window_us, SECOND_US, YEAR_US) ??
    (command.window_us % SECOND_US === 0
      ? undefined
      : refusal('INVALID_FIGURE', command.window_us - (command.window_us % SECOND_US), command.window_us)) ??
    refuseFigure(
      command.horizon_us,
      command.window_us,
      Math.min(2 * YEAR_US, WINDOWS_LISTED_MAX * command.window_us),
    ) ??
    // A contract trades for some time: it opens before its gate closes, and is listed no later than it opens.
    refuseFigure(command.gate_lead_us, 0, command.horizon_us - 1) ??
    refuseFigure(command.open_lead_us, command.gate_lead_us + 1, command.horizon_us) ??
    refuseFigure(command.settlement_lag_us, 0, YEAR_US) ??
    refuseFigure(command.maker_ppm, 0, PPM) ??
    refuseFigure(command.taker_ppm, 0, PPM) ??
    refuseLimits(command) ??
    refuseSplitRule(command.split_version, command.split_rule)
  );
}

/** A rule's text is kept with a length of two bytes. */
function refuseSplitRule(version: number, rule: string): Refusal | undefined {
  return refuseFigure(version, 1, Number.MAX_SAFE_INTEGER) ?? refuseFigure(utf8Bytes(rule), 0, 0xffff);
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

function refuseLimits(command: LimitFigures): Refusal | undefined {
  return (
    refuseFigure(command.open_orders_per_account, 1, 10_000_000) ??
    refuseFigure(command.matches_per_command, 1, MATCHES_MAX) ??
    refuseFigure(command.quotes_per_offer, 1, QUOTES_MAX) ??
    refuseFigure(command.idempotency_window_us, SECOND_US, YEAR_US)
  );
}

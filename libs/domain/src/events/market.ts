// Events of the market's own configuration: all that decide, apply or a projection depends on stands in the log.

import { count, integer, microseconds, ppm, text, ticks } from '../fields';
import { defineEvent } from './definition';

export const scheduleFields = {
  window_us: microseconds('length of a delivery window; windows start at its multiples since 1970'),
  horizon_us: microseconds('how long before its start a window is listed'),
  open_lead_us: microseconds('how long before its start a window opens for trading; at most the horizon'),
  gate_lead_us: microseconds('how long before its start a window’s gate closes'),
  settlement_lag_us: microseconds('how long after its end a window is settled'),
} as const;

export const limitFields = {
  open_orders_per_account: count('open orders of one account'),
  matches_per_command: count('fills and self-trade steps of one command, at most 500'),
  quotes_per_offer: count('quotes of one capacity offer, at most 100'),
  idempotency_window_us: microseconds(
    'how long a command’s outcome is known; that of an order also while the order is open',
  ),
} as const;

export const marketEvents = {
  MarketOpened: defineEvent(80, 1, 'A market began: its name, currency and time scheme.', {
    market: text(40, 'name of the market'),
    currency: text(8, 'currency of all money'),
    id_seed: count('seed of the hash under which command ids are kept'),
    ...scheduleFields,
  }),
  TierAdded: defineEvent(81, 1, 'A quality tier was added.', {
    tier: count('tier number'),
    name: text(20, 'name'),
    aliases: text(80, 'other names in use, comma separated'),
    reference_price_ticks: ticks('published reference price; the market finds its own'),
    description: text(200, 'what it buys'),
  }),
  ZoneAdded: defineEvent(82, 1, 'A zone, a place with power and books of its own, was added.', {
    zone: count('zone number'),
    name: text(8, 'name'),
  }),
  FeesSet: defineEvent(83, 1, 'A new fee schedule holds for orders accepted from now on.', {
    schedule: count('number of the schedule'),
    maker_ppm: ppm('fee of the resting side'),
    taker_ppm: ppm('fee of the arriving side'),
  }),
  LimitsSet: defineEvent(84, 1, 'The market’s limits were set.', limitFields),
  SplitRuleSet: defineEvent(85, 1, 'The rule of the value split, in full; trades from now on are split by it.', {
    version: integer('', 'version of the rule'),
    rule: text(60_000, 'the rule: links, formulas and sources, as JSON'),
  }),
} as const;

// The command catalogue: every wish that can be put to a market, described as data like the events.
// Wherever the field `expires_at_us` stands, 0 means that the command doesn't expire.

import {
  account,
  choice,
  contract,
  count,
  flag,
  integer,
  list,
  lots,
  microseconds,
  microUsd,
  order,
  ppm,
  text,
  ticks,
  type Shape,
} from '../fields';
import { limitFields, scheduleFields } from '../events/market';
import { costFields, yieldFields } from '../events/participants';
import {
  ENERGY_POLICIES,
  ORDER_TYPES,
  PARTICIPANT_ROLES,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
} from '../vocabulary';
import type { CommandType } from './types';

/** The sender's id of the command: its outcome is told again, not made again. Empty: none. */
const command_id = text(64, 'client order id, or idempotency key; empty for none');
const expires_at_us = microseconds('refused when its turn comes later than this; 0: never');

const tierFields = {
  name: text(20, 'name'),
  aliases: text(80, 'other names, comma separated'),
  reference_price_ticks: ticks('reference price'),
  description: text(200, 'what it buys'),
} as const;

const cashFields = {
  amount_micro_usd: microUsd('amount'),
  reference: text(120, 'reference'),
  expires_at_us,
} as const;

export const COMMANDS = {
  PlaceOrder: {
    account: account(),
    contract: contract(),
    command_id,
    side: choice(SIDES, 'buy or sell'),
    order_type: choice(ORDER_TYPES, 'limit or market'),
    time_in_force: choice(TIMES_IN_FORCE, 'how long it may rest'),
    price_ticks: ticks('limit price; 0 for a market order'),
    lots: lots('quantity'),
    max_amount_micro_usd: microUsd('a market buy’s hold, fee included; 0 for others'),
    post_only: flag('refuse rather than trade on arrival'),
    self_trade: choice(SELF_TRADE_MODES, 'self-trade prevention'),
    good_till_us: microseconds('expiry of a GTD order; 0 for others'),
    expires_at_us,
  },
  CancelOrder: { account: account(), contract: contract(), command_id, order: order() },
  AmendOrder: {
    account: account(),
    contract: contract(),
    command_id,
    order: order(),
    price_ticks: ticks('new limit price; -1: as it is'),
    lots: lots('new total quantity, filled lots included; -1: as it is'),
    expires_at_us,
  },
  CancelAllOrders: {
    account: account(),
    contract: contract('only this contract; 0 for all'),
    command_id,
    tier: count('only this tier; 0 for all'),
    side: choice(['ANY', ...SIDES], 'only this side'),
  },
  PostOffer: {
    account: account('the factory’s account number'),
    command_id,
    window_start_at_us: microseconds('start of the delivery window'),
    quotes: list(
      { tier: count('tier number'), price_ticks: ticks('asked price'), lots: lots('quantity') },
      100,
      'what is offered',
    ),
    energy_policy: choice(ENERGY_POLICIES, 'how the quotes share the energy'),
    expires_at_us,
  },
  WithdrawOffer: { account: account('the factory’s account number'), command_id, offer: count('offer number') },
  Deposit: { account: account(), command_id, ...cashFields },
  Withdraw: { account: account(), command_id, ...cashFields },
  RegisterParticipant: { command_id, name: text(120, 'name'), role: choice(PARTICIPANT_ROLES, 'role') },
  OpenAccount: { command_id, participant: count('participant number'), name: text(120, 'name') },
  RegisterFactory: {
    account: account('account that becomes a factory'),
    command_id,
    name: text(120, 'name'),
    zone: count('zone number'),
    hardware: text(120, 'name of the hardware'),
    power_watts: integer('watts', 'power supply'),
    yields: list(yieldFields, 32, 'tiers that it makes'),
    ...costFields,
  },
  SetFactoryCosts: { account: account('the factory’s account number'), command_id, ...costFields },
  CreateApiKey: {
    command_id,
    name: text(120, 'what it is for'),
    account: account('the account it speaks for; 0 for none'),
    all_accounts: choice(['NO', 'YES'], 'whether it may act for every account'),
    scopes: text(60, 'read, trade, admin; comma separated'),
    hash: text(64, 'SHA-256 of the key, hexadecimal'),
  },
  RevokeApiKey: { command_id, key: count('key number') },
  OpenMarket: {
    command_id,
    market: text(40, 'name of the market'),
    currency: text(8, 'currency'),
    id_seed: count('seed of the hash of command ids'),
    ...scheduleFields,
    ...limitFields,
    tiers: list(tierFields, 32, 'quality tiers'),
    zones: list({ name: text(8, 'name') }, 64, 'zones'),
    maker_ppm: ppm('fee of the resting side'),
    taker_ppm: ppm('fee of the arriving side'),
    split_version: integer('', 'version of the split rule'),
    split_rule: text(60_000, 'the rule of the value split, as JSON'),
  },
  AddZone: { command_id, name: text(8, 'name') },
  SetFees: { command_id, maker_ppm: ppm('fee of the resting side'), taker_ppm: ppm('fee of the arriving side') },
  SetLimits: { command_id, ...limitFields },
  SetSplitRule: { command_id, version: integer('', 'version'), rule: text(60_000, 'the rule, as JSON') },
  Ping: { command_id, token: count('comes back in the answer') },
  /** Handled by the sequencer: while the clock is in doubt nothing else is stamped. */
  ConfirmClock: { command_id, wall_us: microseconds('the wall clock that the operator confirms') },
} as const;

type Check<T extends Record<CommandType, unknown>> = T;
/** One command, or the union of several. */
export type CommandOf<K extends CommandType> = K extends CommandType
  ? { readonly type: K } & Shape<Check<typeof COMMANDS>[K]>
  : never;
export type Command = CommandOf<CommandType>;

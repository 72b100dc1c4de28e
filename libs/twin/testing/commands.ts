// For tests: the command that a draw's numbers mean in a market as it is.

import { HOUR_US, SECOND_US, type Command, type CommandOf } from '@tokenbourse/domain';

import { SMALL_MARKET } from './pair';
import type { Contract, Market } from '../src/market';

export const COMMAND_KINDS = [
  'place',
  'amend',
  'cancel',
  'cancelAll',
  'offer',
  'withdrawOffer',
  'cash',
  'participant',
  'account',
  'factory',
  'costs',
  'key',
  'revoke',
  'open',
  'zone',
  'fees',
  'limits',
  'rule',
  'ping',
  'clock',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

interface Numbers {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly id: number;
}

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length]!;
const MODES = ['CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'DECREMENT'] as const;

/** Mostly one of two contracts that trade; now and then any that is known, or one that is not. */
function contractFor(market: Market, { b, c }: Numbers): Contract | undefined {
  const { contracts } = market;
  const trading = contracts.filter(({ window }) => window.stage === 'OPEN');
  if (c % 25 === 0) return pick(contracts, b);
  return pick(trading.slice(0, 2 + (c % 7 === 0 ? 10 : 0)), b) ?? pick(contracts, b);
}

export function commandOf(market: Market, kind: CommandKind, numbers: Numbers, nowUs: number): Command {
  const { a, b, c, d, e, id } = numbers;
  const command_id = id < 4 ? `id-${id}` : id < 15 ? `id-${market.records.length}` : '';
  const account = 1 + (a % Math.max(1, Math.min(d % 30 === 0 ? 99 : 7, market.accounts.length - 1)));
  const expires_at_us = d % 40 === 1 ? nowUs - (e % 2) : 0;
  switch (kind) {
    case 'place':
      return placeOrder(market, numbers, account, command_id, nowUs);
    case 'amend':
      return amendOrder(market, numbers, command_id, expires_at_us);
    case 'cancel': {
      const order = pick(market.orders, b);
      if (order === undefined) return { type: 'CancelOrder', account, contract: 1 + (b % 9), command_id, order: 1 };
      const holder = d % 8 === 0 ? account : order.account.number;
      return {
        type: 'CancelOrder',
        account: holder,
        contract: order.contract.number,
        command_id,
        order: order.number + (e % 9 === 0 ? 1 : 0),
      };
    }
    case 'cancelAll': {
      const contract = b % 3 === 0 ? (contractFor(market, numbers)?.number ?? 0) : 0;
      const side = pick(['ANY', 'BUY', 'SELL'] as const, d);
      return { type: 'CancelAllOrders', account, contract, command_id, tier: c % 4, side };
    }
    case 'offer':
      return postOffer(market, numbers, command_id, expires_at_us);
    case 'withdrawOffer': {
      const offer = pick(market.offers, b);
      const holder = offer === undefined || d % 6 === 0 ? account : offer.account.number;
      return { type: 'WithdrawOffer', account: holder, command_id, offer: offer?.number ?? 1 };
    }
    case 'cash': {
      const amount_micro_usd = d % 7 === 0 ? 2 ** 53 - 1 - e : 1 + e * 20;
      const type = d % 2 === 0 ? 'Deposit' : 'Withdraw';
      return { type, account: d % 9 === 0 ? 0 : account, command_id, amount_micro_usd, reference: 'r', expires_at_us };
    }
    default:
      return rarer(market, kind, numbers, account, command_id, nowUs);
  }
}

function canSell(market: Market, contract: Contract | undefined, account: number): boolean {
  if (contract !== undefined && market.accounts[account]?.factory?.zone === contract.window.zone) return true;
  return contract?.positions.some((position) => position.account.number === account && position.lots > 0) ?? false;
}

function placeOrder(
  market: Market,
  numbers: Numbers,
  account: number,
  command_id: string,
  nowUs: number,
): CommandOf<'PlaceOrder'> {
  const { a, b, c, d, e, id } = numbers;
  const atMarket = d % 9 === 0;
  // Who makes tokens mostly sells them, who holds some sells them as well, and all others buy.
  const contract = contractFor(market, numbers);
  const sells = canSell(market, contract, account) ? e % 4 > 0 : e % 12 === 0;
  const side = sells ? 'SELL' : 'BUY';
  const force = atMarket
    ? pick(['IOC', 'FOK'] as const, c)
    : pick(['GTC', 'GTC', 'GTC', 'GTD', 'IOC', 'FOK'] as const, b);
  // Now and then what does not go together.
  const time_in_force = id === 40 ? pick(['GTC', 'GTD', 'IOC', 'FOK'] as const, a) : force;
  const gate = contract?.window.gateClosesAtUs ?? nowUs;
  const instants = [
    nowUs + d * SECOND_US,
    nowUs + 5 * SECOND_US,
    gate,
    gate + 1,
    nowUs,
    nowUs + 1,
    nowUs + 60 * SECOND_US,
  ];
  return {
    type: 'PlaceOrder',
    account,
    contract: contract?.number ?? 1,
    command_id,
    side,
    order_type: atMarket ? 'MARKET' : 'LIMIT',
    time_in_force,
    price_ticks: atMarket ? 0 : (d % 7) * 50,
    lots: 1 + (c % (d % 4 === 0 ? 40 : 9)),
    max_amount_micro_usd: (atMarket && side === 'BUY') || id === 39 ? (d % 100) * 50 : 0,
    post_only: (time_in_force === 'GTC' || time_in_force === 'GTD' || id === 38) && e % 5 === 0,
    self_trade: pick(MODES, a + e),
    good_till_us: force === 'GTD' ? pick(instants, e) : 0,
    expires_at_us: d % 50 === 1 ? nowUs - (e % 2) : 0,
  };
}

function amendOrder(
  market: Market,
  { a, b, c, d, e }: Numbers,
  command_id: string,
  expires_at_us: number,
): CommandOf<'AmendOrder'> {
  const order = pick(market.orders, b);
  const account = a % 12 === 0 ? 1 + (c % market.accounts.length) : (order?.account.number ?? 1);
  const lots = d % 5 === 0 ? -1 : (d % 45) + (d % 50 === 0 ? 900 : 0);
  return {
    type: 'AmendOrder',
    account,
    contract: order?.contract.number ?? 1,
    command_id,
    order: order?.number ?? 1,
    price_ticks: e % 3 === 0 ? -1 : (e % 7) * 100,
    lots,
    expires_at_us,
  };
}

function postOffer(
  market: Market,
  { a, b, c, d, e }: Numbers,
  command_id: string,
  expires_at_us: number,
): CommandOf<'PostOffer'> {
  const factories = market.accounts.filter(({ factory }) => factory !== undefined);
  const account = a % 15 === 0 ? c % 9 : (pick(factories, a)?.number ?? 1);
  const zone = market.accounts[account]?.factory?.zone;
  const open = market.windows.filter((listed) => listed.stage === 'OPEN' && listed.zone === zone);
  const window = d % 8 === 0 ? pick(market.windows, b) : (pick(open, b) ?? pick(market.windows, b));
  const quotes = Array.from({ length: e % 9 === 0 ? 0 : 1 + (e % 3) }, (_, i) => ({
    tier: ((c + i) % 3) + 1,
    price_ticks: ((d + i) % 7) * 100,
    lots: (d % 11 === 0 ? 20 : 1) * (1 + ((e + i) % 20)),
  }));
  if (d % 60 === 3) quotes.push({ tier: 4, price_ticks: 0, lots: 1 });
  if (d % 60 === 4) quotes.push({ tier: 1, price_ticks: -1, lots: 1 });
  if (d % 60 === 5) quotes.push({ tier: 1, price_ticks: 1, lots: 2 ** 52 });
  if (d % 60 === 6) quotes.push({ tier: 1, price_ticks: 0, lots: 2 ** 53 - 1 });
  const window_start_at_us = (window?.startUs ?? 0) + (d % 40 === 7 ? 1 : 0);
  return {
    type: 'PostOffer',
    account,
    command_id,
    window_start_at_us,
    quotes,
    energy_policy: 'SEPARATE',
    expires_at_us,
  };
}

function rarer(
  market: Market,
  kind: CommandKind,
  { a, b, c, d, e }: Numbers,
  account: number,
  command_id: string,
  nowUs: number,
): Command {
  const costs = { power_micro_usd_per_mwh: d, equipment_micro_usd_per_mwh: e, facility_micro_usd_per_mwh: c };
  switch (kind) {
    case 'participant':
      return {
        type: 'RegisterParticipant',
        command_id,
        name: `n${d}`,
        role: pick(['FACTORY', 'CONSUMER'] as const, e),
      };
    case 'account':
      return { type: 'OpenAccount', command_id, participant: b % 8, name: `n${d}` };
    case 'factory': {
      const tiers = [1 + (c % 5), 1 + (d % 3)].slice(0, e % 3);
      const yields = tiers.map((tier) => ({
        tier,
        joules_per_mtok: d % 9 === 0 ? e : e * 100,
        licence_ppm: b * 1_010,
      }));
      const power_watts = e % 7 === 0 ? 10 ** 12 : d;
      const zone = b % 4;
      return {
        type: 'RegisterFactory',
        account,
        command_id,
        name: 'f',
        zone,
        hardware: 'h',
        power_watts,
        yields,
        ...costs,
      };
    }
    case 'costs':
      return { type: 'SetFactoryCosts', account, command_id, ...costs };
    case 'key':
      return {
        type: 'CreateApiKey',
        command_id,
        name: 'k',
        account: a % 9,
        all_accounts: 'NO',
        scopes: 'read',
        hash: 'ab',
      };
    case 'revoke':
      return { type: 'RevokeApiKey', command_id, key: market.lastKey - (b % 2) };
    case 'open':
      return { ...SMALL_MARKET, command_id };
    case 'zone':
      return { type: 'AddZone', command_id, name: pick(['SUN', 'USE', 'A', 'x-y', 'ZONE3', 'NINECHARS'], a) };
    case 'fees':
      return { type: 'SetFees', command_id, maker_ppm: d * 30, taker_ppm: e * 40 };
    case 'limits':
      return {
        type: 'SetLimits',
        command_id,
        open_orders_per_account: d % 5 > 0 ? 2_000 : 1 + (d % 30),
        matches_per_command: e % 4 === 0 ? 500 : 1 + (e % 5),
        quotes_per_offer: 1 + (c % 5),
        idempotency_window_us: pick([HOUR_US, 20 * 60 * SECOND_US, 90 * SECOND_US, 3 * HOUR_US], b),
      };
    case 'rule':
      return { type: 'SetSplitRule', command_id, version: 1, rule: `{"n":${e}}` };
    case 'clock':
      return { type: 'ConfirmClock', command_id, wall_us: nowUs + d };
    default:
      return { type: 'Ping', command_id, token: d };
  }
}

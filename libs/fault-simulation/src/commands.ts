// From a step's draws to a command, by what can be known from outside: accounts, contracts and open orders of the log.

import type { Books, ContractBook } from '@tokenbourse/audit';
import {
  MINUTE_US,
  SECOND_US,
  SELF_TRADE_MODES,
  VALUE_SPLIT_RULE_V1,
  type Command,
  type CommandOf,
} from '@tokenbourse/domain';

import { costsOf, factoryCommand, TIERS } from './opening';
import type { Step } from './steps';

/** Draws of a step, read one after the other by their use. */
type Draws = readonly number[];

const pick = <T>(values: readonly T[], draw: number): T => values[draw % values.length]!;
const isOneOf = (draw: number, outOf: number): boolean => draw % outOf === 0;

/** Undefined when nothing fits yet, or the step is none of commands. `atUs`: the sender's wall clock. */
export function commandOf(step: Step, id: string, books: Books, atUs: number): Command | undefined {
  const { draws } = step;
  const [a = 0, , , , e = 0, f = 0] = draws;
  const command_id = isOneOf(f, 8) ? '' : id;
  const account = 1 + (a % Math.max(1, books.accounts.length - 1));
  switch (step.kind) {
    case 'place':
    case 'amend':
    case 'cancel': {
      const contract = contractOf(books, draws);
      return contract === undefined ? undefined : orderCommand(step, command_id, account, contract, books, atUs);
    }
    case 'cancelAll': {
      const contract = isOneOf(e, 2) ? (contractOf(books, draws)?.number ?? 0) : 0;
      const side = pick(['ANY', 'BUY', 'SELL'] as const, f);
      return { type: 'CancelAllOrders', account, contract, command_id, tier: isOneOf(e, 3) ? 1 + (f % 3) : 0, side };
    }
    case 'offer':
      return offerCommand(draws, command_id, account, books, atUs);
    case 'withdrawOffer': {
      const [offer, owner] = pick([...books.offers], e) ?? [1, { account }];
      return { type: 'WithdrawOffer', account: isOneOf(f, 7) ? account : owner.account, command_id, offer };
    }
    case 'deposit':
    case 'withdraw': {
      const type = step.kind === 'deposit' ? 'Deposit' : 'Withdraw';
      const amount_micro_usd = isOneOf(e, 40) ? Number.MAX_SAFE_INTEGER : (e % 60_000) - 20;
      return { type, account, command_id, amount_micro_usd, reference: `r${f % 100}`, expires_at_us: 0 };
    }
    default:
      return ruleCommand(step, command_id, account);
  }
}

/** Commands that change who takes part, and by which rules. */
function ruleCommand({ kind, draws }: Step, command_id: string, account: number): Command | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = draws;
  switch (kind) {
    case 'fees':
      return { type: 'SetFees', command_id, maker_ppm: b % 5_000, taker_ppm: c % 20_000 };
    case 'limits':
      return {
        type: 'SetLimits',
        command_id,
        open_orders_per_account: isOneOf(b, 3) ? 3 + (c % 20) : 2_000,
        matches_per_command: 1 + (c % 40),
        quotes_per_offer: 1 + (d % 5),
        idempotency_window_us: (5 + (e % 60)) * MINUTE_US,
      };
    case 'splitRule':
      // No other version passes the API: read models divide by this one.
      return { type: 'SetSplitRule', command_id, version: 1, rule: JSON.stringify(VALUE_SPLIT_RULE_V1) };
    case 'zone':
      return { type: 'AddZone', command_id, name: `Z${b % 4}` };
    case 'participant':
      return { type: 'RegisterParticipant', command_id, name: `participant ${a}`, role: 'TRADER' };
    case 'poison':
      // A text that fits no record makes the codec throw in the middle of deciding.
      return { type: 'RegisterParticipant', command_id, name: 'x'.repeat(70_000), role: 'TRADER' };
    case 'account':
      return { type: 'OpenAccount', command_id, participant: 1 + (b % 5), name: `account ${c}` };
    case 'factory':
      return factoryCommand(command_id, account, 1 + (b % 3), 2 + (c % 40), d);
    case 'costs':
      return { type: 'SetFactoryCosts', command_id, account, ...costsOf(d) };
    case 'key':
      return {
        type: 'CreateApiKey',
        command_id,
        name: 'key',
        account: isOneOf(b, 3) ? 0 : account,
        all_accounts: isOneOf(b, 3) ? 'YES' : 'NO',
        scopes: 'read,trade',
        hash: String(c).padStart(64, '0'),
      };
    case 'revokeKey':
      return { type: 'RevokeApiKey', command_id, key: 1 + (b % 6) };
    case 'ping':
      return { type: 'Ping', command_id, token: b };
    default:
      return undefined;
  }
}

/** Mostly the few nearest contracts, so that orders meet. */
function contractOf(books: Books, draws: Draws): ContractBook | undefined {
  const [, b = 0] = draws;
  const live = [...books.contracts.values()];
  const open = live.filter(({ state }) => state === 'OPEN');
  return isOneOf(b, 25) || open.length === 0
    ? pick(live, b)
    : pick(open.slice(0, isOneOf(b, 3) ? 9 : 2), Math.floor(b / 3));
}

function orderCommand(
  { kind, draws }: Step,
  command_id: string,
  account: number,
  book: ContractBook,
  books: Books,
  atUs: number,
): CommandOf<'PlaceOrder' | 'AmendOrder' | 'CancelOrder'> {
  const [, , c = 0, d = 0, e = 0, f = 0, g = 0] = draws;
  const contract = book.number;
  const expires_at_us = isOneOf(g, 30) ? atUs - 1 : isOneOf(g, 4) ? 0 : atUs + 30 * SECOND_US;
  if (kind === 'place') return placeCommand(draws, command_id, account, book, books, { atUs, expires_at_us });
  // Mostly an open order and its owner; now and then another's, or one that has gone.
  const owned = pick([...book.orders.values()], c);
  const order = owned === undefined || isOneOf(d, 9) ? 1 + (c % Math.max(1, book.lastOrder)) : owned.number;
  const sender = owned === undefined || isOneOf(d, 11) ? account : owned.account;
  if (kind === 'cancel') return { type: 'CancelOrder', account: sender, contract, command_id, order };
  const price_ticks = isOneOf(e, 3) ? -1 : (e % 8) * 100;
  const lots = isOneOf(f, 4) ? -1 : isOneOf(f, 50) ? Number.MAX_SAFE_INTEGER : (f % 60) - 1;
  return { type: 'AmendOrder', account: sender, contract, command_id, order, price_ticks, lots, expires_at_us };
}

function placeCommand(
  draws: Draws,
  command_id: string,
  account: number,
  book: ContractBook,
  books: Books,
  { atUs, expires_at_us }: { readonly atUs: number; readonly expires_at_us: number },
): CommandOf<'PlaceOrder'> {
  const [, , c = 0, d = 0, e = 0, f = 0, g = 0] = draws;
  const isMarket = isOneOf(d, 9);
  const side = pick(['BUY', 'SELL'] as const, e);
  const price = Math.floor(d / 9);
  const time_in_force = isMarket
    ? pick(['IOC', 'FOK'] as const, c)
    : pick(['GTC', 'GTC', 'GTC', 'GTC', 'GTC', 'GTD', 'IOC', 'FOK'] as const, f);
  return {
    type: 'PlaceOrder',
    account: side === 'SELL' && !isOneOf(Math.floor(e / 2), 10) ? sellerOf(books, book, account, c) : account,
    contract: book.number,
    command_id,
    side,
    order_type: isMarket ? 'MARKET' : 'LIMIT',
    time_in_force,
    price_ticks: isMarket ? 0 : isOneOf(g, 90) ? 2_147_483_647 : (price % 8) * 100,
    lots: isOneOf(g, 70) ? Number.MAX_SAFE_INTEGER : 1 + (c % 40),
    max_amount_micro_usd: isMarket && side === 'BUY' ? (price % 1_000) * 50 : 0,
    post_only: time_in_force === 'GTC' && isOneOf(g, 6),
    self_trade: pick(SELF_TRADE_MODES, f + g),
    good_till_us: time_in_force === 'GTD' ? atUs + (price % 400) * SECOND_US : 0,
    expires_at_us,
  };
}

/** Who can sell there: a factory of the zone, or somebody who holds lots. */
function sellerOf(books: Books, { window, positions }: ContractBook, account: number, draw: number): number {
  const factories = books.accounts.filter(({ factory }) => factory?.zone === window.zone);
  const holders = [...positions].filter(([, { lots }]) => lots > 0);
  const holder = pick(holders, draw)?.[0];
  if (holder !== undefined && isOneOf(draw, 3)) return holder;
  return pick(factories, draw)?.number ?? account;
}

function offerCommand(
  draws: Draws,
  command_id: string,
  account: number,
  books: Books,
  atUs: number,
): CommandOf<'PostOffer'> | undefined {
  const [, b = 0, c = 0, d = 0, e = 0] = draws;
  const factories = books.accounts.filter(({ factory }) => factory !== undefined);
  const windows = [...books.windows.values()];
  if (windows.length === 0) return undefined;
  const seller = isOneOf(b, 10) ? account : (pick(factories, c)?.number ?? account);
  return {
    type: 'PostOffer',
    account: seller,
    command_id,
    window_start_at_us: pick(windows, d).times.startUs,
    quotes: [
      { tier: 1 + (c % TIERS.length), price_ticks: (d % 8) * 100, lots: 1 + (e % 400) },
      { tier: 1 + (d % TIERS.length), price_ticks: (c % 8) * 100, lots: 1 + (c % 400) },
    ],
    energy_policy: 'SEPARATE',
    expires_at_us: atUs + 30 * SECOND_US,
  };
}

/** Another command of the same kind, which must not pass under the same id. */
export function otherThan(command: Command, draw: number): Command {
  switch (command.type) {
    case 'PlaceOrder':
      return { ...command, lots: command.lots === 1 ? 2 : command.lots - 1, expires_at_us: 0 };
    case 'AmendOrder':
    case 'CancelOrder':
      return { ...command, order: command.order + 1 };
    case 'CancelAllOrders':
      return { ...command, tier: command.tier + 1 };
    case 'Deposit':
    case 'Withdraw':
      return { ...command, amount_micro_usd: 1 + (draw % 50), reference: 'other' };
    case 'Ping':
      return { ...command, token: command.token + 1 };
    case 'SetFees':
      return { ...command, maker_ppm: command.maker_ppm + 1 };
    case 'WithdrawOffer':
      return { ...command, offer: command.offer + 1 };
    default:
      return { ...command };
  }
}

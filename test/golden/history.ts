// The history of a golden log: first a recital, in which every reason to refuse comes up once, then hours of random trade
// in the same market. Engine and twin play it together, so that what is kept for ever is what both say.

import fc from 'fast-check';
import { HOUR_US, PARTICIPANT_ROLES, type Command, type CommandOf, type RejectionCode } from '@tokenbourse/domain';

import { draw, furnish, play } from '../../libs/twin/testing/draws';
import { Pair, SMALL_MARKET, type Dropped } from '../../libs/twin/testing/pair';

/** What the engine is asked, and when: enough to play a history again. */
export type Step =
  | { readonly do: 'execute'; readonly at_us: number; readonly command: Command }
  | { readonly do: 'refuse'; readonly at_us: number; readonly command: Command; readonly code: RejectionCode }
  | { readonly do: 'pass'; readonly at_us: number; readonly dropped: Dropped }
  | { readonly do: 'due' | 'work'; readonly at_us: number };

export class RecordedPair extends Pair {
  readonly steps: Step[] = [];
  /** Number of records after each step. */
  readonly recordsAfter: number[] = [];

  override execute(command: Command): void {
    this.steps.push({ do: 'execute', at_us: this.nowUs, command });
    super.execute(command);
    this.recordsAfter.push(this.records.length);
  }

  override refuse(command: Command, code: RejectionCode): void {
    this.steps.push({ do: 'refuse', at_us: this.nowUs, command, code });
    super.refuse(command, code);
    this.recordsAfter.push(this.records.length);
  }

  override pass(dropped: Dropped): void {
    this.steps.push({ do: 'pass', at_us: this.nowUs, dropped });
    super.pass(dropped);
    this.recordsAfter.push(this.records.length);
  }

  override runDue(): void {
    this.steps.push({ do: 'due', at_us: this.nowUs });
    super.runDue();
    this.recordsAfter.push(this.records.length);
  }

  override work(): boolean {
    this.steps.push({ do: 'work', at_us: this.nowUs });
    const worked = super.work();
    this.recordsAfter.push(this.records.length);
    return worked;
  }
}

export interface GoldenHistory {
  readonly pair: RecordedPair;
  /** Steps before the point at which the snapshot is taken: work is then half done. */
  readonly snapshotAfter: number;
}

export function goldenHistory(): GoldenHistory {
  const pair = new RecordedPair();
  recite(pair);
  play(pair, fc.sample(draw, { numRuns: 260, seed: 11 }));
  const snapshotAfter = leaveWorkHalfDone(pair);
  play(pair, fc.sample(draw, { numRuns: 160, seed: 12 }));
  pair.advance(3 * HOUR_US);
  play(pair, fc.sample(draw, { numRuns: 40, seed: 13 }));
  return { pair, snapshotAfter };
}

/** A cancel-all of more orders than one record cancels. Returns how many steps there are then. */
function leaveWorkHalfDone(pair: RecordedPair): number {
  pair.advance(HOUR_US);
  const contract = pair.twin.market.contracts.find(({ window }) => window.stage === 'OPEN')!.number;
  for (let i = 0; i < 260; i++) {
    pair.execute({ ...ORDER, account: 3, contract, side: 'BUY', lots: 1, price_ticks: i % 5 });
  }
  pair.execute({ type: 'CancelAllOrders', account: 3, contract: 0, command_id: 'half', tier: 0, side: 'ANY' });
  return pair.steps.length;
}

const ORDER = {
  type: 'PlaceOrder',
  command_id: '',
  side: 'BUY',
  order_type: 'LIMIT',
  time_in_force: 'GTC',
  max_amount_micro_usd: 0,
  post_only: false,
  self_trade: 'CANCEL_NEWEST',
  good_till_us: 0,
  expires_at_us: 0,
} as const;
const KEY = {
  type: 'CreateApiKey',
  command_id: '',
  account: 3,
  all_accounts: 'NO',
  scopes: 'read',
  hash: 'ab',
} as const;
const COSTS = { power_micro_usd_per_mwh: 1, equipment_micro_usd_per_mwh: 2, facility_micro_usd_per_mwh: 3 };
const LIMITS = {
  type: 'SetLimits',
  command_id: 'limits',
  open_orders_per_account: 2_000,
  matches_per_command: 500,
  quotes_per_offer: 20,
  idempotency_window_us: HOUR_US,
} as const;

function recite(pair: RecordedPair): void {
  pair.execute({ type: 'AddZone', command_id: 'early', name: 'SUN' });
  pair.execute(SMALL_MARKET);
  pair.advance(0);
  furnish(pair);
  for (const role of PARTICIPANT_ROLES) {
    pair.execute({ type: 'RegisterParticipant', command_id: `as ${role}`, name: role, role });
  }
  // Each of them twice: what it meets is told again.
  for (const [number, command] of [...accepted(pair), ...refused(pair)].entries()) {
    const named = { ...command, command_id: `recital ${number}` } as Command;
    pair.execute(named);
    pair.execute(named);
  }
  pair.execute({ type: 'Ping', command_id: 'recital 0', token: 9 });
  for (const code of ['INTERNAL', 'CLOCK_NOT_CONFIRMED'] as const) {
    const command = { type: 'ConfirmClock', command_id: code, wall_us: pair.nowUs } as const;
    pair.refuse(command, code);
    pair.execute(command);
  }
  const after = { from_offset: 2 ** 40, from_index: 3, to_offset: 2 ** 40 + 1, to_index: 0 };
  pair.pass({ reason: 'UNREADABLE', ...after });
  pair.pass({ reason: 'RETENTION', ...after, to_offset: 2 ** 41 });
  afterGate(pair);
}

/** One of each kind of command. Account 2 has two offers to sell 5 and 1 lots of contract 1 afterwards. */
function accepted(pair: RecordedPair): Command[] {
  const sell = { ...ORDER, contract: 1, account: 2, side: 'SELL', price_ticks: 100 } as const;
  const quotes = [{ tier: 2, price_ticks: 900, lots: 3 }];
  const [window] = pair.twin.market.windows;
  return [
    { type: 'Ping', command_id: '', token: 7 },
    { type: 'ConfirmClock', command_id: '', wall_us: pair.nowUs },
    { type: 'RegisterParticipant', command_id: '', name: 'last', role: 'TRADER' },
    { type: 'OpenAccount', command_id: '', participant: 5, name: 'eighth' },
    { type: 'SetFactoryCosts', command_id: '', account: 1, ...COSTS },
    { ...KEY, name: 'first' },
    { ...KEY, name: 'second', all_accounts: 'YES', account: 0 },
    { type: 'RevokeApiKey', command_id: '', key: 1 },
    { type: 'AddZone', command_id: '', name: 'SUN' },
    { type: 'SetFees', command_id: '', maker_ppm: 1_000, taker_ppm: 2_500 },
    { type: 'SetSplitRule', command_id: '', version: 1, rule: '{"title":"ünïcode – 𝄞"}' },
    LIMITS,
    factory(7, { power_watts: 5 }),
    { type: 'Deposit', command_id: '', account: 4, amount_micro_usd: 77, reference: 'in', expires_at_us: 0 },
    { type: 'Withdraw', command_id: '', account: 4, amount_micro_usd: 7, reference: 'out', expires_at_us: 0 },
    { ...sell, lots: 5 },
    { ...sell, lots: 2 },
    {
      type: 'AmendOrder',
      command_id: '',
      account: 2,
      contract: 1,
      order: 2,
      price_ticks: -1,
      lots: 1,
      expires_at_us: 0,
    },
    {
      type: 'PostOffer',
      command_id: '',
      account: 2,
      window_start_at_us: window!.startUs,
      quotes,
      energy_policy: 'SEPARATE',
      expires_at_us: 0,
    },
    { type: 'WithdrawOffer', command_id: '', account: 2, offer: 1 },
    { ...ORDER, contract: 2, account: 4, lots: 4, price_ticks: 3 },
    { type: 'CancelOrder', command_id: '', account: 4, contract: 2, order: 2 },
    { ...ORDER, contract: 2, account: 4, lots: 4, price_ticks: 3 },
    {
      type: 'AmendOrder',
      command_id: '',
      account: 4,
      contract: 2,
      order: 3,
      price_ticks: -1,
      lots: 0,
      expires_at_us: 0,
    },
    // Against an order of the same participant.
    { ...ORDER, contract: 1, account: 3, lots: 2, price_ticks: 100, self_trade: 'DECREMENT' },
    { type: 'CancelAllOrders', command_id: '', account: 4, contract: 0, tier: 0, side: 'ANY' },
    { type: 'CancelAllOrders', command_id: '', account: 4, contract: 1, tier: 1, side: 'SELL' },
    // What it pays for is less than a lot.
    {
      ...ORDER,
      contract: 1,
      account: 4,
      lots: 2,
      order_type: 'MARKET',
      time_in_force: 'IOC',
      price_ticks: 0,
      max_amount_micro_usd: 50,
    },
  ];
}

function factory(account: number, more: Partial<CommandOf<'RegisterFactory'>> = {}): CommandOf<'RegisterFactory'> {
  const yields = [{ tier: 1, joules_per_mtok: 20_000, licence_ppm: 50_000 }];
  const plant = { name: 'late plant', hardware: 'GB300', zone: 1, power_watts: 1, yields };
  return { type: 'RegisterFactory', command_id: '', account, ...plant, ...COSTS, ...more };
}

/** One command for each reason to refuse, but for those that need a closed gate or the sequencer. */
function refused(pair: RecordedPair): Command[] {
  const { windows, contracts } = pair.twin.market;
  const buy = { ...ORDER, contract: 1, account: 4, lots: 1, price_ticks: 50 } as const;
  const sell = { ...buy, side: 'SELL', price_ticks: 900 } as const;
  const tight = { ...LIMITS, open_orders_per_account: 1, matches_per_command: 1 };
  const startUs = windows[0]!.startUs;
  const gateUs = windows[0]!.gateClosesAtUs;
  const offer = { type: 'PostOffer', command_id: '', account: 1, energy_policy: 'SEPARATE', expires_at_us: 0 } as const;
  const amend = { type: 'AmendOrder', command_id: '', account: 2, contract: 1, order: 2, expires_at_us: 0 } as const;
  return [
    SMALL_MARKET,
    { type: 'OpenAccount', command_id: '', participant: 99, name: '' },
    { ...buy, account: 999 },
    factory(5, { zone: 9 }),
    { ...offer, window_start_at_us: startUs, quotes: [{ tier: 9, price_ticks: 1, lots: 1 }] },
    { ...buy, contract: 9_999 },
    { type: 'SetFactoryCosts', command_id: '', account: 3, ...COSTS },
    { type: 'WithdrawOffer', command_id: '', account: 1, offer: 999 },
    { type: 'RevokeApiKey', command_id: '', key: 1 },
    { type: 'CancelOrder', command_id: '', account: 4, contract: 1, order: 1 },
    { ...buy, account: 0 },
    factory(1),
    { type: 'AddZone', command_id: '', name: 'USE' },
    { ...buy, contract: contracts.at(-1)!.number },
    { ...buy, expires_at_us: pair.nowUs - 1 },
    { ...buy, price_ticks: -1 },
    { ...buy, lots: 0.5 },
    { ...buy, good_till_us: 1 },
    { ...buy, max_amount_micro_usd: 5 },
    { type: 'SetFees', command_id: '', maker_ppm: -1, taker_ppm: 0 },
    { ...buy, lots: 2 ** 52 },
    { ...sell, account: 1, price_ticks: 0, lots: 2 ** 52 },
    { ...buy, time_in_force: 'GTD', good_till_us: pair.nowUs },
    { ...buy, time_in_force: 'GTD', good_till_us: gateUs + 1 },
    { ...buy, account: 8 },
    sell,
    { ...sell, account: 1, lots: 361 },
    { ...sell, account: 2, contract: 3 },
    { ...buy, price_ticks: 100, post_only: true },
    { ...buy, price_ticks: 100, lots: 9, time_in_force: 'FOK' },
    { ...buy, price_ticks: 100, account: 3, lots: 5, time_in_force: 'FOK' },
    tight,
    { ...buy, price_ticks: 100, lots: 6, time_in_force: 'FOK' },
    // One match, and the rest of it is cancelled.
    { ...buy, price_ticks: 100, lots: 6 },
    { ...sell, account: 2 },
    { ...LIMITS, matches_per_command: 7 },
    { ...offer, window_start_at_us: startUs, quotes: [] },
    { ...amend, price_ticks: -1, lots: -1 },
    { ...offer, window_start_at_us: startUs + 1, quotes: [] },
    { type: 'AddZone', command_id: '', name: 'a' },
  ];
}

/** What a closed gate refuses. */
function afterGate(pair: RecordedPair): void {
  pair.nowUs = pair.twin.market.windows[0]!.gateClosesAtUs;
  const late = { ...ORDER, command_id: 'late', contract: 1, account: 4, lots: 1, price_ticks: 50 } as const;
  pair.execute(late);
  pair.execute(late);
}

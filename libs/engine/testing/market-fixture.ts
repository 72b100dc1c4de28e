// A small market for tests: an engine over an array, with short ways to say commands.

import {
  DEFAULT_TIERS,
  encodeRecords,
  HOUR_US,
  MINUTE_US,
  RECORD_EVENTS_MAX,
  type Command,
  type CommandIdentity,
  type CommandOf,
  type CommandType,
  type LogRecord,
  type MarketEvent,
  type RecordCause,
} from '@tokenbourse/domain';

import { Engine, type RecordSink } from '../src/engine';
import { MarketState } from '../src/state/market-state';

/** 2026-11-20T13:00:00Z: windows start at whole hours. */
export const START_US = Date.UTC(2026, 10, 20, 13) * 1_000;

/** No test writes more: a market that does never comes to rest. */
const RECORDS_MAX = 30_000;

export class RecordArray implements RecordSink {
  readonly records: (LogRecord & { events: MarketEvent[] })[] = [];

  constructor(private readonly state: MarketState) {}

  begin(at_us: number, cause: RecordCause, cause_sequence: number, identity: CommandIdentity | null): void {
    if (this.records.length === RECORDS_MAX) throw new RangeError('the market never comes to rest');
    this.records.push({ sequence: this.state.sequence, at_us, cause, cause_sequence, identity, events: [] });
  }

  write(event: MarketEvent): void {
    const { events } = this.records[this.records.length - 1]!;
    if (events.push(event) > RECORD_EVENTS_MAX) throw new RangeError('a record outgrows its bound');
  }

  end(): void {
    // Nothing is buffered.
  }

  bytes(): Uint8Array {
    return encodeRecords(this.records);
  }
}

export const OPEN_MARKET: CommandOf<'OpenMarket'> = {
  type: 'OpenMarket',
  command_id: 'open',
  market: 'test',
  currency: 'USD',
  id_seed: 12_345,
  window_us: HOUR_US,
  horizon_us: 4 * HOUR_US,
  open_lead_us: 3 * HOUR_US,
  gate_lead_us: 5 * MINUTE_US,
  settlement_lag_us: 0,
  open_orders_per_account: 2_000,
  matches_per_command: 500,
  quotes_per_offer: 20,
  idempotency_window_us: HOUR_US,
  tiers: DEFAULT_TIERS,
  zones: [{ name: 'USE' }, { name: 'EUW' }],
  maker_ppm: 100,
  taker_ppm: 500,
  split_version: 1,
  split_rule: '{}',
};

type Defaults<K extends CommandType> = Partial<CommandOf<K>>;

export class MarketFixture {
  readonly state = new MarketState();
  readonly log = new RecordArray(this.state);
  readonly engine: Engine;
  nowUs = START_US;

  constructor(opening: Partial<CommandOf<'OpenMarket'>> = {}) {
    this.engine = new Engine(this.state, this.log);
    this.run({ ...OPEN_MARKET, ...opening });
    this.advance(0);
  }

  /** Runs a command now; returns the events of its own record. */
  run(command: Command): readonly MarketEvent[] {
    this.engine.execute(command, this.nowUs);
    return this.log.records[this.log.records.length - 1]!.events;
  }

  /** Lets time pass, and does what falls due, to the end. Returns the events of it. */
  advance(us: number): readonly MarketEvent[] {
    const before = this.log.records.length;
    this.nowUs += us;
    this.engine.runDue(this.nowUs);
    while (this.engine.work(this.nowUs));
    return this.log.records.slice(before).flatMap((record) => record.events);
  }

  /** A new participant's account with cash in micro-USD. */
  account(cash = 0, participant?: number): number {
    if (participant === undefined) {
      this.run({ type: 'RegisterParticipant', command_id: '', name: 'somebody', role: 'CONSUMER' });
    }
    const owner = participant ?? this.state.lastParticipant;
    this.run({ type: 'OpenAccount', command_id: '', participant: owner, name: 'account' });
    const account = this.state.accounts.last;
    if (cash > 0)
      this.run({ type: 'Deposit', account, command_id: '', amount_micro_usd: cash, reference: '', expires_at_us: 0 });
    return account;
  }

  /** A factory in zone 1 that takes 1,000 J for a Mtok of tier 1, 2,000 of tier 2 …, with `power` watts. */
  factory(power = 1_000_000, tiers = [1, 2, 3, 4, 5]): number {
    const account = this.account();
    this.run({
      type: 'RegisterFactory',
      account,
      command_id: '',
      name: 'plant',
      zone: 1,
      hardware: 'GB300',
      power_watts: power,
      yields: tiers.map((tier) => ({ tier, joules_per_mtok: tier * 1_000, licence_ppm: 0 })),
      power_micro_usd_per_mwh: 50_000_000,
      equipment_micro_usd_per_mwh: 500_000_000,
      facility_micro_usd_per_mwh: 300_000_000,
    });
    return account;
  }

  /** The contract of a tier in the `nth` listed window of zone 1. */
  contract(tier = 3, nth = 0): number {
    const windows = this.state.windows.filter((window) => window.zone === 1);
    return windows[nth]!.contracts.find((contract) => contract.tier === tier)!.number;
  }

  order(account: number, side: 'BUY' | 'SELL', lots: number, price: number, more: Defaults<'PlaceOrder'> = {}) {
    return this.run({
      type: 'PlaceOrder',
      account,
      contract: this.contract(),
      command_id: '',
      side,
      order_type: 'LIMIT',
      time_in_force: 'GTC',
      price_ticks: price,
      lots,
      max_amount_micro_usd: 0,
      post_only: false,
      self_trade: 'CANCEL_NEWEST',
      good_till_us: 0,
      expires_at_us: 0,
      ...more,
    });
  }

  amend(account: number, order: number, price: number, lots: number, more: Defaults<'AmendOrder'> = {}) {
    return this.run({
      type: 'AmendOrder',
      account,
      contract: this.contract(),
      command_id: '',
      order,
      price_ticks: price,
      lots,
      expires_at_us: 0,
      ...more,
    });
  }

  cancel(account: number, order: number, more: Defaults<'CancelOrder'> = {}) {
    return this.run({ type: 'CancelOrder', account, contract: this.contract(), command_id: '', order, ...more });
  }
}

// A market for the whole engine: what opens it, accounts with money and power to spare, and the stream as its commands.

import { DEFAULT_TIERS, HOUR_US, MINUTE_US, RecordWriter, visitRecords, type Command } from '@tokenbourse/domain';
import { Engine, MarketState } from '@tokenbourse/engine';

import { accountOf, CANCEL, LIMIT, type Stream } from './stream';

export const START_US = 1_790_000_000_000_000;

/** Contracts of a window: one per tier. */
const TIERS = DEFAULT_TIERS.length;
/** In one window the tier HIGH alone is traded, as contract 3. */
const ONLY_CONTRACT = 3;

/** Commands of one frame when nothing else bounds it. */
export const FRAME_COMMANDS = 256;

export interface MarketOptions {
  /** Delivery windows that are open at the same time, with a contract for each tier. */
  readonly windows: number;
  readonly accounts: number;
  /** How long ids of closed orders are kept. */
  readonly idempotencyUs?: number;
}

/** What opens a market of so many windows, and accounts that have money and power to spare. */
export function opening({ windows, accounts, idempotencyUs = HOUR_US }: MarketOptions): Command[] {
  const commands: Command[] = [
    {
      type: 'OpenMarket',
      command_id: '',
      market: 'bench',
      currency: 'USD',
      id_seed: 99,
      window_us: HOUR_US,
      horizon_us: (windows + 1) * HOUR_US,
      open_lead_us: (windows + 1) * HOUR_US,
      gate_lead_us: 5 * MINUTE_US,
      settlement_lag_us: 0,
      open_orders_per_account: 10_000_000,
      matches_per_command: 500,
      quotes_per_offer: 20,
      idempotency_window_us: idempotencyUs,
      tiers: DEFAULT_TIERS,
      zones: [{ name: 'USE' }],
      maker_ppm: 100,
      taker_ppm: 500,
      split_version: 1,
      split_rule: '{}',
    },
  ];
  for (let account = 1; account <= accounts; account++) {
    commands.push(
      { type: 'RegisterParticipant', command_id: '', name: `p${account}`, role: 'TRADER' },
      { type: 'OpenAccount', command_id: '', participant: account, name: `a${account}` },
      { type: 'Deposit', account, command_id: '', amount_micro_usd: 1e15, reference: '', expires_at_us: 0 },
      {
        type: 'RegisterFactory',
        account,
        command_id: '',
        name: `f${account}`,
        zone: 1,
        hardware: 'GB300',
        power_watts: 1e8, // all factories together within what a zone can count
        yields: DEFAULT_TIERS.map((_, tier) => ({ tier: tier + 1, joules_per_mtok: 400, licence_ppm: 100_000 })),
        power_micro_usd_per_mwh: 60_000_000,
        equipment_micro_usd_per_mwh: 200_000_000,
        facility_micro_usd_per_mwh: 40_000_000,
      },
    );
  }
  commands.push({ type: 'SetFees', command_id: '', maker_ppm: 100, taker_ppm: 500 });
  return commands;
}

/** A market that has room for a stream's books and accounts. */
export function marketFor({ books, accounts }: Stream): MarketOptions {
  return { windows: Math.ceil(books / TIERS), accounts };
}

const letters = Buffer.alloc(64);

/** The text as a JSON parser gives it: in one piece. A template's pieces would be put together on the clock. */
function flat(text: string): string {
  return letters.toString('latin1', 0, letters.write(text, 'latin1'));
}

/** Turns operations of the stream into commands; book n of the stream is contract n + 1, the only one contract 3. */
export class Commands {
  constructor(
    private readonly stream: Stream,
    private readonly ids: boolean,
    /** Orders that the contract has had before: a stream may be run again and again. */
    private readonly earlier = 0,
  ) {}

  next(id: number): Command {
    const { stream } = this;
    const { books, kind, buy, book, number, price, lots, target } = stream;
    const contract = books === 1 ? ONLY_CONTRACT : book[id]! + 1;
    if (kind[id] === CANCEL) {
      return {
        type: 'CancelOrder',
        account: accountOf(stream, target[id]!),
        contract,
        command_id: '',
        order: this.earlier + number[id]!,
      };
    }
    const limit = kind[id] === LIMIT;
    const buying = buy[id] === 1;
    return {
      type: 'PlaceOrder',
      account: accountOf(stream, id),
      contract,
      command_id: this.ids ? flat(`client-order-${this.earlier + id}`) : '',
      side: buying ? 'BUY' : 'SELL',
      order_type: limit ? 'LIMIT' : 'MARKET',
      time_in_force: limit ? 'GTC' : 'IOC',
      price_ticks: limit ? price[id]! : 0,
      lots: lots[id]!,
      max_amount_micro_usd: !limit && buying ? 10_000_000 : 0,
      post_only: false,
      self_trade: 'CANCEL_NEWEST',
      good_till_us: 0,
      expires_at_us: 0,
    };
  }
}

export interface OpenedEngine {
  readonly engine: Engine;
  readonly writer: RecordWriter;
  /** The records of the opening. */
  readonly opening: Uint8Array;
}

/** An engine whose market is open. Throws an error if a command of the opening was refused. */
export function openedEngine(options: MarketOptions): OpenedEngine {
  const writer = new RecordWriter();
  const engine = new Engine(new MarketState(), writer);
  for (const command of opening(options)) engine.execute(command, START_US);
  const opened = writer.take();
  visitRecords(opened, 1, {
    begin: () => undefined,
    event: (event) => {
      if (event.type === 'CommandRejected') throw new Error(`${event.command} was refused: ${event.code}`);
    },
    end: () => undefined,
  });
  return { engine, writer, opening: opened };
}

// The whole engine: money, capacity, self-trade checks, events; in memory, and with the durable log.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DEFAULT_TIERS, HOUR_US, MINUTE_US, RecordWriter, visitRecords, type Command } from '@tokenbourse/domain';
import { Engine, MarketState, Replay } from '@tokenbourse/engine';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { Sequencer, SystemClock } from '@tokenbourse/sequencer';

import type { Benchmark } from './benchmark';
import { atLeast, sideBySide, timed, type Candidate } from './measure';
import { CANCEL, LIMIT, makeStream, type Stream } from './stream';

/** Accounts that trade: even ones buy, odd ones sell, so that nobody meets himself. */
const ACCOUNTS = 64;
const START_US = 1_790_000_000_000_000;

/** What opens a market with accounts that have money and power to spare. */
function opening(startUs: number): Command[] {
  const commands: Command[] = [
    {
      type: 'OpenMarket',
      command_id: '',
      market: 'bench',
      currency: 'USD',
      id_seed: 99,
      window_us: HOUR_US,
      horizon_us: 2 * HOUR_US,
      open_lead_us: 2 * HOUR_US,
      gate_lead_us: 5 * MINUTE_US,
      settlement_lag_us: 0,
      open_orders_per_account: 10_000_000,
      matches_per_command: 500,
      quotes_per_offer: 20,
      idempotency_window_us: HOUR_US,
      tiers: DEFAULT_TIERS,
      zones: [{ name: 'USE' }],
      maker_ppm: 100,
      taker_ppm: 500,
      split_version: 1,
      split_rule: '{}',
    },
  ];
  for (let account = 1; account <= ACCOUNTS; account++) {
    commands.push(
      { type: 'RegisterParticipant', command_id: '', name: `p${account}`, role: 'TRADER' },
      { type: 'OpenAccount', command_id: '', participant: account, name: `a${account}` },
      { type: 'Deposit', account, command_id: '', amount_micro_usd: 9e15, reference: '' },
      {
        type: 'RegisterFactory',
        account,
        command_id: '',
        name: `f${account}`,
        zone: 1,
        hardware: 'GB300',
        power_watts: 1e12,
        yields: [{ tier: 3, joules_per_mtok: 400, licence_ppm: 100_000 }],
        power_micro_usd_per_mwh: 60_000_000,
        equipment_micro_usd_per_mwh: 200_000_000,
        facility_micro_usd_per_mwh: 40_000_000,
      },
    );
  }
  commands.push({ type: 'SetFees', command_id: '', maker_ppm: 100, taker_ppm: 500 });
  void startUs;
  return commands;
}

/** Turns operations of the stream into commands for contract 3 (tier HIGH of the first window). */
class Commands {
  private readonly contract = 3;
  private orders = 0;
  /** Order number by stream id. */
  private readonly orderOf: Int32Array;

  constructor(
    private readonly stream: Stream,
    private readonly ids: boolean,
  ) {
    this.orderOf = new Int32Array(stream.size + 1);
  }

  /** Every place takes the next order number: no command of the stream is refused. */
  next(id: number): Command {
    const { kind, buy, price, lots, target } = this.stream;
    if (kind[id] === CANCEL) {
      const placed = target[id]!;
      return {
        type: 'CancelOrder',
        account: this.accountOf(placed, buy[placed] === 1),
        contract: this.contract,
        command_id: '',
        order: this.orderOf[placed]!,
      };
    }
    const buying = buy[id] === 1;
    const limit = kind[id] === LIMIT;
    this.orderOf[id] = ++this.orders;
    return {
      type: 'PlaceOrder',
      account: this.accountOf(id, buying),
      contract: this.contract,
      command_id: this.ids ? `client-order-${id}` : '',
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

  private accountOf(id: number, buying: boolean): number {
    return 1 + (id % (ACCOUNTS / 2)) * 2 + (buying ? 1 : 0);
  }
}

function openedEngine(): { engine: Engine; writer: RecordWriter; opening: Uint8Array } {
  const writer = new RecordWriter();
  const engine = new Engine(new MarketState(), writer);
  for (const command of opening(START_US)) engine.execute(command, START_US);
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

/** Commands of one frame when nothing else bounds it. */
const FRAME_COMMANDS = 256;

function engineCandidates(resting: number, operations: number): Candidate[] {
  const stream = makeStream({ seed: 1, operations, resting });
  return [true, false].map((ids) => ({
    name: ids ? 'with client ids' : 'without client ids',
    operations,
    run: () => {
      const { engine, writer } = openedEngine();
      const commands = new Commands(stream, ids);
      const run = (from: number, to: number): void => {
        for (let id = from; id <= to; id++) {
          engine.execute(commands.next(id), START_US + id);
          if (id % FRAME_COMMANDS === 0) writer.take();
        }
      };
      run(1, stream.filling);
      return timed(() => run(stream.filling + 1, stream.size));
    },
  }));
}

/** What the engine writes for a stream, as payloads of frames: the market's opening, and all that comes after it. */
export function written(
  resting: number,
  operations: number,
): { opening: Uint8Array; payloads: Uint8Array[]; events: number } {
  const stream = makeStream({ seed: 1, operations, resting });
  const { engine, writer, opening } = openedEngine();
  const payloads: Uint8Array[] = [];
  const commands = new Commands(stream, true);
  for (let id = 1; id <= stream.size; id++) {
    engine.execute(commands.next(id), START_US + id);
    if (id % FRAME_COMMANDS === 0) payloads.push(writer.take());
  }
  payloads.push(writer.take());
  let events = 0;
  const count = { begin: () => undefined, event: () => void (events += 1), end: () => undefined };
  for (const payload of payloads) visitRecords(payload, 1, count);
  return { opening, payloads, events };
}

/** Folding what the engine wrote: recovery's speed, in events. */
function replayCandidates(resting: number, operations: number): Candidate[] {
  const { payloads, events } = written(resting, operations);
  const first = openedEngine().engine.state.sequence + 1;
  const ignore = { begin: () => undefined, event: () => undefined, end: () => undefined };
  return [
    {
      name: 'replay with ids',
      operations: events,
      run: () => {
        const { state } = openedEngine().engine;
        const fold = new Replay(state);
        let sequence = first;
        return timed(() => {
          for (const payload of payloads) {
            visitRecords(payload, sequence, fold);
            sequence = state.sequence + 1;
          }
        });
      },
    },
    {
      name: 'reading the same records without applying',
      operations: events,
      run: () =>
        timed(() => {
          for (const payload of payloads) visitRecords(payload, 1, ignore);
        }),
    },
  ];
}

/** The sequencer on LMDB, flushed: `waiting` commands are on their way at any time. */
function durableCandidate(operations: number, waiting: number): Candidate {
  const stream = makeStream({ seed: 1, operations, resting: 5_000 });
  return {
    name: `flushed to LMDB, ${waiting} waiting`,
    operations,
    run: async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'tokenbourse-bench-'));
      const sequencer = new Sequencer({
        openLog: () => LmdbEventLog.open(path.join(folder, 'data')),
        clock: new SystemClock(),
        inboxLimit: 1_000_000,
      });
      await sequencer.start();
      try {
        for (const command of opening(0)) await sequencer.submit(command);
        const commands = new Commands(stream, true);
        let next = 1;
        const client = async (last: number): Promise<void> => {
          while (next <= last) await sequencer.submit(commands.next(next++));
        };
        await Promise.all(Array.from({ length: waiting }, () => client(stream.filling)));
        const start = process.hrtime.bigint();
        await Promise.all(Array.from({ length: waiting }, () => client(stream.size)));
        return Number(process.hrtime.bigint() - start) / 1e9;
      } finally {
        await sequencer.stop();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function engineBenchmark(name: string, resting: number): Benchmark {
  return {
    name,
    title: `Whole engine, ${resting.toLocaleString('en-US')} resting orders`,
    method: 'Money, capacity, self-trade checks and events; in memory, one contract.',
    async measure(setting) {
      const engines = engineCandidates(Math.min(resting, setting.largest), setting.operations);
      return { figures: await sideBySide(name, engines, setting), aims: [] };
    },
  };
}

export const wholeEngine: readonly Benchmark[] = [
  engineBenchmark('engine-5k', 5_000),
  engineBenchmark('engine-100k', 100_000),
];

export const durable: Benchmark = {
  name: 'durable',
  title: 'With the durable log',
  method: 'Through the real sequencer into LMDB; a command is answered when its frame is flushed.',
  async measure(setting) {
    const candidates = [1_024, 256, 64].map((waiting) => durableCandidate(setting.operations, waiting));
    return { figures: await sideBySide('durable', candidates, setting), aims: [] };
  },
};

export const replay: Benchmark = {
  name: 'replay',
  title: 'Replay',
  method: 'Folding what the engine wrote, with client ids: the speed of recovery, in events.',
  async measure(setting) {
    const candidates = replayCandidates(Math.min(5_000, setting.largest), setting.operations);
    const figures = await sideBySide('replay', candidates, setting);
    return { figures, aims: [atLeast('replay with ids', 2_000_000, figures[0]!.median, 'per second')] };
  },
};

// A server's writer and follower over a real log, without HTTP: filled with resting orders, under a load of place and cancel.

import path from 'node:path';

import { HOUR_US, MINUTE_US, type Command } from '@tokenbourse/domain';
import { LmdbEventLog, LmdbLogReader } from '@tokenbourse/log-lmdb';
import { FollowerThread, Sequencer } from '@tokenbourse/sequencer';

import { Commands, marketFor, opening, START_US } from './engine-market';
import { MarketClock } from './market-clock';
import type { Stream } from './stream';

/** Commands that wait for their answer at any time. */
const WAITING = 64;
/** Far below any price of the stream: the orders rest. */
const LOW_PRICE = 1_000;
const GATE_LEAD_US = 5 * MINUTE_US;

/** Where the follower's thread finds this file and what it loads. */
export function openReader({ folder }: { folder: string }): Promise<LmdbLogReader> {
  return LmdbLogReader.open(folder, { market: 'main' });
}

/** Watches the event loop: the longest time in which one turn of it kept all others waiting, in milliseconds. */
class LoopWatch {
  private watching = true;
  private before = performance.now();
  private longest = 0;

  constructor() {
    const turn = (): void => {
      const now = performance.now();
      this.longest = Math.max(this.longest, now - this.before);
      this.before = now;
      if (this.watching) setImmediate(turn);
    };
    setImmediate(turn);
  }

  stop(): number {
    this.watching = false;
    return this.longest;
  }
}

export class LiveMarket {
  private closedWindows = 0;
  private placed = 0;

  private constructor(
    private readonly stream: Stream,
    private readonly clock: MarketClock,
    private readonly sequencer: Sequencer,
    private readonly follower: FollowerThread,
  ) {}

  static async open(stream: Stream, folder: string): Promise<LiveMarket> {
    const data = path.join(folder, 'data');
    const clock = new MarketClock();
    const wake = { follower: (): void => undefined };
    const sequencer = new Sequencer({
      openLog: () => LmdbEventLog.open(data),
      clock,
      inboxLimit: 1_000_000,
      onAppended: () => wake.follower(),
    });
    await sequencer.start();
    for (const command of opening(marketFor(stream))) await sequencer.submit(command);
    const follower = new FollowerThread({
      opener: __filename,
      openerOptions: { folder: data },
      snapshotFolder: path.join(folder, 'snapshots'),
      everyRecords: Number.MAX_SAFE_INTEGER,
    });
    wake.follower = () => follower.wake();
    const market = new LiveMarket(stream, clock, sequencer, follower);
    await market.fill();
    return market;
  }

  /** Places and cancels while `beside` goes on; the longest turn of the event loop. */
  async pause(beside: () => Promise<void>): Promise<number> {
    let done = false;
    const client = async (number: number): Promise<void> => {
      while (!done) await this.placeAndCancel(number);
    };
    const clients = Array.from({ length: WAITING }, (_, number) => client(number));
    const watch = new LoopWatch();
    await beside();
    const longest = watch.stop();
    done = true;
    await Promise.all(clients);
    return longest;
  }

  async snapshot(): Promise<void> {
    if ((await this.follower.snapshot()) === undefined) throw new Error('the follower took no snapshot');
  }

  /** Moves the clock over the next window's gate closure, and waits until its orders have gone. */
  async closeWindow(): Promise<void> {
    this.closedWindows += 1;
    const firstStartUs = Math.ceil(START_US / HOUR_US) * HOUR_US;
    this.clock.skipTo(firstStartUs + (this.closedWindows - 1) * HOUR_US - GATE_LEAD_US);
    await new Promise((waited) => setTimeout(waited, 1_000));
  }

  async end(): Promise<void> {
    const { sequence } = this.sequencer.status();
    await this.sequencer.stop();
    await this.follower.stop(sequence);
  }

  private async fill(): Promise<void> {
    const { stream, sequencer } = this;
    const commands = new Commands(stream, true);
    let next = 1;
    const client = async (): Promise<void> => {
      while (next <= stream.filling) await sequencer.submit(commands.next(next++));
    };
    await Promise.all(Array.from({ length: 1_024 }, client));
    for (;;) {
      const { state, reason, sequence } = await this.follower.status();
      if (state === 'FAILED') throw new Error(`the follower failed: ${reason}`);
      if (sequence >= sequencer.status().sequence) return;
      await new Promise((waited) => setTimeout(waited, 20));
    }
  }

  /** On contracts of the last window, which stays open. */
  private async placeAndCancel(client: number): Promise<void> {
    const account = 2 * (1 + (client % (this.stream.accounts / 2)));
    const contract = this.stream.books - (client % 4);
    const placed = await this.sequencer.submit(this.order(account, contract));
    const accepted = placed.events.find((event) => event.type === 'OrderAccepted');
    if (accepted?.type !== 'OrderAccepted')
      throw new Error(`an order was not accepted: ${JSON.stringify(placed.events)}`);
    await this.sequencer.submit({ type: 'CancelOrder', account, contract, command_id: '', order: accepted.order });
  }

  private order(account: number, contract: number): Command {
    return {
      type: 'PlaceOrder',
      account,
      contract,
      command_id: `pause-${++this.placed}`,
      side: 'BUY',
      order_type: 'LIMIT',
      time_in_force: 'GTC',
      price_ticks: LOW_PRICE,
      lots: 1,
      max_amount_micro_usd: 0,
      post_only: false,
      self_trade: 'CANCEL_NEWEST',
      good_till_us: 0,
      expires_at_us: 0,
    };
  }
}

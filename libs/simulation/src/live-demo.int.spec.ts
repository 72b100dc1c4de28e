// The demonstration market on a real sequencer, with a clock that runs three times as fast as the machine's.

import { MemoryEventLog, originPosition } from '@tokenbourse/log';
import { InProcessReadModels } from '@tokenbourse/projections';
import { InboxFull, Sequencer, WriterUnavailable, type Clock } from '@tokenbourse/sequencer';

import { startLiveDemo, type LiveDemo } from './live-demo';
import { openMarket } from './market-setup';
import { readModelView } from './read-model-view';
import { keynoteScenario } from './scenario/reader';

const HASTE = 3;
const SECOND = 1_000_000;

class HastyClock implements Clock {
  private readonly startMs = performance.now();

  wallUs(): number {
    return Date.parse('2026-03-16T18:20:00Z') * 1_000 + this.monotonicUs();
  }

  monotonicUs(): number {
    return Math.floor((performance.now() - this.startMs) * 1_000 * HASTE);
  }

  wakeAfter(delayUs: number, wake: () => void): () => void {
    const timer = setTimeout(wake, Math.ceil(delayUs / 1_000 / HASTE));
    return () => clearTimeout(timer);
  }

  until(us: number): Promise<void> {
    return new Promise((resolve) => this.wakeAfter(us - this.monotonicUs(), resolve));
  }
}

class Exchange {
  readonly clock = new HastyClock();
  readonly models = new InProcessReadModels();
  readonly view = readModelView(this.models);
  readonly log = new MemoryEventLog();
  readonly troubles: string[] = [];
  /** Set: submissions fail with it. */
  failure: Error | undefined;
  submitted = 0;
  private position = originPosition();
  private reading: Promise<void> = Promise.resolve();
  private readonly sequencer = new Sequencer({
    openLog: () => Promise.resolve(this.log),
    clock: this.clock,
    onAppended: () => {
      this.reading = this.reading.then(() => this.read());
    },
  });

  async open(): Promise<void> {
    await this.sequencer.start();
    const scenario = keynoteScenario();
    await this.sequencer.submit(openMarket(scenario, scenario.market.live, 'main'));
    await this.reading;
  }

  demo(seed = 1): LiveDemo {
    return startLiveDemo({
      gateway: {
        submit: (command) => {
          if (this.failure) return Promise.reject(this.failure);
          this.submitted++;
          return this.sequencer.submit(command);
        },
        submitAll: (commands) => {
          const { failure } = this;
          if (failure) return Promise.resolve(commands.map(() => failure));
          this.submitted += commands.length;
          return this.sequencer.submitAll(commands);
        },
      },
      view: this.view,
      scenario: keynoteScenario(),
      seed,
      clock: this.clock,
      onTrouble: (reason) => this.troubles.push(reason),
    });
  }

  async tradesByTier(): Promise<number[]> {
    await this.reading;
    return (await this.models.prices()).data.tiers.map(({ since_start }) => since_start.trades);
  }

  async close(): Promise<void> {
    await this.sequencer.stop();
  }

  private async read(): Promise<void> {
    for await (const { frame, position } of this.log.read(this.position)) {
      this.models.applyPayload(frame.payload, frame.firstSequence);
      this.position = position;
    }
  }
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('the demonstration market', () => {
  let exchange: Exchange;
  let demo: LiveDemo | undefined;
  beforeEach(() => {
    exchange = new Exchange();
    demo = undefined;
  });
  afterEach(async () => {
    await demo?.stop();
    await exchange.close();
  });

  it('trades in at least three tiers within ten seconds of a fresh start, goes on, and sends no more than it may', async () => {
    await exchange.open();
    demo = exchange.demo();
    await exchange.clock.until(10 * SECOND);
    const early = await exchange.tradesByTier();
    expect(early.filter((trades) => trades > 0).length).toBeGreaterThanOrEqual(3);
    await exchange.clock.until(25 * SECOND);
    const later = await exchange.tradesByTier();
    expect(total(later)).toBeGreaterThan(total(early) + 10);
    // A few a second, beyond the fifty or so of the set-up.
    expect(exchange.submitted - 50).toBeGreaterThan(3 * 20);
    expect(demo.commands).toBeLessThanOrEqual(15 * 25 + 20);
    expect(exchange.troubles).toEqual([]);
    const { data: refusals } = await exchange.models.totals();
    expect(refusals.orders_rejected).toBeLessThan(demo.commands / 5);
  });

  it('goes on after a restart with the same participants and accounts, without new deposits', async () => {
    await exchange.open();
    demo = exchange.demo();
    await exchange.clock.until(8 * SECOND);
    await demo.stop();
    const before = await exchange.tradesByTier();
    const submitted = exchange.submitted;
    await exchange.clock.until(exchange.clock.monotonicUs() + 3 * SECOND);
    expect(exchange.submitted).toBe(submitted);
    const people = async () => {
      const { data: participants } = await exchange.models.participants({ limit: 1_000 });
      const { data: accounts } = await exchange.models.accounts({ limit: 1_000 });
      const { data: totals } = await exchange.models.totals();
      return [participants.length, accounts.length, totals.deposits_micro_usd];
    };
    const known = await people();
    demo = exchange.demo(2);
    await exchange.clock.until(exchange.clock.monotonicUs() + 6 * SECOND);
    expect(total(await exchange.tradesByTier())).toBeGreaterThan(total(before));
    expect(await people()).toEqual(known);
  });

  it('waits for a market that is not open yet', async () => {
    demo = exchange.demo();
    await exchange.clock.until(SECOND);
    expect(exchange.troubles[0]).toBe('the market has not been opened yet');
    await exchange.open();
    await exchange.clock.until(exchange.clock.monotonicUs() + 12 * SECOND);
    expect(total(await exchange.tradesByTier())).toBeGreaterThan(0);
  });

  it('survives a full inbox, a recovering writer and errors that nobody foresaw: waits, and trades again', async () => {
    await exchange.open();
    demo = exchange.demo();
    await exchange.clock.until(5 * SECOND);
    const failures = [
      new InboxFull(16_384, 1_000),
      new WriterUnavailable('the disk is full', 1_000),
      new TypeError('undefined is not a function'),
    ];
    for (const failure of failures) {
      exchange.troubles.length = 0;
      exchange.failure = failure;
      const failedUs = exchange.clock.monotonicUs();
      await exchange.clock.until(failedUs + 5 * SECOND);
      expect(exchange.troubles[0]).toBe(failure.message);
      // Each failure in a row makes it wait longer: it does not hammer on a market in trouble.
      expect(exchange.troubles.length).toBeLessThan(10);
      exchange.failure = undefined;
      const during = total(await exchange.tradesByTier());
      while (total(await exchange.tradesByTier()) === during) {
        await exchange.clock.until(exchange.clock.monotonicUs() + SECOND);
        expect(exchange.clock.monotonicUs()).toBeLessThan(failedUs + 60 * SECOND);
      }
    }
  });
});

// The demonstration market in real time: the scenario's agents trade in an exchange that runs. Whatever goes wrong, it
// waits and goes on; it sends no more than its pacing allows.

import type { Agent, MarketView } from '@tokenbourse/agents';
import { SECOND_US } from '@tokenbourse/domain';
import type { Clock, CommandGateway } from '@tokenbourse/sequencer';

import { castAgents, openingTicks } from './cast-agents';
import { SeasonalDemand } from './demand/seasonal-demand';
import { EventQueue } from './event-queue';
import { TradingFloor } from './floor';
import { depositOf, setUpMarket, type Cast } from './market-setup';
import type { Scenario } from './scenario/scenario';

export interface LiveDemoTerms {
  readonly gateway: CommandGateway;
  readonly view: MarketView;
  readonly scenario: Scenario;
  /** Any safe integer. */
  readonly seed: number;
  readonly clock: Clock;
  /** Told of each trouble that makes the demonstration wait; it goes on by itself. */
  readonly onTrouble?: (reason: string, waitMs: number) => void;
}

export interface LiveDemo {
  /** Resolves when nothing of the demonstration runs any more; what it sent last has been answered. */
  stop(): Promise<void>;
  /** Commands sent since the start. */
  readonly commands: number;
}

const WAIT_MS_MIN = 250;
const WAIT_MS_MAX = 10_000;
/** Between two agents' first turns. */
const FIRST_TURNS_APART_US = SECOND_US / 8;
/** Every so many turns, the account of the agent at turn is looked at for a top-up; prime to the number of agents. */
const TURNS_PER_AUDIT = 101;

/** Starts at once and returns; the market needn't be open yet. */
export function startLiveDemo(terms: LiveDemoTerms): LiveDemo {
  const demo = new Demonstration(terms);
  const ended = demo.run();
  return {
    get commands() {
      return demo.commands;
    },
    async stop() {
      demo.stop();
      await ended;
    },
  };
}

class Demonstration {
  commands = 0;
  private stopped = false;
  private endWait: () => void = () => undefined;
  private waitMs = WAIT_MS_MIN;
  private turns = 0;

  constructor(private readonly terms: LiveDemoTerms) {}

  stop(): void {
    this.stopped = true;
    this.endWait();
  }

  async run(): Promise<void> {
    const { scenario, view, gateway, clock } = this.terms;
    let cast: Cast | undefined;
    while (!this.stopped && cast === undefined) {
      await this.carefully(async () => {
        cast = await setUpMarket(scenario, view, gateway);
      });
    }
    if (cast === undefined) return;
    const pacing = scenario.pacing.live;
    const demand = new SeasonalDemand(scenario, cast.tiers);
    const agents = castAgents({ scenario, cast, demand, pacing, seed: this.terms.seed });
    const floor = new TradingFloor({
      view,
      gateway,
      windowsAhead: pacing.windows_ahead,
      windowUs: cast.windowUs,
      openingTicks: openingTicks(scenario, cast),
    });
    const turns = new EventQueue<Agent>();
    const startUs = clock.monotonicUs();
    agents.forEach((agent, i) => turns.put(startUs + i * FIRST_TURNS_APART_US, agent));
    while (!this.stopped) await this.nextTurn(floor, turns);
  }

  private async nextTurn(floor: TradingFloor, turns: EventQueue<Agent>): Promise<void> {
    const { clock, scenario } = this.terms;
    const pacing = scenario.pacing.live;
    const { atUs, item: agent } = turns.take();
    await this.wait(atUs - clock.monotonicUs());
    if (this.stopped) return;
    let sent = 0;
    await this.carefully(async () => {
      sent = await floor.turn(agent, clock.wallUs());
      if (++this.turns % TURNS_PER_AUDIT === 0) await this.topUp(agent);
    });
    this.commands += sent;
    turns.put(Math.max(atUs, clock.monotonicUs()) + pacing.act_every_seconds * SECOND_US, agent);
    // The next turn waits until this one's commands fit the rate.
    await this.wait((sent * SECOND_US) / pacing.commands_per_second_max);
  }

  /** Fills an account up when half of its first deposit is spent, so that a long demonstration doesn't run dry. */
  private async topUp(agent: Agent): Promise<void> {
    const { scenario, view, gateway, clock } = this.terms;
    const { availableMicroUsd } = await view.account(agent.account);
    const fullUsd = scenario.deposit_usd.value;
    const availableUsd = Math.floor(availableMicroUsd / 1_000_000);
    if (availableUsd > fullUsd / 2) return;
    await gateway.submit(depositOf(scenario, agent.account, `top-up-${clock.wallUs()}`, fullUsd - availableUsd));
  }

  /** Does `work`; when it fails, waits: as long as the market asks for, or longer with each failure in a row. */
  private async carefully(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.waitMs = WAIT_MS_MIN;
    } catch (error) {
      if (this.stopped) return;
      const waitMs = Math.min(WAIT_MS_MAX, Math.max(this.waitMs, retryAfterMs(error)));
      this.waitMs = Math.min(WAIT_MS_MAX, this.waitMs * 2);
      this.terms.onTrouble?.(error instanceof Error ? error.message : String(error), waitMs);
      await this.wait(waitMs * 1_000);
    }
  }

  private wait(us: number): Promise<void> {
    if (us <= 0 || this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.terms.clock.wakeAfter(us, resolve);
      this.endWait = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** What InboxFull and WriterUnavailable ask for; 0 for other errors. */
function retryAfterMs(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return 0;
  return typeof error.retryAfterMs === 'number' ? error.retryAfterMs : 0;
}

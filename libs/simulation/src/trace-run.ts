// A run driven by a trace: the scenario's market in virtual time, with buyers whose demand follows the trace's requests.
// The same seed, scenario and file give the same records, and so the same state hash.

import { streamFor, type Agent, type MarketView } from '@tokenbourse/agents';
import { SECOND_US } from '@tokenbourse/domain';

import { castAgents, openingTicks } from './cast-agents';
import { ObservedDemand } from './demand/observed-demand';
import { figuresOf, type RunFigures } from './figures';
import { TradingFloor } from './floor';
import { openMarket, setUpMarket, SetupFailed, type Cast } from './market-setup';
import type { Scenario } from './scenario/scenario';
import type { TraceRequest } from './trace/formats';
import { readTrace, surveyTrace, type TraceSurvey } from './trace/trace';
import { VirtualMarket } from './virtual-market';

export interface TraceRunTerms {
  readonly file: string;
  readonly scenario: Scenario;
  /** Any safe integer. */
  readonly seed: number;
  /** How many requests one of the trace stands for; the scenario's figure without it. */
  readonly scale?: number;
  /** Requests to read at most. */
  readonly limit?: number;
  /** Told how much of the run is done, 0 to 1, and awaited: a caller can slow the run down. */
  readonly onProgress?: (share: number, virtualUs: number) => void | Promise<void>;
}

export interface TraceRun {
  readonly scenario: string;
  readonly seed: number;
  readonly scale: number;
  readonly trace: TraceSurvey;
  readonly figures: RunFigures;
}

const PROGRESS_STEPS = 200;
/** A shorter trace's last rate goes on until so many delivery windows have passed. */
const WINDOWS_LEAST = 3;

/**
 * Rejects with TraceError before anything has begun when the file is malformed.
 * @param market a fresh market at the scenario's start, for callers who want to look into it afterwards
 */
export async function runTrace(terms: TraceRunTerms, market = marketAtStart(terms.scenario)): Promise<TraceRun> {
  const trace = await surveyTrace(terms.file, terms.limit);
  const scale = terms.scale ?? terms.scenario.demand.trace.scale.value;
  const startUs = market.kernel.wallUs();
  await market.start();
  const leastUs = terms.scenario.market.trace.window_seconds * SECOND_US * WINDOWS_LEAST;
  const run = new Run(terms, market, scale, startUs, startUs + trace.spanUs, startUs + Math.max(leastUs, trace.spanUs));
  const figures = await run.play();
  return { scenario: terms.scenario.name, seed: terms.seed, scale, trace, figures };
}

/** A market that has not begun, its clock at the scenario's start. */
export function marketAtStart(scenario: Scenario): VirtualMarket {
  return new VirtualMarket(Date.parse(scenario.start_at) * 1_000);
}

class Run {
  private requests: AsyncIterator<readonly TraceRequest[]>;
  private batch: readonly TraceRequest[] = [];
  private next = 0;

  constructor(
    private readonly terms: TraceRunTerms,
    private readonly market: VirtualMarket,
    private readonly scale: number,
    private readonly startUs: number,
    /** When the trace's last request is made. */
    private readonly lastRequestUs: number,
    /** Agents trade until then. */
    private readonly lastUs: number,
  ) {
    this.requests = readTrace(terms.file, terms.limit);
  }

  async play(): Promise<RunFigures> {
    const { terms, market, startUs, lastUs } = this;
    const cast = await this.open();
    const demand = new ObservedDemand(
      terms.scenario,
      cast.tiers,
      streamFor(terms.seed, 'requests'),
      this.scale,
      this.lastRequestUs,
    );
    this.schedule(cast, demand);
    const { window_seconds, settlement_lag_seconds } = terms.scenario.market.trace;
    // The last window that was traded started before the trace's end.
    const endUs = lastUs + (window_seconds + settlement_lag_seconds + 1) * SECOND_US;
    for (let step = 1; step <= PROGRESS_STEPS; step++) {
      const untilUs = startUs + Math.round(((endUs - startUs) * step) / PROGRESS_STEPS);
      await market.run(untilUs);
      await terms.onProgress?.(step / PROGRESS_STEPS, untilUs - startUs);
    }
    await this.observe(demand, lastUs);
    const { commands, models, tally } = market;
    const stateHash = await market.stop();
    const demandLots = (tier: number): number => demand.totalLots(tier);
    return figuresOf({ models, tally, startUs, endUs, commands, stateHash, demandLots });
  }

  private async open(): Promise<Cast> {
    const { market, terms } = this;
    const outcome = await market.submit(openMarket(terms.scenario, terms.scenario.market.trace, 'simulation'));
    if (!outcome.events.some(({ type }) => type === 'MarketOpened')) {
      throw new SetupFailed(`the market was not opened: ${JSON.stringify(outcome.events[0])}`);
    }
    await market.view.reached(outcome.sequence);
    return setUpMarket(terms.scenario, market.view, market);
  }

  /** Gives every agent a turn each `act_every_seconds`, evenly spread, as long as the trace lasts. */
  private schedule(cast: Cast, demand: ObservedDemand): void {
    const { market, terms, startUs, lastUs } = this;
    const pacing = terms.scenario.pacing.trace;
    const everyUs = Math.round(pacing.act_every_seconds * SECOND_US);
    const floor = new TradingFloor({
      view: tradedUntil(market.view, lastUs),
      gateway: market,
      windowsAhead: pacing.windows_ahead,
      windowUs: cast.windowUs,
      openingTicks: openingTicks(terms.scenario, cast),
    });
    const agents = castAgents({ scenario: terms.scenario, cast, demand, pacing, seed: terms.seed });
    const turn = (agent: Agent, atUs: number): void => {
      market.kernel.at(atUs, async () => {
        await this.observe(demand, atUs);
        await floor.turn(agent, atUs);
        if (atUs + everyUs <= lastUs) turn(agent, atUs + everyUs);
      });
    };
    agents.forEach((agent, i) => turn(agent, startUs + Math.round(((i + 1) * everyUs) / agents.length)));
  }

  /** Lets `demand` know the requests made up to and at `untilUs`. */
  private async observe(demand: ObservedDemand, untilUs: number): Promise<void> {
    for (;;) {
      if (this.next === this.batch.length) {
        const { done, value } = await this.requests.next();
        if (done) return;
        this.batch = value;
        this.next = 0;
      }
      const { atUs, inputTokens, outputTokens } = this.batch[this.next]!;
      if (this.startUs + atUs > untilUs) return;
      demand.observe(this.startUs + atUs, inputTokens, outputTokens);
      this.next++;
    }
  }
}

/** The view without the windows that start at or after `endUs`: nobody's demand reaches there. */
function tradedUntil(view: MarketView, endUs: number): MarketView {
  return { ...view, contracts: (nowUs, startsBeforeUs) => view.contracts(nowUs, Math.min(startsBeforeUs, endUs)) };
}

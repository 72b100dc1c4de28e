// The trading floor: gives an agent its turn. It looks at the market for it, lets it act, and puts its commands to the
// market. The same code serves virtual and real time.

import type { Agent, MarketView, OpenContract, OpenWindow } from '@tokenbourse/agents';
import { SECOND_US, type Command } from '@tokenbourse/domain';
import type { CommandGateway } from '@tokenbourse/sequencer';

export interface FloorTerms {
  readonly view: MarketView;
  readonly gateway: CommandGateway;
  /** How many delivery windows agents look at. */
  readonly windowsAhead: number;
  readonly windowUs: number;
  /** What a tier is expected to fetch before its first trade, by tier number. */
  readonly openingTicks: ReadonlyMap<number, number>;
}

/** Prices of tiers are asked for this often at most. */
const PRICES_AGE_US = SECOND_US;
/** A gate that closes sooner than this is left alone. */
const GATE_MARGIN_US = SECOND_US / 2;

interface WindowOnSale {
  readonly window: OpenWindow;
  readonly contracts: OpenContract[];
}

export class TradingFloor {
  private tierTicks: ReadonlyMap<number, number>;
  private pricesAtUs = -Infinity;

  constructor(private readonly terms: FloorTerms) {
    this.tierTicks = terms.openingTicks;
  }

  /**
   * One turn of `agent` at `nowUs`; returns how many commands it sent. Refusals are outcomes like others; rejects with
   * the first error of a submission or of the view, after all submissions have ended.
   */
  async turn(agent: Agent, nowUs: number): Promise<number> {
    const onSale = await this.windowsOnSale(agent.zone, nowUs);
    if (onSale.length === 0) return 0;
    const chosen = agent.choose(
      onSale.map(({ window }) => window),
      nowUs,
    );
    const { window, contracts } = onSale.find((candidate) => candidate.window.startUs === chosen.startUs)!;
    const own = await this.terms.view.account(agent.account);
    const tierTicks = await this.prices(nowUs);
    const commands = agent.act({ nowUs, window, contracts, tierTicks, own });
    await this.send(commands);
    return commands.length;
  }

  private async send(commands: readonly Command[]): Promise<void> {
    if (commands.length === 0) return;
    const answers = await this.terms.gateway.submitAll(commands);
    let sequence = 0;
    for (const answer of answers) {
      if (answer instanceof Error) throw answer;
      sequence = Math.max(sequence, answer.sequence);
    }
    await this.terms.view.reached(sequence);
  }

  /** The next windows that trade in the zone, nearest gate first. */
  private async windowsOnSale(zone: number, nowUs: number): Promise<WindowOnSale[]> {
    const { view, windowUs, windowsAhead } = this.terms;
    // Gates close before delivery starts, so the nearest that trades starts within two windows or a little later.
    const contracts = await view.contracts(nowUs, nowUs + (windowsAhead + 2) * windowUs);
    const byStart = new Map<number, WindowOnSale>();
    for (const contract of contracts) {
      if (contract.zone !== zone || contract.gateClosesAtUs <= nowUs + GATE_MARGIN_US) continue;
      const known = byStart.get(contract.windowStartUs);
      if (known) {
        known.contracts.push(contract);
        continue;
      }
      const { windowStartUs: startUs, windowUs: lengthUs, gateClosesAtUs } = contract;
      byStart.set(startUs, { window: { zone, startUs, lengthUs, gateClosesAtUs }, contracts: [contract] });
    }
    return [...byStart.values()].sort((a, b) => a.window.startUs - b.window.startUs).slice(0, windowsAhead);
  }

  private async prices(nowUs: number): Promise<ReadonlyMap<number, number>> {
    if (nowUs - this.pricesAtUs < PRICES_AGE_US) return this.tierTicks;
    const prices = new Map(this.terms.openingTicks);
    for (const { tier, lastTicks } of await this.terms.view.tierPrices()) {
      if (lastTicks !== null) prices.set(tier, lastTicks);
    }
    this.tierTicks = prices;
    this.pricesAtUs = nowUs;
    return prices;
  }
}

// A factory: posts its window's capacity over the tiers, reprices as the gate nears, moves power to where somebody
// bids more for a joule, buys back what is cheaper bought than made. What it can't sell in time has perished.

import type { Command } from '@tokenbourse/domain';

import { urgencyAt, type Agent, type OpenWindow, type Patience, type Picture } from './agent';
import { costTicks, floorTicks, freeMillijoules, powerShares, type Plant, type Recipe } from './factory-economics';
import { OwnBook } from './own-book';
import { asTicks, differs, expectedTicks } from './pricing';
import type { Stream } from './stream';
import type { OpenContract } from './view';
import { amendOrder, cancelOrder, capacityOffer, limitOrder, type QuoteWish } from './wishes';

export interface FactoryTerms extends Patience {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  readonly plant: Plant;
}

/** What the factory has learnt of a tier: how its capacity sold, and how far above the market it asks. */
interface Lesson {
  sellThrough: number;
  markup: number;
}

/** One tier in one window, with all that a decision needs. */
interface Line {
  readonly recipe: Recipe;
  readonly contract: OpenContract;
  readonly expected: number;
  readonly askTicks: number;
  readonly bestBidTicks: number;
}

const REPRICE_SHARE = 0.015;
/** From this urgency on, all that is left goes to whoever bids; the prices slide from the market's to the bids'. */
const LAST_CALL = 0.92;
const LAST_CALL_BID = 0.95;
/** Of what was sold, the share that is bought back at once: how much the better bid wants is not known. */
const BUY_BACK_SHARE = 0.1;
const QUOTES_OPEN_MAX = 3;
const MARKUP_MIN = 0.6;
const MARKUP_MAX = 1.6;

export class Factory implements Agent {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  private readonly lessons = new Map<number, Lesson>();
  private lastChoice = -1;
  private learntFrom = 0;

  constructor(
    private readonly terms: FactoryTerms,
    private readonly stream: Stream,
  ) {
    this.name = terms.name;
    this.account = terms.account;
    this.zone = terms.zone;
    for (const { tier } of terms.plant.recipes) this.lessons.set(tier, { sellThrough: 0.5, markup: 1 });
  }

  /** All windows in turn: each has power of its own to sell. */
  choose(windows: readonly OpenWindow[]): OpenWindow {
    this.lastChoice = (this.lastChoice + 1) % windows.length;
    return windows[this.lastChoice]!;
  }

  act(picture: Picture): readonly Command[] {
    const book = new OwnBook(picture.own, picture.contracts);
    const urgency = urgencyAt(picture.nowUs, picture.window.gateClosesAtUs, this.terms.patienceUs);
    const lines = this.lines(picture, urgency);
    if (lines.length === 0) return [];
    if (urgency > 0.9) this.learn(picture.window, lines, book);
    const expiresAtUs = picture.nowUs + this.terms.commandLifeUs;
    const wanted = lines.filter(({ recipe, bestBidTicks }) => {
      return bestBidTicks >= floorTicks(this.terms.plant, recipe, urgency);
    });
    if (urgency > LAST_CALL && wanted.length > 0)
      return this.lastCall(picture, lines, wanted, book, urgency, expiresAtUs);
    return [
      ...this.buyBack(lines, book, expiresAtUs),
      ...this.reprice(lines, book, expiresAtUs),
      ...this.offer(picture, lines, book, urgency, expiresAtUs),
    ];
  }

  private lines(picture: Picture, urgency: number): Line[] {
    const lines: Line[] = [];
    for (const recipe of this.terms.plant.recipes) {
      const contract = picture.contracts.find(({ tier }) => tier === recipe.tier);
      if (!contract) continue;
      const expected = expectedTicks(picture, contract);
      const lesson = this.lessons.get(recipe.tier)!;
      const wanted = expected * lesson.markup * (1.02 - 0.06 * urgency + 0.01 * this.stream.noise());
      const askTicks = asTicks(Math.max(floorTicks(this.terms.plant, recipe, urgency), wanted));
      lines.push({ recipe, contract, expected, askTicks, bestBidTicks: contract.bestBidTicks ?? 0 });
    }
    return lines;
  }

  /** Once per window, shortly before its gate: what sold well is asked dearer next time and gets more power. */
  private learn(window: OpenWindow, lines: readonly Line[], book: OwnBook): void {
    if (window.startUs <= this.learntFrom) return;
    this.learntFrom = window.startUs;
    for (const { recipe, contract } of lines) {
      const sold = Math.max(0, -book.lotsIn(contract.contract));
      const offered = sold + book.openSellLots(contract.contract);
      if (offered === 0) continue;
      const lesson = this.lessons.get(recipe.tier)!;
      const share = sold / offered;
      lesson.sellThrough = Math.max(0.02, 0.5 * lesson.sellThrough + 0.5 * share);
      lesson.markup = Math.min(
        MARKUP_MAX,
        Math.max(MARKUP_MIN, lesson.markup * (share > 0.95 ? 1.08 : 0.92 + 0.1 * share)),
      );
    }
  }

  /**
   * Buys back sold tokens where the market offers them for less than making them is worth: the power they take, or
   * what another tier's best bid pays for the energy they free, less a margin for the risk of missing it.
   */
  private buyBack(lines: readonly Line[], book: OwnBook, expiresAtUs: number): Command[] {
    const commands: Command[] = [];
    for (const { recipe, contract } of lines) {
      const sold = -book.lotsIn(contract.contract);
      const ask = contract.bestAskTicks;
      if (sold <= 0 || ask === null || book.openSellLots(contract.contract) > 0) continue;
      const power = costTicks(this.terms.plant.powerMicroUsdPerMwh, recipe.joulesPerMtok);
      const elsewhere = bestBidPerJoule(lines, recipe.tier) * recipe.joulesPerMtok * 0.9;
      const worth = Math.max(power, elsewhere);
      if (ask >= worth) continue;
      const lots = Math.ceil(sold * BUY_BACK_SHARE);
      const { account } = this;
      const order = { account, contract: contract.contract, side: 'BUY', timeInForce: 'IOC' } as const;
      commands.push(limitOrder({ ...order, priceTicks: asTicks(worth), lots, expiresAtUs }));
    }
    return commands;
  }

  /** Moves the prices of open quotes; takes back those whose joules earn more at another tier's bid. */
  private reprice(lines: readonly Line[], book: OwnBook, expiresAtUs: number): Command[] {
    const commands: Command[] = [];
    for (const { recipe, contract, askTicks } of lines) {
      const askPerJoule = askTicks / recipe.joulesPerMtok;
      const misplaced = bestBidPerJoule(lines, recipe.tier) > askPerJoule * 1.05;
      for (const order of book.sellsIn(contract.contract)) {
        if (misplaced) {
          commands.push(cancelOrder(this.account, order.contract, order.order));
        } else if (differs(order.priceTicks, askTicks, REPRICE_SHARE)) {
          const { account } = this;
          const { contract: number, order: id } = order;
          commands.push(
            amendOrder({ account, contract: number, order: id, priceTicks: askTicks, lots: -1, expiresAtUs }),
          );
        }
      }
    }
    return commands;
  }

  /** Takes all quotes back and offers their energy, and what is free, at the bids of the tiers in `wanted`. */
  private lastCall(
    picture: Picture,
    lines: readonly Line[],
    wanted: readonly Line[],
    book: OwnBook,
    urgency: number,
    expiresAtUs: number,
  ): Command[] {
    const { plant } = this.terms;
    let left = plant.powerWatts * (picture.window.lengthUs / 1_000);
    for (const { recipe, contract } of lines) {
      left -= Math.max(0, -book.lotsIn(contract.contract)) * recipe.joulesPerMtok;
    }
    const shares = powerShares(
      wanted.map(({ recipe, bestBidTicks }) => {
        return { ticks: bestBidTicks, joulesPerMtok: recipe.joulesPerMtok, sellThrough: 1 };
      }),
    );
    const hurry = Math.min(1, (urgency - LAST_CALL) / (LAST_CALL_BID - LAST_CALL));
    const quotes: QuoteWish[] = [];
    wanted.forEach(({ recipe, askTicks, bestBidTicks }, i) => {
      const lots = Math.floor((left * 0.98 * shares[i]!) / recipe.joulesPerMtok);
      const price_ticks = asTicks(Math.max(bestBidTicks, askTicks + (bestBidTicks - askTicks) * hurry));
      if (lots > 0) quotes.push({ tier: recipe.tier, price_ticks, lots });
    });
    if (quotes.length === 0) return [];
    const open = lines.flatMap(({ contract }) => book.sellsIn(contract.contract));
    return [
      ...open.map(({ contract, order }) => cancelOrder(this.account, contract, order)),
      capacityOffer(this.account, picture.window.startUs, quotes, expiresAtUs),
    ];
  }

  /** Offers a tranche of the free energy: half of it while there is time, all of it when the gate is near. */
  private offer(
    picture: Picture,
    lines: readonly Line[],
    book: OwnBook,
    urgency: number,
    expiresAtUs: number,
  ): Command[] {
    const { plant } = this.terms;
    const { lengthUs, startUs } = picture.window;
    const contractOfTier = new Map(lines.map(({ recipe, contract }) => [recipe.tier, contract.contract]));
    const free = freeMillijoules(plant, lengthUs, contractOfTier, book);
    const budget = plant.powerWatts * (lengthUs / 1_000);
    if (free < budget * 0.02) return [];
    const tranche = free * (urgency > 0.7 ? 0.98 : this.stream.between(0.3, 0.6));
    const open = lines.filter(({ contract }) => book.sellsIn(contract.contract).length < QUOTES_OPEN_MAX);
    if (open.length === 0) return [];
    const shares = powerShares(
      open.map(({ recipe, expected, bestBidTicks }) => ({
        ticks: urgency > 0.7 && bestBidTicks > 0 ? bestBidTicks : expected,
        joulesPerMtok: recipe.joulesPerMtok,
        sellThrough: this.lessons.get(recipe.tier)!.sellThrough,
      })),
    );
    const quotes: QuoteWish[] = [];
    open.forEach(({ recipe, askTicks }, i) => {
      const lots = Math.floor((tranche * shares[i]!) / recipe.joulesPerMtok);
      if (lots > 0) quotes.push({ tier: recipe.tier, price_ticks: askTicks, lots });
    });
    return quotes.length === 0 ? [] : [capacityOffer(this.account, startUs, quotes, expiresAtUs)];
  }
}

/** The most that a joule earns at the best bid of a tier other than `tier`, ticks per joule. */
function bestBidPerJoule(lines: readonly Line[], tier: number): number {
  let best = 0;
  for (const line of lines) {
    if (line.recipe.tier !== tier) best = Math.max(best, line.bestBidTicks / line.recipe.joulesPerMtok);
  }
  return best;
}

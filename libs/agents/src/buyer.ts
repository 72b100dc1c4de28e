// App vendors and consumers: they need tokens for their users, buy as the delivery nears up to what a token is worth to
// them, use more when it is cheap, and sell again what they turn out not to need.

import { amountOf, feeHeldFor, isSafeAmount, type Command } from '@tokenbourse/domain';

import { urgencyAt, type Agent, type OpenWindow, type Patience, type Picture } from './agent';
import type { DemandForecast } from './demand';
import { OwnBook } from './own-book';
import { asTicks, differs, expectedTicks } from './pricing';
import type { Stream } from './stream';
import type { OpenContract } from './view';
import { amendOrder, limitOrder, marketBuy } from './wishes';

/** What a tier is worth to a buyer. */
export interface Appetite {
  readonly tier: number;
  /** What the tier's tokens are usually worth to buyers, ticks; this buyer's own limit varies around it. */
  readonly worthTicks: number;
}

export interface BuyerTerms extends Patience {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  readonly appetites: readonly Appetite[];
  readonly demand: DemandForecast;
  /** Share of all demand that this buyer's users make, 0 to 1. */
  readonly share: number;
  /** How far the limits of one buyer's windows and tiers lie apart: a standard deviation as a share of the worth. */
  readonly spread: number;
  /** Taker's fee that it reckons with when it sends market orders, ppm. */
  readonly feePpm: number;
  /** How many tiers it deals with each time. */
  readonly tiersPerAct: number;
  /** How often a purchase is a market order, 0 to 1. */
  readonly marketOrders: number;
}

/** A buyer's plan for one contract, made when it first looks: how much it needs of the forecast, and its limit. */
interface Plan {
  readonly windowStartUs: number;
  readonly needFactor: number;
  readonly limitTicks: number;
}

export class Buyer implements Agent {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  private readonly plans = new Map<number, Plan>();

  constructor(
    private readonly terms: BuyerTerms,
    private readonly stream: Stream,
  ) {
    this.name = terms.name;
    this.account = terms.account;
    this.zone = terms.zone;
  }

  /** Mostly the nearest gates: half of the time the first, a quarter the second, … */
  choose(windows: readonly OpenWindow[]): OpenWindow {
    let chosen = 0;
    while (chosen < windows.length - 1 && this.stream.chance(0.5)) chosen++;
    return windows[chosen]!;
  }

  act(picture: Picture): readonly Command[] {
    const book = new OwnBook(picture.own, picture.contracts);
    const urgency = urgencyAt(picture.nowUs, picture.window.gateClosesAtUs, this.terms.patienceUs);
    this.forgetBefore(picture.nowUs);
    const commands: Command[] = [];
    for (const { tier, worthTicks } of this.someAppetites()) {
      const contract = picture.contracts.find((candidate) => candidate.tier === tier);
      if (contract) commands.push(...this.trade(picture, contract, worthTicks, book, urgency));
    }
    return commands;
  }

  private someAppetites(): readonly Appetite[] {
    const { appetites, tiersPerAct } = this.terms;
    if (appetites.length <= tiersPerAct) return appetites;
    const first = this.stream.index(appetites.length);
    return Array.from({ length: tiersPerAct }, (_, i) => appetites[(first + i) % appetites.length]!);
  }

  private trade(
    picture: Picture,
    contract: OpenContract,
    worthTicks: number,
    book: OwnBook,
    urgency: number,
  ): readonly Command[] {
    const plan = this.planFor(contract, worthTicks);
    const expected = expectedTicks(picture, contract);
    const forecast = this.terms.demand.lotsFor(contract.tier, picture.window, picture.nowUs);
    const need = Math.floor(forecast * this.terms.share * plan.needFactor * cheapness(worthTicks, expected));
    const held = book.lotsIn(contract.contract);
    // Bought in steps, so that a wrong forecast costs less: a fifth at once, all of it a little before the gate.
    const due = Math.floor(need * Math.min(1, 0.2 + urgency));
    if (held > need * 1.1 && urgency > 0.5) {
      return this.sellAgain(picture, contract, held - need, expected, book);
    }
    return this.buy(picture, contract, plan, due - held, expected, urgency, book);
  }

  private buy(
    picture: Picture,
    contract: OpenContract,
    plan: Plan,
    gap: number,
    expected: number,
    urgency: number,
    book: OwnBook,
  ): readonly Command[] {
    if (gap <= 0) return [];
    const { account, terms, stream } = this;
    const expiresAtUs = picture.nowUs + terms.commandLifeUs;
    const patient = expected * (0.97 + 0.1 * urgency + 0.015 * stream.noise());
    const bidTicks = asTicks(Math.min(plan.limitTicks, urgency > 0.8 ? plan.limitTicks : patient));
    const [open] = book.buysIn(contract.contract);
    if (open) {
      if (!differs(open.priceTicks, bidTicks, 0.01)) return [];
      const { order } = open;
      return [amendOrder({ account, contract: contract.contract, order, priceTicks: bidTicks, lots: -1, expiresAtUs })];
    }
    const wanted = Math.max(1, Math.floor(gap * stream.between(0.3, 1)));
    const lots = Math.min(wanted, affordable(picture.own.availableMicroUsd, bidTicks, terms.feePpm));
    if (lots <= 0) return [];
    if (contract.bestAskTicks !== null && contract.bestAskTicks <= bidTicks && stream.chance(terms.marketOrders)) {
      const amount = amountOf(bidTicks, lots);
      const maxAmountMicroUsd = amount + feeHeldFor(amount, terms.feePpm);
      if (maxAmountMicroUsd > 0 && isSafeAmount(maxAmountMicroUsd)) {
        return [marketBuy({ account, contract: contract.contract, lots, maxAmountMicroUsd, expiresAtUs })];
      }
    }
    return [limitOrder({ account, contract: contract.contract, side: 'BUY', priceTicks: bidTicks, lots, expiresAtUs })];
  }

  private sellAgain(
    picture: Picture,
    contract: OpenContract,
    excess: number,
    expected: number,
    book: OwnBook,
  ): readonly Command[] {
    if (book.openSellLots(contract.contract) > 0 || book.openBuyLots(contract.contract) > 0) return [];
    const priceTicks = asTicks(expected * this.stream.between(0.93, 0.99));
    const expiresAtUs = picture.nowUs + this.terms.commandLifeUs;
    const { account } = this;
    return [limitOrder({ account, contract: contract.contract, side: 'SELL', priceTicks, lots: excess, expiresAtUs })];
  }

  private planFor(contract: OpenContract, worthTicks: number): Plan {
    const known = this.plans.get(contract.contract);
    if (known) return known;
    const { noise } = this.stream;
    const plan = {
      windowStartUs: contract.windowStartUs,
      needFactor: Math.max(0.5, 1 + 0.1 * noise()),
      limitTicks: asTicks(worthTicks * Math.max(0.2, 1 + this.terms.spread * noise())),
    };
    this.plans.set(contract.contract, plan);
    return plan;
  }

  private forgetBefore(nowUs: number): void {
    for (const [contract, plan] of this.plans) if (plan.windowStartUs < nowUs) this.plans.delete(contract);
  }
}

/**
 * How use answers to price: need × √(worth ÷ price), between 0.7 and 1.6; that is a price elasticity of −0.5, a choice
 * of this model. Use of tokens grew as their price fell; how much is not settled.
 */
export function cheapness(worthTicks: number, priceTicks: number): number {
  if (priceTicks <= 0) return 1.6;
  return Math.min(1.6, Math.max(0.7, Math.sqrt(worthTicks / priceTicks)));
}

/** How many lots `availableMicroUsd` can pay at `ticks`, a fee of `feePpm` included and 1 % left over. */
export function affordable(availableMicroUsd: number, ticks: number, feePpm: number): number {
  if (ticks === 0) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, Math.floor((availableMicroUsd * 0.99) / (ticks * (1 + feePpm / 1_000_000))));
}

// A cloud operator: buys wholesale while there is time, resells with its margin on what it paid, and lets the price go
// as the gate nears, at a loss if need be: tokens of a closed window are worth nothing.

import type { Command } from '@tokenbourse/domain';

import { urgencyAt, type Agent, type OpenWindow, type Patience, type Picture } from './agent';
import { affordable } from './buyer';
import type { DemandForecast } from './demand';
import { OwnBook } from './own-book';
import { asTicks, differs, expectedTicks } from './pricing';
import type { Stream } from './stream';
import type { OpenContract, OwnOrder } from './view';
import { amendOrder, limitOrder } from './wishes';

export interface CloudOperatorTerms extends Patience {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  readonly tiers: readonly number[];
  readonly demand: DemandForecast;
  /** Stock that it aims at, as a share of all demand, 0 to 1. */
  readonly share: number;
  /** What it adds to its cost when it resells, as a share. */
  readonly margin: number;
  readonly feePpm: number;
  readonly tiersPerAct: number;
}

/** Shares of the price. */
const CAUTION_MORE = 0.04;
const CAUTION_LESS = 0.02;
const CAUTION_MAX = 0.3;

export class CloudOperator implements Agent {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  private turn = 0;
  /** By tier: how much less it bids because of stock that it was left with, and the last window that taught it so. */
  private readonly lessons = new Map<number, { caution: number; learntFromUs: number }>();

  constructor(
    private readonly terms: CloudOperatorTerms,
    private readonly stream: Stream,
  ) {
    this.name = terms.name;
    this.account = terms.account;
    this.zone = terms.zone;
  }

  choose(windows: readonly OpenWindow[]): OpenWindow {
    return windows[this.stream.index(windows.length)]!;
  }

  act(picture: Picture): readonly Command[] {
    const book = new OwnBook(picture.own, picture.contracts);
    const urgency = urgencyAt(picture.nowUs, picture.window.gateClosesAtUs, this.terms.patienceUs);
    const commands: Command[] = [];
    for (let i = 0; i < this.terms.tiersPerAct; i++) {
      const tier = this.terms.tiers[this.turn++ % this.terms.tiers.length];
      const contract = picture.contracts.find((candidate) => candidate.tier === tier);
      if (!contract) continue;
      if (urgency > 0.9) this.learn(contract, book);
      commands.push(...(urgency < 0.6 ? this.stockUp(picture, contract, book) : []));
      commands.push(...this.resell(picture, contract, book, urgency));
    }
    return commands;
  }

  /** Once per window and tier, shortly before the gate: unsold stock makes it bid less next time, none a little more. */
  private learn(contract: OpenContract, book: OwnBook): void {
    const lesson = this.lessons.get(contract.tier) ?? { caution: 0, learntFromUs: 0 };
    if (contract.windowStartUs <= lesson.learntFromUs) return;
    const caution = lesson.caution + (book.lotsIn(contract.contract) > 0 ? CAUTION_MORE : -CAUTION_LESS);
    const bounded = Math.min(CAUTION_MAX, Math.max(0, caution));
    this.lessons.set(contract.tier, { caution: bounded, learntFromUs: contract.windowStartUs });
  }

  /** Buys what is offered below the market, and bids below it for the rest of its stock. */
  private stockUp(picture: Picture, contract: OpenContract, book: OwnBook): readonly Command[] {
    const { account, terms, stream } = this;
    const expected = expectedTicks(picture, contract);
    const forecast = terms.demand.lotsFor(contract.tier, picture.window, picture.nowUs);
    const gap = Math.floor(forecast * terms.share) - book.lotsIn(contract.contract);
    const caution = this.lessons.get(contract.tier)?.caution ?? 0;
    const bidTicks = asTicks(expected * (1 - caution) * (0.985 - terms.margin * stream.between(0, 0.25)));
    const expiresAtUs = picture.nowUs + terms.commandLifeUs;
    const [open] = book.buysIn(contract.contract);
    if (open) return differs(open.priceTicks, bidTicks, 0.03) ? [this.amend(open, bidTicks, expiresAtUs)] : [];
    const lots = Math.min(
      Math.floor(gap * stream.between(0.3, 1)),
      affordable(picture.own.availableMicroUsd, bidTicks, terms.feePpm),
    );
    if (lots <= 0) return [];
    return [limitOrder({ account, contract: contract.contract, side: 'BUY', priceTicks: bidTicks, lots, expiresAtUs })];
  }

  private resell(picture: Picture, contract: OpenContract, book: OwnBook, urgency: number): readonly Command[] {
    const cost = book.unitCostTicks(contract.contract);
    if (cost === null) return [];
    const askTicks = resaleTicks(cost, this.terms.margin, expectedTicks(picture, contract), urgency);
    const expiresAtUs = picture.nowUs + this.terms.commandLifeUs;
    const sells = book.sellsIn(contract.contract);
    const repriced = sells
      .filter((order) => differs(order.priceTicks, askTicks, 0.015))
      .map((order) => this.amend(order, askTicks, expiresAtUs));
    const lots = book.lotsIn(contract.contract) - book.openSellLots(contract.contract);
    if (lots <= 0 || sells.length >= 3) return repriced;
    const { account } = this;
    const order = limitOrder({
      account,
      contract: contract.contract,
      side: 'SELL',
      priceTicks: askTicks,
      lots,
      expiresAtUs,
    });
    return [...repriced, order];
  }

  private amend(order: OwnOrder, priceTicks: number, expiresAtUs: number): Command {
    const { contract, order: number } = order;
    return amendOrder({ account: this.account, contract, order: number, priceTicks, lots: -1, expiresAtUs });
  }
}

/**
 * The resale price in ticks: cost × (1 + margin), or the market's price if that is higher; from an urgency of 0.6 on it
 * slides to nine tenths of the market's price.
 */
export function resaleTicks(costTicks: number, margin: number, expectedTicks: number, urgency: number): number {
  const patient = Math.max(costTicks * (1 + margin), expectedTicks);
  if (urgency <= 0.6) return asTicks(patient);
  const hurry = (urgency - 0.6) / 0.4;
  return asTicks(patient * (1 - hurry) + expectedTicks * 0.9 * hurry);
}

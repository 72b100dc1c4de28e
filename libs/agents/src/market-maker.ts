// A market maker: rests a bid and an ask around the market's price, earns the difference, and leans its quotes against
// its stock. It sells only what it has bought.

import type { Command } from '@tokenbourse/domain';

import { urgencyAt, type Agent, type OpenWindow, type Patience, type Picture } from './agent';
import { affordable } from './buyer';
import type { DemandForecast } from './demand';
import { OwnBook } from './own-book';
import { asTicks, differs, expectedTicks } from './pricing';
import type { Stream } from './stream';
import type { OpenContract } from './view';
import { amendOrder, cancelOrder, limitOrder } from './wishes';

export interface MarketMakerTerms extends Patience {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  readonly tiers: readonly number[];
  readonly demand: DemandForecast;
  /** Size of one quote as a share of all demand, 0 to 1. */
  readonly share: number;
  /** Distance of each quote from the price, as a share of it. */
  readonly halfSpread: number;
  readonly feePpm: number;
  readonly tiersPerAct: number;
}

export class MarketMaker implements Agent {
  readonly name: string;
  readonly account: number;
  readonly zone: number;
  private turn = 0;

  constructor(
    private readonly terms: MarketMakerTerms,
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
      if (contract) commands.push(...this.quote(picture, contract, book, urgency));
    }
    return commands;
  }

  private quote(picture: Picture, contract: OpenContract, book: OwnBook, urgency: number): Command[] {
    const { terms } = this;
    const expected = expectedTicks(picture, contract);
    const stock = book.lotsIn(contract.contract);
    const size = Math.floor(terms.demand.lotsFor(contract.tier, picture.window, picture.nowUs) * terms.share);
    // Full stock moves both quotes down by half a spread; near the gate it goes for what it fetches.
    const fullness = size > 0 ? Math.min(1, stock / (3 * size)) : 1;
    const lean = 1 - terms.halfSpread * fullness - (urgency > 0.8 ? 0.1 : 0);
    const bidTicks = asTicks(expected * lean * (1 - terms.halfSpread));
    const askTicks = Math.max(bidTicks + 1, asTicks(expected * lean * (1 + terms.halfSpread)));
    const buying = fullness < 1 && urgency < 0.8;
    const bidLots = buying ? Math.min(size, affordable(picture.own.availableMicroUsd, bidTicks, terms.feePpm)) : 0;
    return [
      ...this.keep(picture, contract, book, 'SELL', askTicks, stock),
      ...this.keep(picture, contract, book, 'BUY', bidTicks, bidLots),
    ];
  }

  /** Leaves one order of the side in the book: at the price, amended to it, or none where `lots` is 0. */
  private keep(
    picture: Picture,
    contract: OpenContract,
    book: OwnBook,
    side: 'BUY' | 'SELL',
    priceTicks: number,
    lots: number,
  ): Command[] {
    const { account } = this;
    const expiresAtUs = picture.nowUs + this.terms.commandLifeUs;
    const orders = side === 'BUY' ? book.buysIn(contract.contract) : book.sellsIn(contract.contract);
    const [open] = orders;
    if (!open) {
      if (lots <= 0) return [];
      // Near the gate the stock may trade on arrival; a maker's quote otherwise waits for somebody.
      const wait = urgencyAt(picture.nowUs, contract.gateClosesAtUs, this.terms.patienceUs) <= 0.8;
      return [
        limitOrder({ account, contract: contract.contract, side, priceTicks, lots, postOnly: wait, expiresAtUs }),
      ];
    }
    if (lots <= 0 && side === 'BUY') return [cancelOrder(account, open.contract, open.order)];
    if (!differs(open.priceTicks, priceTicks, 0.01)) return [];
    return [amendOrder({ account, contract: open.contract, order: open.order, priceTicks, lots: -1, expiresAtUs })];
  }
}

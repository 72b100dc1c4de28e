// Read model: capacity offers of factories, and which orders their quotes became.

import type { EventOf } from '@tokenbourse/domain';
import type { Handlers, ReadModel, RecordContext } from '../model';
import { Table, plainByNumber } from '../table';

export interface OfferQuote {
  readonly tier: number;
  readonly price_ticks: number;
  readonly lots: number;
  contract: number;
  order: number;
}

export interface OfferDocument {
  readonly offer: number;
  readonly account: number;
  readonly window: number;
  readonly energy_policy: string;
  readonly quotes: readonly OfferQuote[];
  withdrawn: boolean;
  readonly posted_at_us: number;
  readonly sequence: number;
}

export class OffersModel implements ReadModel {
  readonly name = 'offers';
  readonly version = 1;
  readonly offers = new Table<number, OfferDocument>('offers', plainByNumber());
  readonly collections = [this.offers];
  private readonly byContract = new Map<number, Set<number>>();

  readonly handlers: Handlers = {
    OfferPosted: (event, record) => this.posted(event, record),
    OrderAccepted: (event) => {
      if (event.offer !== 0) this.quoted(event);
    },
    OfferWithdrawn: ({ offer }) => {
      const document = this.offers.get(offer);
      if (document === undefined) return;
      document.withdrawn = true;
      this.offers.touch(offer);
    },
  };

  /** An offer goes with the contracts of its window. */
  forget(contract: number): void {
    for (const offer of this.byContract.get(contract) ?? []) this.offers.delete(offer);
    this.byContract.delete(contract);
  }

  loaded(): void {
    for (const { offer, quotes } of this.offers.values()) {
      for (const { contract } of quotes) if (contract !== 0) this.index(contract, offer);
    }
  }

  private posted(event: EventOf<'OfferPosted'>, { at_us, sequence }: RecordContext): void {
    const { offer, account, window, energy_policy } = event;
    const quotes = event.quotes.map((quote) => ({ ...quote, contract: 0, order: 0 }));
    this.offers.set(offer, {
      offer,
      account,
      window,
      energy_policy,
      quotes,
      withdrawn: false,
      posted_at_us: at_us,
      sequence,
    });
  }

  /** The orders of an offer come in the order of its quotes. */
  private quoted(event: EventOf<'OrderAccepted'>): void {
    const quote = this.offers.get(event.offer)?.quotes.find(({ order }) => order === 0);
    if (quote === undefined) return;
    quote.contract = event.contract;
    quote.order = event.order;
    this.offers.touch(event.offer);
    this.index(event.contract, event.offer);
  }

  private index(contract: number, offer: number): void {
    const offers = this.byContract.get(contract);
    if (offers === undefined) this.byContract.set(contract, new Set([offer]));
    else offers.add(offer);
  }
}

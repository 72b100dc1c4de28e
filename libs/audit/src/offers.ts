// Capacity offers and cancel-alls: that what they tell of their orders is so.

import type { EventOf } from '@tokenbourse/domain';

import type { Books } from './books';
import type { ContractBook } from './contracts';
import type { Subject } from './subject';

export function offerPosted(books: Books, event: EventOf<'OfferPosted'>): void {
  books.expect('numbers', '', 'number of an offer', event.offer, books.lastOffer + 1);
  books.lastOffer = event.offer;
  const factory = books.account(event.account)?.factory;
  if (factory === undefined) {
    books.report('power', `offer ${event.offer}: account ${event.account} is no factory`);
  }
  const window = books.windows.get(event.window);
  books.expect('orders', `offer ${event.offer}`, 'zone of its window', window?.zone, factory?.zone);
  const offer = { account: event.account, window: event.window, quotes: [...event.quotes] };
  books.offers.set(event.offer, offer);
  books.postedOffer = offer;
}

/** An order of an offer is what its next quote says. */
export function expectQuote(
  books: Books,
  event: EventOf<'OrderAccepted'>,
  contract: ContractBook,
  name: Subject,
): void {
  const offer = books.offers.get(event.offer);
  books.expect('orders', name, 'account of its offer', offer?.account, event.account);
  const quote = offer?.quotes.shift();
  books.expect('orders', name, 'window of its offer', offer?.window, contract.window.number);
  books.expect('orders', name, 'tier of its quote', quote?.tier, contract.tier);
  books.expect('orders', name, 'price of its quote', quote?.price_ticks, event.price_ticks);
  books.expect('orders', name, 'lots of its quote', quote?.lots, event.lots);
  books.expect('orders', name, 'side of a quote', event.side, 'SELL');
}

/** At a record's end: an offer is placed as a whole. */
export function expectPlaced(books: Books): void {
  const { postedOffer } = books;
  books.postedOffer = undefined;
  if (postedOffer === undefined) return;
  const { account, quotes } = postedOffer;
  books.expect('orders', `offer of account ${account}`, 'number of quotes that became no orders', quotes.length, 0);
}

/** @param cancelled orders that the record in hand has cancelled as withdrawn */
export function offerWithdrawn(books: Books, event: EventOf<'OfferWithdrawn'>, cancelled: number): void {
  const offer = books.offers.get(event.offer);
  if (offer === undefined) return books.report('orders', `offer ${event.offer} is withdrawn and is not open`);
  const name = `offer ${event.offer}`;
  books.expect('orders', name, 'account', event.account, offer.account);
  books.expect('orders', name, 'window', event.window, offer.window);
  books.expect('orders', name, 'orders cancelled', event.cancelled_orders, cancelled);
  books.offers.delete(event.offer);
}

export function cancelAllRequested(books: Books, event: EventOf<'CancelAllRequested'>): void {
  const { account } = event;
  if (books.cancelAlls.has(account)) {
    books.report('orders', `account ${account} asks for a cancel-all before its last one has ended`);
  }
  books.cancelAlls.set(account, 0);
}

export function cancelAllCompleted(books: Books, event: EventOf<'CancelAllCompleted'>): void {
  const cancelled = books.cancelAlls.get(event.account);
  books.expect('orders', `cancel-all of account ${event.account}`, 'orders', event.cancelled_orders, cancelled);
  books.cancelAlls.delete(event.account);
}

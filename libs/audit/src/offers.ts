// Capacity offers and cancel-alls: that what they tell of their orders is so.

import type { EventOf } from '@tokenbourse/domain';

import type { Books } from './books';

export function offerPosted(books: Books, event: EventOf<'OfferPosted'>): void {
  books.expect('numbers', '', 'number of an offer', event.offer, books.lastOffer + 1);
  books.lastOffer = event.offer;
  if (books.account(event.account)?.factory === undefined) {
    books.report('power', `offer ${event.offer}: account ${event.account} is no factory`);
  }
  books.offers.set(event.offer, { account: event.account, window: event.window });
}

/** @param cancelled orders that the record in hand has cancelled as withdrawn */
export function offerWithdrawn(books: Books, event: EventOf<'OfferWithdrawn'>, cancelled: number): void {
  const offer = books.offers.get(event.offer);
  if (offer === undefined) return books.report('orders', `offer ${event.offer} is withdrawn and is not open`);
  const name = `offer ${event.offer}`;
  books.expect('orders', name, 'account', event.account, offer.account);
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

// Applies the events of capacity offers and of cancel-alls.

import type { EventOf } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';

type OfferEvent = EventOf<'OfferPosted' | 'OfferWithdrawn' | 'CancelAllRequested' | 'CancelAllCompleted'>;

export function applyOffers(state: MarketState, event: OfferEvent): void {
  switch (event.type) {
    case 'OfferPosted':
      state.lastOffer = event.offer;
      state.offers.set(event.offer, { offer: event.offer, account: event.account, window: event.window, orders: [] });
      state.result = event.offer;
      return;
    case 'OfferWithdrawn':
      state.offers.delete(event.offer);
      return;
    case 'CancelAllRequested':
      state.cancelAlls.push({
        account: event.account,
        contract: event.contract,
        tier: event.tier,
        side: event.side,
        causeSequence: state.sequence,
        cancelled: 0,
      });
      return;
    case 'CancelAllCompleted': {
      const place = state.cancelAlls.findIndex((all) => all.account === event.account);
      state.cancelAlls.splice(place, 1);
      return;
    }
  }
}

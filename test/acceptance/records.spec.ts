// The order of events in a record: section 2.6 of docs/rules.md. It is part of the specification, since a log must be
// the same whoever writes it.

import { MINUTE_US, type MarketEvent } from '@tokenbourse/domain';

import { MarketFixture } from '../../libs/engine/testing/market-fixture';

/** Each event with the number that tells its place: contract/order, account, tier … */
function told(event: MarketEvent): string {
  if ('order' in event) return `${event.type} ${event.contract}/${event.order}`;
  if (event.type === 'TradeExecuted') return `${event.type} ${event.contract}/${event.maker_order}`;
  if (event.type === 'PositionSettled') return `${event.type} ${event.contract} of ${event.account}`;
  if ('contract' in event) return `${event.type} ${event.contract}`;
  if (event.type === 'CapacityPerished') return `${event.type} of ${event.account}`;
  return event.type;
}

function offerOf(market: MarketFixture, account: number, quotes: [tier: number, price: number, lots: number][]) {
  return market.run({
    type: 'PostOffer',
    account,
    command_id: '',
    window_start_at_us: market.state.windows[0]!.times.startUs,
    quotes: quotes.map(([tier, price_ticks, lots]) => ({ tier, price_ticks, lots })),
    energy_policy: 'SEPARATE',
    expires_at_us: 0,
  });
}

/** A market's day in chapters; each goes on where the one before it ended. */
class Day {
  private readonly market = new MarketFixture();
  private readonly mill = this.market.factory();
  private readonly yard = this.market.factory();
  private readonly ann = this.market.account(10_000_000);
  private readonly ann2 = this.market.account(10_000_000, this.market.state.lastParticipant);
  private readonly bob = this.market.account(10_000_000);

  order(): void {
    const { market, mill, yard, ann, ann2 } = this;
    market.order(mill, 'SELL', 10, 600);
    market.order(ann, 'BUY', 4, 600);
    market.order(ann, 'SELL', 2, 590);
    market.order(yard, 'SELL', 3, 595);
    expect(market.order(ann2, 'BUY', 20, 600, { self_trade: 'DECREMENT' }).map(told)).toEqual([
      'OrderAccepted 3/5',
      'OrderCancelled 3/3', // The own order that is in the way, first the one that rests …
      'OrderDecremented 3/5', // … then the arriving one.
      'TradeExecuted 3/4',
      'TradeExecuted 3/1',
      'OrderBooked 3/5',
    ]);
    expect(market.amend(ann2, 5, 610, -1).map(told)).toEqual(['OrderAmended 3/5']);
    market.order(mill, 'SELL', 1, 620);
    expect(market.amend(ann2, 5, 620, -1).map(told)).toEqual([
      'OrderAmended 3/5',
      'TradeExecuted 3/6',
      'OrderBooked 3/5',
    ]);
  }

  offer(): void {
    const { market, yard, bob } = this;
    market.order(bob, 'BUY', 1, 50, { contract: 2 });
    const events = offerOf(market, yard, [
      [3, 700, 5],
      [2, 50, 2],
      [3, 690, 5],
    ]);
    expect(events.map(told)).toEqual([
      'OfferPosted',
      'OrderAccepted 3/7',
      'OrderAccepted 2/2',
      'TradeExecuted 2/1',
      'OrderBooked 2/2',
      'OrderAccepted 3/8',
    ]);
    expect(market.run({ type: 'WithdrawOffer', account: yard, command_id: '', offer: 1 }).map(told)).toEqual([
      'OrderCancelled 3/7',
      'OrderCancelled 2/2',
      'OrderCancelled 3/8',
      'OfferWithdrawn',
    ]);
  }

  cancelAll(): void {
    const { market, bob } = this;
    market.order(bob, 'BUY', 1, 9, { contract: market.contract(3, 1) });
    market.order(bob, 'BUY', 1, 9);
    market.order(bob, 'BUY', 1, 9, { contract: 1 });
    market.order(bob, 'BUY', 1, 8);
    const later = market.contract(3, 1);
    const cancelAll = {
      type: 'CancelAllOrders',
      account: bob,
      contract: 0,
      command_id: '',
      tier: 0,
      side: 'ANY',
    } as const;
    expect(market.run(cancelAll).map(told)).toEqual([
      'CancelAllRequested 0',
      'OrderCancelled 1/1',
      'OrderCancelled 3/9',
      'OrderCancelled 3/10',
      `OrderCancelled ${later}/1`,
      'CancelAllCompleted',
    ]);
  }

  gateClosure(): void {
    const { market, ann, bob } = this;
    market.order(bob, 'BUY', 1, 9, { contract: 4 });
    market.order(ann, 'BUY', 1, 9);
    market.order(bob, 'BUY', 1, 9, { contract: 2 });
    const events = market.advance(55 * MINUTE_US).map(told);
    expect(events.slice(0, 9)).toEqual([
      ...[1, 2, 3, 4, 5].map((contract) => `ContractClosed ${contract}`),
      'OrderCancelled 2/3',
      'OrderCancelled 3/5',
      'OrderCancelled 3/11',
      'OrderCancelled 4/1',
    ]);
  }

  settlement(): void {
    const { market, mill, yard, ann, ann2, bob } = this;
    market.advance(5 * MINUTE_US);
    const events = market.advance(60 * MINUTE_US).map(told);
    const first = events.findIndex((text) => /Settled/.test(text));
    expect(events.slice(first, first + 15)).toEqual([
      'ContractSettled 1',
      `PositionSettled 2 of ${yard}`,
      `PositionSettled 2 of ${bob}`,
      'ContractSettled 2',
      `PositionSettled 3 of ${mill}`,
      `PositionSettled 3 of ${yard}`,
      `PositionSettled 3 of ${ann}`,
      `PositionSettled 3 of ${ann2}`,
      'ContractSettled 3',
      'ContractSettled 4',
      'ContractSettled 5',
      `CapacityPerished of ${mill}`,
      `CapacityPerished of ${yard}`,
      'WindowEnded',
      'ContractSettled 6', // The other zone’s window.
    ]);
  }
}

describe('the order of events in a record', () => {
  let day: Day;
  beforeEach(() => {
    day = new Day();
  });

  test('REC-1 an order: accepted, then each step of its walk through the book, then what becomes of its rest', () => {
    day.order();
  });

  test('REC-2 an offer: posted, then its quotes one after the other, each as an order; its end comes after its cancellations', () => {
    day.order();
    day.offer();
  });

  test('REC-3 a cancel-all: requested, orders by contract and order number, completed', () => {
    day.order();
    day.offer();
    day.cancelAll();
  });

  test('REC-4 gate closure: all contracts of the window, then their orders by contract and order number', () => {
    day.order();
    day.offer();
    day.cancelAll();
    day.gateClosure();
  });

  test('REC-5 settlement: positions by contract and account, each contract’s end, what perished by account, the window’s end', () => {
    day.order();
    day.offer();
    day.cancelAll();
    day.gateClosure();
    day.settlement();
  });
});

// Events of orders, trades and offers in words.

import { formatId, formatTradeId, type EventOf } from '@tokenbourse/domain';

import type { Names } from './names';
import { account, instant, mtok, order, price, usd } from './quantities';

type OrderEvent = EventOf<
  | 'OrderAccepted'
  | 'TradeExecuted'
  | 'OrderBooked'
  | 'OrderCancelled'
  | 'OrderDecremented'
  | 'OrderAmended'
  | 'OfferPosted'
  | 'OfferWithdrawn'
  | 'CancelAllRequested'
  | 'CancelAllCompleted'
>;

export function orderWords(event: OrderEvent, names: Names): string {
  switch (event.type) {
    case 'OrderAccepted':
      return accepted(event, names);
    case 'TradeExecuted':
      return traded(event, names);
    case 'OrderBooked': {
      const what = `${mtok(event.open_lots)} of ${named(event, names)}`;
      return `${what} go to the book: ${event.side} at ${price(event.price_ticks)}`;
    }
    case 'OrderCancelled': {
      const where = event.rested ? 'leaves the book' : 'does not rest';
      return `${named(event, names)} ${where}: ${event.reason}, ${mtok(event.cancelled_lots)} cancelled${freed(event)}`;
    }
    case 'OrderDecremented': {
      const left = `${mtok(event.cancelled_lots)} cancelled by self-trade prevention, ${mtok(event.open_lots)} open`;
      return `${named(event, names)} is decremented: ${left}${freed(event)}`;
    }
    case 'OrderAmended':
      return amended(event, names);
    case 'OfferPosted': {
      const quotes = event.quotes.map((q) => `${mtok(q.lots)} ${names.tier(q.tier)} at ${price(q.price_ticks)}`);
      const who = `${account(event.account)} offers capacity of window ${event.window}`;
      return `${who} as ${formatId('offer', event.offer)}: ${quotes.join(', ')}`;
    }
    case 'OfferWithdrawn':
      return `${formatId('offer', event.offer)} of ${account(event.account)} is withdrawn, ${event.cancelled_orders} orders cancelled`;
    case 'CancelAllRequested': {
      const side = event.side === 'ANY' ? '' : ` ${event.side}`;
      const only = event.contract === 0 ? '' : ` in ${names.contract(event.contract)}`;
      const tier = event.tier === 0 ? '' : ` of tier ${names.tier(event.tier)}`;
      return `${account(event.account)} cancels all its${side} orders${only}${tier}`;
    }
    case 'CancelAllCompleted':
      return `the cancel-all of ${account(event.account)} has cancelled ${event.cancelled_orders} orders`;
  }
}

function named(event: { contract: number; order: number; account: number }, names: Names): string {
  return `${names.contract(event.contract)}: ${order(event.contract, event.order)} of ${account(event.account)}`;
}

function freed({ hold_released_micro_usd: released }: { hold_released_micro_usd: number }): string {
  return released === 0 ? '' : `, ${usd(released)} freed`;
}

function accepted(event: EventOf<'OrderAccepted'>, names: Names): string {
  const limit = event.order_type === 'MARKET' ? 'at market' : `at ${price(event.price_ticks)}`;
  const terms = [
    event.time_in_force === 'GTD' ? `GTD ${instant(event.good_till_us)}` : event.time_in_force,
    event.post_only ? 'post-only' : '',
    event.offer === 0 ? '' : `part of ${formatId('offer', event.offer)}`,
    event.hold_micro_usd === 0 ? '' : `${usd(event.hold_micro_usd)} on hold`,
    event.rests ? 'it goes to the book' : 'it trades first',
  ];
  const what = `${event.side} ${mtok(event.lots)} ${limit}`;
  return `${named(event, names)} accepted: ${what}, ${terms.filter((term) => term !== '').join(', ')}`;
}

function traded(event: EventOf<'TradeExecuted'>, names: Names): string {
  const { contract, taker_side: taker } = event;
  const [buy, sell] = taker === 'BUY' ? ['taker', 'maker'] : ['maker', 'taker'];
  const [buyOrder, sellOrder] =
    taker === 'BUY' ? [event.taker_order, event.maker_order] : [event.maker_order, event.taker_order];
  const money = `${mtok(event.lots)} at ${price(event.price_ticks)} = ${usd(event.amount_micro_usd)}`;
  const buyer = `${account(event.buyer)} buys (${buy} ${order(contract, buyOrder)}, fee ${usd(event.buyer_fee_micro_usd)})`;
  const seller = `${account(event.seller)} sells (${sell} ${order(contract, sellOrder)}, fee ${usd(event.seller_fee_micro_usd)})`;
  return `${names.contract(contract)}: ${formatTradeId(contract, event.trade)}: ${money}, ${buyer}, ${seller}`;
}

function amended(event: EventOf<'OrderAmended'>, names: Names): string {
  const before = `${mtok(event.open_before_lots)} at ${price(event.price_before_ticks)}`;
  const now = `${mtok(event.open_lots)} open of ${mtok(event.lots)} at ${price(event.price_ticks)}`;
  const place = event.keeps_priority
    ? 'keeps its place'
    : event.rests
      ? 'goes to the end of the queue'
      : 'trades first';
  const more = event.hold_micro_usd - event.hold_before_micro_usd;
  const hold = more === 0 ? '' : more > 0 ? `, ${usd(more)} more on hold` : `, ${usd(-more)} freed`;
  return `${named(event, names)} amended from ${before} to ${now}, ${place}${hold}`;
}

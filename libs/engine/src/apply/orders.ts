// Applies the events of orders and trades.

import type { EventOf } from '@tokenbourse/domain';
import { NONE } from '@tokenbourse/matching';

import type { Contract } from '../state/contract';
import type { MarketState } from '../state/market-state';
import { changeHolding, post } from './movements';

function contractOf(state: MarketState, number: number): Contract {
  const contract = state.contracts.get(number);
  if (contract === undefined) throw new RangeError(`no live contract ${number}`);
  return contract;
}

function slotOf(contract: Contract, order: number): number {
  const slot = contract.book.slotOf(order);
  if (slot === NONE) throw new RangeError(`no open order ${order} in contract ${contract.number}`);
  return slot;
}

/** Market-data sequence numbers have no gaps: an event out of turn is a bug. */
function advance(state: MarketState, contract: Contract, sequence: number): void {
  if (sequence !== contract.sequence + 1) {
    throw new RangeError(`contract ${contract.number}: ${sequence} does not follow ${contract.sequence}`);
  }
  contract.sequence = sequence;
  state.mix(sequence);
}

export function applyAccepted(state: MarketState, event: EventOf<'OrderAccepted'>): void {
  const contract = contractOf(state, event.contract);
  advance(state, contract, event.contract_sequence);
  const holder = contract.holdings.of(event.account);
  const slot = contract.book.add({
    number: event.order,
    side: event.side,
    price: event.price_ticks,
    total: event.lots,
    open: event.lots,
    holder,
    selfTrade: event.self_trade,
    postOnly: event.post_only,
    feeSchedule: event.fee_schedule,
    goodTillUs: event.good_till_us,
  });
  contract.lastOrder = event.order;
  if (event.rests) contract.book.rest(slot);
  if (event.side === 'SELL') changeHolding(state, contract, holder, event.lots, 0);
  state.accounts.countOrders(event.account, 1);
  if (event.good_till_us !== 0) {
    state.expiries.add({ atUs: event.good_till_us, contract: event.contract, order: event.order });
  }
  if (event.offer !== 0) state.offers.get(event.offer)!.orders.push({ contract: event.contract, order: event.order });
  else state.result = event.order;
  post(state, event);
}

export function applyTrade(state: MarketState, event: EventOf<'TradeExecuted'>): void {
  const contract = contractOf(state, event.contract);
  advance(state, contract, event.contract_sequence);
  const { book, holdings } = contract;
  const maker = slotOf(contract, event.maker_order);
  const taker = slotOf(contract, event.taker_order);
  const makerBuys = event.taker_side === 'SELL';
  state.mix(book.open(maker) - event.lots);
  book.reduce(maker, event.lots);
  book.reduce(taker, event.lots);
  if (event.maker_open_lots === 0) state.accounts.countOrders(makerBuys ? event.buyer : event.seller, -1);
  if (event.taker_open_lots === 0) state.accounts.countOrders(makerBuys ? event.seller : event.buyer, -1);
  contract.lastTrade = event.trade;
  contract.tradedLots = Math.min(Number.MAX_SAFE_INTEGER, contract.tradedLots + event.lots);
  changeHolding(state, contract, holdings.of(event.seller), -event.lots, 0);
  post(state, event);
}

export function applyBooked(state: MarketState, event: EventOf<'OrderBooked'>): void {
  const contract = contractOf(state, event.contract);
  advance(state, contract, event.contract_sequence);
  contract.book.rest(slotOf(contract, event.order));
}

export function applyCancelled(state: MarketState, event: EventOf<'OrderCancelled'>): void {
  const contract = contractOf(state, event.contract);
  advance(state, contract, event.contract_sequence);
  const slot = slotOf(contract, event.order);
  const holder = contract.book.holder(slot);
  state.mix(contract.book.open(slot));
  contract.book.remove(slot);
  if (event.side === 'SELL') changeHolding(state, contract, holder, -event.cancelled_lots, 0);
  state.accounts.countOrders(event.account, -1);
  if (event.reason === 'ALL_REQUESTED') {
    const running = state.cancelAlls.find((all) => all.account === event.account);
    if (running !== undefined) running.cancelled += 1;
  }
  post(state, event);
}

export function applyDecremented(state: MarketState, event: EventOf<'OrderDecremented'>): void {
  const contract = contractOf(state, event.contract);
  advance(state, contract, event.contract_sequence);
  const slot = slotOf(contract, event.order);
  contract.book.reduce(slot, event.cancelled_lots);
  state.mix(contract.book.open(slot));
  if (event.side === 'SELL') changeHolding(state, contract, contract.book.holder(slot), -event.cancelled_lots, 0);
  post(state, event);
}

export function applyAmendment(state: MarketState, event: EventOf<'OrderAmended'>): void {
  const contract = contractOf(state, event.contract);
  advance(state, contract, event.contract_sequence);
  const { book } = contract;
  const slot = slotOf(contract, event.order);
  state.mix(book.open(slot));
  book.amend(slot, event.price_ticks, event.lots, event.open_lots, event.keeps_priority);
  if (event.rests && !event.keeps_priority) book.rest(slot);
  if (event.side === 'SELL') {
    changeHolding(state, contract, book.holder(slot), event.open_lots - event.open_before_lots, 0);
  }
  state.result = event.order;
  post(state, event);
}

// The life of orders: accepted, booked, amended, decremented, cancelled. Quantities and holds are reckoned anew.

import type { EventOf } from '@tokenbourse/domain';

import type { Account } from './accounts';
import type { Books } from './books';
import type { ContractBook } from './contracts';
import { expectQuote } from './offers';
import type { AuditedOrder } from './queue';
import { Subject } from './subject';

type Told = { readonly account: number; readonly side: 'BUY' | 'SELL'; readonly price_ticks: number };

export function orderAccepted(books: Books, event: EventOf<'OrderAccepted'>): void {
  const contract = books.contract(event.contract);
  const account = books.account(event.account);
  if (contract === undefined || account === undefined) return;
  const name = new Subject(contract.id, 'order', event.order);
  books.step(contract, event.contract_sequence);
  expectTrading(books, contract, name);
  books.expect('numbers', contract.id, 'number of an order', event.order, contract.lastOrder + 1);
  books.expect('trades', name, 'fee schedule', event.fee_schedule, books.fees.length - 1);
  if (event.lots < 1) books.report('orders', `${name} is for ${event.lots} lots`);
  if (account.number === 0) books.report('orders', `${name} is the house account's, which places none`);
  if (account.openOrders >= books.openOrdersLimit) {
    books.report('orders', `${name}: account ${account.number} has ${account.openOrders} open orders, the limit`);
  }
  books.expect('orders', name, 'has an instant of expiry', event.good_till_us !== 0, event.time_in_force === 'GTD');
  if (event.offer !== 0) expectQuote(books, event, contract, name);
  const order = newOrder(books, event);
  contract.lastOrder = event.order;
  contract.orders.set(order.number, order);
  account.openOrders += 1;
  const needed = -books.refreshNeed(order, account);
  books.expect('holds', name, 'hold', order.held, needed);
  setAside(books, account, order.held);
  if (order.side === 'SELL') books.changePosition(contract, account, order.open, 0);
  if (event.rests) enterBook(books, contract, order, name);
  else contract.unplaced = order;
}

function newOrder(books: Books, event: EventOf<'OrderAccepted'>): AuditedOrder {
  const hold = BigInt(event.hold_micro_usd);
  const { makerPpm, takerPpm } = books.fees[event.fee_schedule] ?? books.fees[0]!;
  return {
    number: event.order,
    account: event.account,
    side: event.side,
    type: event.order_type,
    timeInForce: event.time_in_force,
    postOnly: event.post_only,
    goodTillUs: event.good_till_us,
    makerPpm,
    takerPpm,
    price: event.price_ticks,
    lots: event.lots,
    open: event.lots,
    filled: 0,
    cancelled: 0,
    held: hold,
    need: 0n,
    budget: hold,
    level: undefined,
    previous: undefined,
    next: undefined,
  };
}

export function orderBooked(books: Books, event: EventOf<'OrderBooked'>): void {
  const contract = books.contract(event.contract);
  if (contract === undefined) return;
  books.step(contract, event.contract_sequence);
  const order = contract.orders.get(event.order);
  const name = new Subject(contract.id, 'order', event.order);
  if (order === undefined) return books.report('orders', `${name} goes to the book and is not open`);
  expectSame(books, order, event, name);
  books.expect('orders', name, 'quantity that goes to the book', event.open_lots, order.open);
  if (contract.unplaced !== order) books.report('orders', `${name} goes to the book a second time`);
  contract.unplaced = undefined;
  if (order.level === undefined) enterBook(books, contract, order, name);
}

export function orderCancelled(books: Books, event: EventOf<'OrderCancelled'>): void {
  const contract = books.contract(event.contract);
  const account = books.account(event.account);
  if (contract === undefined || account === undefined) return;
  books.step(contract, event.contract_sequence);
  const name = new Subject(contract.id, 'order', event.order);
  const order = contract.orders.get(event.order);
  const released = BigInt(event.hold_released_micro_usd);
  if (order === undefined) {
    setAside(books, account, -released);
    if (event.order > contract.lastOrder) return books.report('orders', `${name} is cancelled and was never accepted`);
    return books.report(
      'releases',
      `${name} is closed already and is cancelled again, releasing ${released} micro-USD`,
    );
  }
  expectSame(books, order, event, name);
  expectReason(books, contract, order, event, name);
  books.expect('orders', name, 'quantity cancelled', event.cancelled_lots, order.open);
  books.expect('orders', name, 'told to have stood in the book', event.rested, order.level !== undefined);
  order.cancelled += event.cancelled_lots;
  order.open = 0;
  if (order.side === 'SELL') books.changePosition(contract, account, -event.cancelled_lots, 0);
  expectQuantity(books, order, name);
  release(books, account, order, released, name);
  closeOrder(books, contract, account, order, name);
}

export function orderDecremented(books: Books, event: EventOf<'OrderDecremented'>): void {
  const contract = books.contract(event.contract);
  const account = books.account(event.account);
  if (contract === undefined || account === undefined) return;
  books.step(contract, event.contract_sequence);
  const name = new Subject(contract.id, 'order', event.order);
  const order = contract.orders.get(event.order);
  if (order === undefined) return books.report('orders', `${name} is decremented and is not open`);
  expectSame(books, order, event, name);
  books.expect('orders', name, 'told to stand in the book', event.rested, order.level !== undefined);
  if (event.cancelled_lots < 1) books.report('orders', `${name} is decremented by ${event.cancelled_lots} lots`);
  order.cancelled += event.cancelled_lots;
  order.open = event.open_lots;
  if (order.side === 'SELL') books.changePosition(contract, account, -event.cancelled_lots, 0);
  expectQuantity(books, order, name);
  release(books, account, order, BigInt(event.hold_released_micro_usd), name);
}

export function orderAmended(books: Books, event: EventOf<'OrderAmended'>): void {
  const contract = books.contract(event.contract);
  const account = books.account(event.account);
  if (contract === undefined || account === undefined) return;
  books.step(contract, event.contract_sequence);
  const name = new Subject(contract.id, 'order', event.order);
  expectTrading(books, contract, name);
  const order = contract.orders.get(event.order);
  if (order === undefined) return books.report('orders', `${name} is amended and is not open`);
  books.expect('orders', name, 'account', event.account, order.account);
  books.expect('orders', name, 'side', event.side, order.side);
  books.expect('orders', name, 'price before', event.price_before_ticks, order.price);
  books.expect('orders', name, 'open quantity before', event.open_before_lots, order.open);
  if (order.level === undefined) books.report('orders', `${name} is amended and does not stand in the book`);
  const keeps = event.price_ticks === order.price && event.lots < order.lots;
  books.expect('book', name, 'keeps its place', event.keeps_priority, keeps);
  const more = event.open_lots - order.open;
  if (!event.keeps_priority) contract.queue(order.side).leave(order);
  order.price = event.price_ticks;
  order.lots = event.lots;
  order.open = event.open_lots;
  expectQuantity(books, order, name);
  const [before, now] = [BigInt(event.hold_before_micro_usd), BigInt(event.hold_micro_usd)];
  books.expect('holds', name, 'hold before', before, order.need);
  books.refreshNeed(order, account);
  books.expect('holds', name, 'hold', now, order.need);
  order.held += now - before;
  setAside(books, account, now - before);
  if (order.side === 'SELL') books.changePosition(contract, account, more, 0);
  if (event.keeps_priority) return;
  if (event.rests) enterBook(books, contract, order, name);
  else contract.unplaced = order;
}

/** An order that has nothing open leaves: nothing of its hold may be left. */
export function closeOrder(
  books: Books,
  contract: ContractBook,
  account: Account,
  order: AuditedOrder,
  name: Subject,
): void {
  contract.queue(order.side).leave(order);
  contract.orders.delete(order.number);
  if (contract.unplaced === order) contract.unplaced = undefined;
  account.openOrders -= 1;
  if (order.held === 0n) return;
  const what = order.held > 0n ? `${order.held} micro-USD too little` : `${-order.held} micro-USD too much`;
  books.report('releases', `${name} is closed, of its hold ${what} was released`);
}

/** Takes what an event released off the order's hold; it must be what fell free. */
export function release(books: Books, account: Account, order: AuditedOrder, released: bigint, name: Subject): void {
  books.expect('holds', name, 'hold released', released, books.refreshNeed(order, account));
  order.held -= released;
  setAside(books, account, -released);
}

export function expectQuantity(books: Books, order: AuditedOrder, name: Subject): void {
  const sum = order.filled + order.open + order.cancelled;
  if (sum === order.lots && order.open >= 0) return;
  const parts = `${order.filled} filled + ${order.open} open + ${order.cancelled} cancelled`;
  books.report('orders', `${name}: ${parts} are not its ${order.lots} lots`);
}

/** Contracts trade from their opening to their gate closure. */
export function expectTrading(books: Books, contract: ContractBook, name: Subject): void {
  const { state, window } = contract;
  if (state !== 'OPEN') books.report('schedule', `${name}: the contract is ${state}`);
  else if (books.atUs >= window.times.gateClosesAtUs) books.report('schedule', `${name}: the gate should be closed`);
}

function setAside(books: Books, account: Account, microUsd: bigint): void {
  if (microUsd === 0n) return;
  books.changeAvailable(account, -microUsd);
  books.changeHeld(account, microUsd);
}

function enterBook(books: Books, contract: ContractBook, order: AuditedOrder, name: Subject): void {
  if (order.type === 'MARKET' || order.timeInForce === 'IOC' || order.timeInForce === 'FOK') {
    books.report('book', `${name} is ${order.type} ${order.timeInForce}, which never rests`);
  }
  contract.queue(order.side).enter(order);
}

function expectSame(books: Books, order: AuditedOrder, event: Told, name: Subject): void {
  books.expect('orders', name, 'account', event.account, order.account);
  books.expect('orders', name, 'side', event.side, order.side);
  books.expect('orders', name, 'price', event.price_ticks, order.price);
}

function expectReason(
  books: Books,
  contract: ContractBook,
  order: AuditedOrder,
  { reason }: EventOf<'OrderCancelled'>,
  name: Subject,
): void {
  if (order.timeInForce === 'FOK') books.report('orders', `${name} is fill or kill, and is cancelled: ${reason}`);
  if (reason === 'GATE_CLOSED' && contract.state !== 'CLOSED') {
    if (contract.state !== 'DELIVERING')
      books.report('schedule', `${name}: the gate has not closed, it is ${contract.state}`);
  }
  if (reason === 'EXPIRED' && (order.goodTillUs === 0 || books.atUs < order.goodTillUs)) {
    books.report('schedule', `${name} is cancelled as expired before its time`);
  }
  if (reason === 'ALL_REQUESTED') {
    const cancelled = books.cancelAlls.get(order.account);
    if (cancelled === undefined) books.report('orders', `${name} is cancelled by a cancel-all that nobody asked for`);
    else books.cancelAlls.set(order.account, cancelled + 1);
  }
}

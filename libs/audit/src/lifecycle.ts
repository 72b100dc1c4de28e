// Windows and contracts from their listing to the start of delivery: each step in its time, and once.

import { contractId, type ContractState, type EventOf } from '@tokenbourse/domain';

import type { Books } from './books';
import { ContractBook, WindowBook } from './contracts';

export function windowListed(books: Books, event: EventOf<'WindowListed'>): void {
  const name = `window ${event.window}`;
  books.expect('numbers', '', 'number of a window', event.window, books.lastWindow + 1);
  if (books.zones[event.zone] === undefined) books.report('numbers', `${name}: there is no zone ${event.zone}`);
  books.lastWindow = event.window;
  const { schedule } = books;
  const [start, length] = [event.window_start_at_us, event.window_us];
  books.expect('schedule', name, 'length', length, schedule.windowUs);
  books.expect('schedule', name, 'start, counted in windows', start % schedule.windowUs, 0);
  books.expect('schedule', name, 'opening', event.opens_at_us, start - schedule.openLeadUs);
  books.expect('schedule', name, 'gate closure', event.gate_closes_at_us, start - schedule.gateLeadUs);
  books.expect('schedule', name, 'settlement', event.settles_at_us, start + length + schedule.settlementLagUs);
  const times = {
    startUs: start,
    lengthUs: length,
    opensAtUs: event.opens_at_us,
    gateClosesAtUs: event.gate_closes_at_us,
    settlesAtUs: event.settles_at_us,
  };
  books.windows.set(event.window, new WindowBook(event.window, event.zone, times));
}

export function contractListed(books: Books, event: EventOf<'ContractListed'>): void {
  books.expect('numbers', '', 'number of a contract', event.contract, books.lastContract + 1);
  books.lastContract = event.contract;
  const window = books.windows.get(event.window);
  if (window === undefined) return books.report('numbers', `${event.contract_id}: there is no window ${event.window}`);
  const { times, zone } = window;
  const name = contractId(books.tiers[event.tier] ?? '?', books.zones[zone] ?? '?', times.startUs, times.lengthUs);
  books.expect('schedule', `contract ${event.contract}`, 'name', event.contract_id, name);
  books.expect('schedule', name, 'zone', event.zone, zone);
  books.expect('schedule', name, 'start', event.window_start_at_us, times.startUs);
  books.expect('schedule', name, 'length', event.window_us, times.lengthUs);
  books.expect('schedule', name, 'opening', event.opens_at_us, times.opensAtUs);
  books.expect('schedule', name, 'gate closure', event.gate_closes_at_us, times.gateClosesAtUs);
  books.expect('schedule', name, 'settlement', event.settles_at_us, times.settlesAtUs);
  const contract = new ContractBook(event.contract, event.contract_id, event.tier, window);
  window.contracts.push(contract);
  books.contracts.set(event.contract, contract);
}

export function contractOpened(books: Books, event: EventOf<'ContractOpened'>): void {
  const contract = books.contract(event.contract);
  if (contract === undefined) return;
  books.step(contract, event.contract_sequence);
  advance(books, contract, 'LISTED', 'OPEN', contract.window.times.opensAtUs);
}

export function contractClosed(books: Books, event: EventOf<'ContractClosed'>): void {
  const contract = books.contract(event.contract);
  if (contract === undefined) return;
  books.step(contract, event.contract_sequence);
  books.expect('orders', contract.id, 'open orders at gate closure', event.open_orders, contract.orders.size);
  advance(books, contract, 'OPEN', 'CLOSED', contract.window.times.gateClosesAtUs);
  for (const [number, offer] of books.offers) {
    if (offer.window === contract.window.number) books.offers.delete(number);
  }
}

export function contractDelivering(books: Books, event: EventOf<'ContractDelivering'>): void {
  const contract = books.contract(event.contract);
  if (contract !== undefined) advance(books, contract, 'CLOSED', 'DELIVERING', contract.window.times.startUs);
}

/** A contract's step from one state to the next, not before its time. */
export function advance(
  books: Books,
  contract: ContractBook,
  from: ContractState,
  to: ContractState,
  notBeforeUs: number,
): void {
  books.expect('schedule', contract.id, `state before ${to}`, contract.state, from);
  if (books.atUs < notBeforeUs) books.report('schedule', `${contract.id} is ${to} before its time`);
  contract.state = to;
}

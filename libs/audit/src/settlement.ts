// The end of contracts and windows: who is paid what, what is left of escrow and of energy, and that nobody is left out.

import type { EventOf } from '@tokenbourse/domain';

import type { Books } from './books';
import type { Position, WindowBook } from './contracts';
import { advance } from './lifecycle';

export function positionSettled(books: Books, event: EventOf<'PositionSettled'>): void {
  const contract = books.contract(event.contract);
  const account = books.account(event.account);
  if (contract === undefined || account === undefined) return;
  const name = `${contract.id}: account ${account.number}`;
  const position = contract.position(account.number);
  books.expect('schedule', name, 'state of the contract at settlement', contract.state, 'DELIVERING');
  if (books.atUs < contract.window.times.settlesAtUs) books.report('schedule', `${name} is settled before its time`);
  if (position.settled) books.report('settlement', `${name} is settled a second time`);
  position.settled = true;
  books.expect('settlement', name, 'position settled', event.lots, position.lots);
  books.expect('settlement', name, 'told to have paid', event.paid_micro_usd, position.paid);
  books.expect('settlement', name, 'payment received', event.received_micro_usd, position.receivable);
  const received = event.received_micro_usd;
  books.changeAvailable(account, received);
  books.changeEscrow(contract, -received);
  position.receivable -= received;
  contract.receivable -= received;
  contract.paidOut += received;
  contract.settledSum += event.lots;
}

export function contractSettled(books: Books, event: EventOf<'ContractSettled'>): void {
  const contract = books.contract(event.contract);
  if (contract === undefined) return;
  advance(books, contract, 'DELIVERING', 'SETTLED', contract.window.times.settlesAtUs);
  const { id } = contract;
  books.expect('orders', id, 'open orders at settlement', contract.orders.size, 0);
  books.expect('settlement', id, 'lots traded', event.lots, contract.tradedLots);
  books.expect('settlement', id, 'trades', event.trades, contract.lastTrade);
  books.expect('settlement', id, 'paid out', event.paid_out_micro_usd, contract.paidOut);
  books.expect('positions', id, 'sum of the positions settled', contract.settledSum, 0);
  books.expect('escrow', id, 'escrow left after settlement', contract.escrow, 0n);
  for (const [account, position] of contract.positions) {
    if (!position.settled && !isEmpty(position)) books.report('settlement', `${id}: account ${account} was left out`);
  }
}

function isEmpty({ lots, paid, receivable }: Position): boolean {
  return lots === 0 && paid === 0n && receivable === 0n;
}

export function capacityPerished(books: Books, event: EventOf<'CapacityPerished'>): void {
  const window = books.windows.get(event.window);
  const account = books.account(event.account);
  if (account === undefined) return;
  const name = `window ${event.window}, factory ${event.account}`;
  if (window === undefined) return books.report('numbers', `there is no live window ${event.window}`);
  if (window.perished.has(account.number)) books.report('settlement', `${name}: its energy perishes a second time`);
  window.perished.add(account.number);
  const budget = books.budgetOf(window, account);
  const sold = window.energy.get(account.number) ?? 0n;
  expectWindow(books, event, window, name);
  books.expect('settlement', name, 'energy budget in mJ', event.budget_millijoules, budget);
  books.expect('settlement', name, 'energy sold in mJ', event.sold_millijoules, sold);
  books.expect('settlement', name, 'energy perished in mJ', event.perished_millijoules, budget - sold);
}

type ToldWindow = { readonly zone: number; readonly window_start_at_us: number };

function expectWindow(books: Books, event: ToldWindow, window: WindowBook, name: string): void {
  books.expect('settlement', name, 'zone', event.zone, window.zone);
  books.expect('settlement', name, 'start', event.window_start_at_us, window.times.startUs);
}

export function windowEnded(books: Books, event: EventOf<'WindowEnded'>): void {
  const window = books.windows.get(event.window);
  if (window === undefined) return books.report('numbers', `there is no live window ${event.window}`);
  expectWindow(books, event, window, `window ${event.window}`);
  for (const contract of window.contracts) {
    books.expect('schedule', contract.id, 'state at the end of its window', contract.state, 'SETTLED');
    books.contracts.delete(contract.number);
  }
  for (const { factory } of books.accounts) {
    if (factory?.zone !== window.zone || factory.registeredAtUs > window.times.startUs) continue;
    if (window.perished.has(factory.account)) continue;
    books.report('settlement', `window ${window.number}, factory ${factory.account}: nobody said what perished`);
  }
  books.windows.delete(window.number);
}

// Compares the engine's state with the auditor's books: two folds of one log that share no code must come to the same.

import type { Account, Books, ContractBook } from '@tokenbourse/audit';
import { SIDES, type Side } from '@tokenbourse/domain';
import type { MarketState } from '@tokenbourse/engine';
import { NONE } from '@tokenbourse/matching';

type EngineContract = NonNullable<ReturnType<MarketState['contracts']['get']>>;

/** Calls `differs` for each figure in which the two differ. */
export function compareBooks(state: MarketState, books: Books, differs: (what: string) => void): void {
  const compare = (what: string, engine: unknown, auditor: unknown): void => {
    if (engine !== auditor)
      differs(`${what}: ${String(engine)} in the engine, ${String(auditor)} in the auditor's books`);
  };
  compare('number of accounts', state.accounts.last, books.accounts.length - 1);
  for (const account of books.accounts) compareAccount(state, account, compare);
  compare('live contracts', [...state.contracts].length, books.contracts.size);
  for (const contract of state.contracts) {
    const book = books.contracts.get(contract.number);
    if (book !== undefined) compareContract(contract, book, compare);
  }
  for (const window of state.windows) {
    for (const [index, factory] of state.factories.entries()) {
      const account = books.accounts[factory.account];
      const other = books.windows.get(window.number);
      if (factory.zone !== window.zone || account === undefined || other === undefined) continue;
      const left = books.budgetOf(other, account) - (other.energy.get(account.number) ?? 0n);
      const what = `window ${window.number}, factory ${factory.account}: free energy in mJ`;
      compare(what, window.energy.freeOf(index, state.factories), left);
    }
  }
}

type Compare = (what: string, engine: unknown, auditor: unknown) => void;

function compareAccount({ accounts }: MarketState, account: Account, compare: Compare): void {
  const { number } = account;
  if (number > accounts.last) return;
  compare(`account ${number}: micro-USD free`, accounts.available.get(number), account.available);
  compare(`account ${number}: micro-USD on hold`, accounts.held.get(number), account.held);
  compare(`account ${number}: open orders`, accounts.openOrders(number), account.openOrders);
  if (number > 0) compare(`account ${number}: participant`, accounts.participant(number), account.participant);
}

function compareContract(contract: EngineContract, book: ContractBook, compare: Compare): void {
  const { id } = book;
  compare(`${id}: state`, contract.state, book.state);
  compare(`${id}: market-data number`, contract.sequence, book.sequence);
  compare(`${id}: last order`, contract.lastOrder, book.lastOrder);
  compare(`${id}: last trade`, contract.lastTrade, book.lastTrade);
  compare(`${id}: lots traded`, contract.tradedLots, book.tradedLots);
  compare(`${id}: escrow in micro-USD`, contract.escrow(), book.escrow);
  const { holdings } = contract;
  for (const [account, position] of book.positions) {
    const holder = holdings.find(account);
    const name = `${id}: account ${account}`;
    if (holder < 0) {
      compare(`${name}: lots`, 0, position.lots);
      continue;
    }
    compare(`${name}: lots`, holdings.lots(holder), position.lots);
    compare(`${name}: lots on sale`, holdings.selling(holder), position.selling);
    compare(`${name}: micro-USD paid`, holdings.paid.get(holder), position.paid);
    compare(`${name}: micro-USD receivable`, holdings.receivable.get(holder), position.receivable);
  }
  for (const side of SIDES) compareQueue(contract, book, side, compare);
}

/** Order by order from the best on: number, price, open quantity. */
function compareQueue({ book }: EngineContract, other: ContractBook, side: Side, compare: Compare): void {
  let slot = book.best(side);
  let place = 0;
  for (const order of other.queue(side)) {
    place += 1;
    const name = `${other.id}: ${side} order at place ${place}`;
    if (slot === NONE) return compare(name, 'none', order.number);
    if (book.number(slot) !== order.number) return compare(name, book.number(slot), order.number);
    compare(`${name}: price in ticks`, book.price(slot), order.price);
    compare(`${name}: open lots`, book.open(slot), order.open);
    slot = book.after(slot);
  }
  if (slot !== NONE) compare(`${other.id}: ${side} order at place ${place + 1}`, book.number(slot), 'none');
}

// Read model: balances: each account's cash, and the market's escrow, deposits and withdrawals.

import { HOUSE_ACCOUNT, postings, type Bucket, type MarketEvent } from '@tokenbourse/domain';
import type { Json } from '../documents';
import { fromWide, minus, plus, toWide, type Exact } from '../exact';
import type { ReadModel } from '../model';
import { Table, type TableForm } from '../table';

export interface Balance {
  available: Exact;
  held: Exact;
  /** Owed by escrow until settlement. */
  receivable: Exact;
}

export interface MarketCash {
  escrow: Exact;
  deposits: Exact;
  withdrawals: Exact;
}

/** Of all accounts; what is available to the house's is not counted. */
export interface CashTotals {
  available: Exact;
  held: Exact;
}

/** All fields of a document are exact integers, written as decimal strings. */
function exactForm<V extends object>(): TableForm<number, V> {
  return {
    key: Number,
    encode: (value) => Object.fromEntries(Object.entries(value).map(([name, exact]) => [name, toWide(exact as Exact)])),
    decode: (json: Json) =>
      Object.fromEntries(Object.entries(json as object).map(([name, text]) => [name, fromWide(text as string)])) as V,
  };
}

export const NO_CASH: Readonly<MarketCash> = { escrow: 0, deposits: 0, withdrawals: 0 };
export const NO_TOTALS: Readonly<CashTotals> = { available: 0, held: 0 };

export class BalancesModel implements ReadModel {
  readonly name = 'balances';
  readonly version = 2;
  /** The house account's available cash is the fees collected. */
  readonly accounts = new Table<number, Balance>('balances', exactForm());
  private readonly market = new Table<number, MarketCash>('market_cash', exactForm());
  private readonly sums = new Table<number, CashTotals>('cash_totals', exactForm());
  readonly collections = [this.accounts, this.market, this.sums];
  readonly handlers = {};

  readonly every = (event: MarketEvent): void => postings(event, this.post);

  get marketCash(): Readonly<MarketCash> {
    return this.market.get(1) ?? NO_CASH;
  }

  get totals(): Readonly<CashTotals> {
    return this.sums.get(1) ?? NO_TOTALS;
  }

  private readonly post = (account: number, bucket: Bucket, delta: number): void => {
    switch (bucket) {
      case 'AVAILABLE': {
        const balance = this.balance(account);
        balance.available = plus(balance.available, delta);
        if (account === HOUSE_ACCOUNT) return;
        const sums = this.totalsToChange();
        sums.available = plus(sums.available, delta);
        return;
      }
      case 'HELD': {
        const balance = this.balance(account);
        balance.held = plus(balance.held, delta);
        const sums = this.totalsToChange();
        sums.held = plus(sums.held, delta);
        return;
      }
      case 'RECEIVABLE': {
        const balance = this.balance(account);
        balance.receivable = plus(balance.receivable, delta);
        return;
      }
      case 'ESCROW': {
        const cash = this.cash();
        cash.escrow = plus(cash.escrow, delta);
        return;
      }
      case 'OUTSIDE': {
        const cash = this.cash();
        if (delta < 0) cash.deposits = minus(cash.deposits, delta);
        else cash.withdrawals = plus(cash.withdrawals, delta);
        return;
      }
      case 'LOTS':
      case 'PAID':
        return;
    }
  };

  private balance(account: number): Balance {
    let balance = this.accounts.get(account);
    if (balance === undefined) {
      balance = { available: 0, held: 0, receivable: 0 };
      this.accounts.set(account, balance);
    }
    this.accounts.touch(account);
    return balance;
  }

  private totalsToChange(): CashTotals {
    let sums = this.sums.get(1);
    if (sums === undefined) {
      sums = { ...NO_TOTALS };
      this.sums.set(1, sums);
    }
    this.sums.touch(1);
    return sums;
  }

  private cash(): MarketCash {
    let cash = this.market.get(1);
    if (cash === undefined) {
      cash = { ...NO_CASH };
      this.market.set(1, cash);
    }
    this.market.touch(1);
    return cash;
  }
}

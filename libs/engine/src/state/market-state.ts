// All that a market's next decision depends on. Only `apply` changes it; everything here comes from the log.

import { mixNumber } from '@tokenbourse/domain';
import { Accounts, type Factory, Int64Column } from '@tokenbourse/ledger';
import { NONE } from '@tokenbourse/matching';

import { ContractTable, type DeliveryWindow } from './contract';
import { Expiries } from './expiries';
import { OutcomeTable } from './outcomes';

export interface Schedule {
  readonly windowUs: number;
  readonly horizonUs: number;
  readonly openLeadUs: number;
  readonly gateLeadUs: number;
  readonly settlementLagUs: number;
}

export interface FeeSchedule {
  readonly makerPpm: number;
  readonly takerPpm: number;
}

export interface Limits {
  openOrdersPerAccount: number;
  matchesPerCommand: number;
  quotesPerOffer: number;
}

export interface Zone {
  readonly name: string;
  /** Start of the next window to be listed. */
  nextWindowStartUs: number;
}

export interface Offer {
  readonly offer: number;
  readonly account: number;
  readonly window: number;
  readonly orders: { readonly contract: number; readonly order: number }[];
}

/** A cancel-all that is being worked off: a cursor by contract and order. */
export interface CancelAll {
  readonly account: number;
  readonly contract: number;
  readonly tier: number;
  readonly side: 'ANY' | 'BUY' | 'SELL';
  readonly causeSequence: number;
  cancelled: number;
}

/** Place in `MarketState.money`: what came in less what went out, negative. */
export const OUTSIDE = 0;

export class MarketState {
  /** Last record, and its time. */
  sequence = 0;
  lastStampUs = 0;
  /** Running 32-bit digest of what the events made of the state: a cheap comparison of two folds. */
  digest = 0;

  opened = false;
  idSeed = 0;
  schedule: Schedule = { windowUs: 0, horizonUs: 0, openLeadUs: 0, gateLeadUs: 0, settlementLagUs: 0 };
  limits: Limits = { openOrdersPerAccount: 0, matchesPerCommand: 0, quotesPerOffer: 0 };
  /** By number; place 0 stays empty. */
  readonly tiers: string[] = [''];
  readonly zones: Zone[] = [{ name: '', nextWindowStartUs: 0 }];
  readonly feeSchedules: FeeSchedule[] = [{ makerPpm: 0, takerPpm: 0 }];

  lastParticipant = 0;
  lastKey = 0;
  readonly activeKeys = new Set<number>();
  readonly accounts = new Accounts();
  readonly factories: Factory[] = [];
  readonly money = new Int64Column(1);

  lastWindow = 0;
  lastContract = 0;
  lastOffer = 0;
  /** Live windows, oldest first. */
  readonly windows: DeliveryWindow[] = [];
  readonly contracts = new ContractTable();
  readonly offers = new Map<number, Offer>();
  readonly cancelAlls: CancelAll[] = [];
  readonly expiries = new Expiries((contract, order) => this.isOrderOpen(contract, order));
  readonly outcomes = new OutcomeTable(0, (contract, order) => this.isOrderOpen(contract, order));

  /** Time of the record before the one in hand. */
  previousStampUs = 0;
  /** What the record in hand has made: number of the order, account …, and 1 + the place of a refusal's code. */
  result = 0;
  resultCode = 0;
  /** The record's outcome is that of an earlier one: it is not kept under the command's id. */
  resultIsOld = false;

  isOrderOpen(contract: number, order: number): boolean {
    const found = this.contracts.get(contract);
    return found !== undefined && found.book.slotOf(order) !== NONE;
  }

  /** Forgets the expiries up to `atUs` of orders that have closed; what is left is as if they had never been. */
  dropPassedExpiries(atUs: number): void {
    this.expiries.dropPassed(atUs);
  }

  window(number: number): DeliveryWindow | undefined {
    return this.windows.find((window) => window.number === number);
  }

  mix(value: number): void {
    this.digest = mixNumber(this.digest, value);
  }
}

// All of the auditor's books, the movements between them, and what must hold after each record.
//
// Two sources are kept apart on purpose. What accounts have free, on hold and receivable follows the figures that the
// events told; escrow and fees follow price × lots and the fee schedules. Where a told figure is wrong, they part.

import type { EventOf } from '@tokenbourse/domain';

import { Account, type Factory } from './accounts';
import { energyOf, needOf } from './arithmetic';
import type { AuditCheck } from './checks';
import type { ContractBook, WindowBook } from './contracts';
import { OutcomeBook } from './outcomes';
import type { AuditedOrder } from './queue';
import type { Subject } from './subject';

export type Report = (check: AuditCheck, what: string) => void;

export interface FeeRates {
  readonly makerPpm: bigint;
  readonly takerPpm: bigint;
}

export interface Schedule {
  readonly windowUs: number;
  readonly openLeadUs: number;
  readonly gateLeadUs: number;
  readonly settlementLagUs: number;
}

/** An open capacity offer. */
export interface OfferBook {
  readonly account: number;
  readonly window: number;
  /** What is not placed yet. */
  readonly quotes: EventOf<'OfferPosted'>['quotes'][number][];
}

export class Books {
  sequence = 0;
  atUs = 0;
  opened = false;
  schedule: Schedule = { windowUs: 0, openLeadUs: 0, gateLeadUs: 0, settlementLagUs: 0 };
  openOrdersLimit = 0;
  /** By number; place 0 stays empty. */
  readonly tiers: string[] = [''];
  readonly zones: string[] = [''];
  readonly fees: FeeRates[] = [{ makerPpm: 0n, takerPpm: 0n }];
  lastParticipant = 0;
  lastKey = 0;
  readonly activeKeys = new Set<number>();
  /** By number; the house account, 0, is always there. */
  readonly accounts: Account[] = [new Account(0, 0)];
  lastWindow = 0;
  lastContract = 0;
  lastOffer = 0;
  readonly windows = new Map<number, WindowBook>();
  readonly contracts = new Map<number, ContractBook>();
  /** Open capacity offers. */
  readonly offers = new Map<number, OfferBook>();
  /** The one that the record in hand has posted. */
  postedOffer: OfferBook | undefined;
  /** Cancel-alls that go on, by account: orders cancelled so far. */
  readonly cancelAlls = new Map<number, number>();
  readonly outcomes = new OutcomeBook((contract, order) => this.contracts.get(contract)?.orders.has(order) === true);
  /** Deposits less withdrawals, micro-USD. */
  private cameIn = 0n;
  /** Micro-USD over all books less what came in; 0 while cash adds up. */
  private total = 0n;
  private totalTold = 0n;
  private readonly touchedAccounts: Account[] = [];
  private readonly touchedContracts: ContractBook[] = [];

  constructor(readonly report: Report) {}

  /** Says of whose figure `what` it is that it is not what it must be. */
  expect(check: AuditCheck, whose: string | Subject, what: string, found: unknown, right: unknown): void {
    if (found === right) return;
    const name = whose === '' ? what : `${whose}: ${what}`;
    this.report(check, `${name} is ${String(found)}, it must be ${String(right)}`);
  }

  account(number: number): Account | undefined {
    const account = this.accounts[number];
    if (account === undefined) this.report('numbers', `there is no account ${number}`);
    return account;
  }

  contract(number: number): ContractBook | undefined {
    const contract = this.contracts.get(number);
    if (contract === undefined) this.report('numbers', `there is no live contract ${number}`);
    return contract;
  }

  /** An event of a contract's market data: its number must be the next one. */
  step(contract: ContractBook, sequence: number): void {
    this.touchContract(contract);
    this.expect('numbers', contract.id, 'market-data number', sequence, contract.sequence + 1);
    contract.sequence = sequence;
  }

  changeAvailable(account: Account, delta: bigint): void {
    account.available += delta;
    this.total += delta;
    this.touchAccount(account);
  }

  changeHeld(account: Account, delta: bigint): void {
    account.held += delta;
    this.total += delta;
    this.touchAccount(account);
  }

  changeEscrow(contract: ContractBook, delta: bigint): void {
    contract.escrow += delta;
    this.total += delta;
    this.touchContract(contract);
  }

  /** Cash that came in, or went out if negative. */
  comeIn(delta: bigint): void {
    this.cameIn += delta;
    this.total -= delta;
  }

  /** Brings what an order needs up to date; returns the micro-USD that fell free. */
  refreshNeed(order: AuditedOrder, account: Account): bigint {
    const maximum = order.makerPpm > order.takerPpm ? order.makerPpm : order.takerPpm;
    let need = 0n;
    if (order.side === 'BUY' && order.open > 0) {
      need = order.type === 'MARKET' ? order.budget : needOf(order.price, order.open, maximum);
    }
    const freed = order.need - need;
    order.need = need;
    account.needed -= freed;
    this.touchAccount(account);
    return freed;
  }

  /** Changes open sell lots and net lots of an account; the energy that this takes must be there. */
  changePosition(contract: ContractBook, account: Account, sellingDelta: number, lotsDelta: number): void {
    const position = contract.position(account.number);
    const before = Math.max(0, position.selling - position.lots);
    position.selling += sellingDelta;
    position.lots += lotsDelta;
    contract.positionSum += lotsDelta;
    this.touchContract(contract);
    const uncovered = Math.max(0, position.selling - position.lots);
    if (uncovered === before) return;
    const { window, tier } = contract;
    const joules = this.factoryIn(window, account)?.joulesPerMtok.get(tier) ?? 0;
    const energy = (window.energy.get(account.number) ?? 0n) + BigInt(uncovered - before) * BigInt(joules);
    window.energy.set(account.number, energy);
    if (uncovered < before) return;
    if (joules === 0) {
      this.report('power', `${contract.id}: account ${account.number} sells ${uncovered} lots that nothing backs`);
      return;
    }
    const budget = this.budgetOf(window, account);
    if (energy > budget) {
      const what = `account ${account.number} sells ${energy} mJ of window ${window.number}`;
      this.report('power', `${contract.id}: ${what}, its budget is ${budget} mJ`);
    }
  }

  factoryIn(window: WindowBook, account: Account): Factory | undefined {
    return account.factory?.zone === window.zone ? account.factory : undefined;
  }

  /** Millijoules. */
  budgetOf(window: WindowBook, account: Account): bigint {
    const factory = this.factoryIn(window, account);
    return factory === undefined ? 0n : energyOf(factory.powerWatts, window.times.lengthUs);
  }

  /** What must hold between two records, of all that the record has touched. */
  endRecord(): void {
    for (const account of this.touchedAccounts) this.checkAccount(account);
    for (const contract of this.touchedContracts) this.checkContract(contract);
    this.touchedAccounts.length = 0;
    this.touchedContracts.length = 0;
    if (this.total === this.totalTold) return;
    this.report('cash', `balances, holds, escrow and fees are ${this.total} micro-USD more than came in`);
    this.totalTold = this.total;
  }

  /** Adds all books up once more, from what they hold: the running total must be right. */
  recount(): void {
    let sum = -this.cameIn;
    for (const account of this.accounts) sum += account.available + account.held;
    for (const contract of this.contracts.values()) sum += contract.escrow;
    this.expect('cash', '', 'the sum of all books', sum, this.total);
  }

  private checkAccount(account: Account): void {
    account.touched = false;
    const overdrawn = account.available < 0n;
    if (overdrawn && !account.overdrawn) {
      this.report('cash', `account ${account.number} has ${account.available} micro-USD free`);
    }
    account.overdrawn = overdrawn;
    const gap = account.held - account.needed;
    if (gap !== account.holdGap) {
      const what = `account ${account.number} has ${account.held} micro-USD on hold`;
      this.report('holds', `${what}, its open orders need ${account.needed}`);
      account.holdGap = gap;
    }
  }

  private checkContract(contract: ContractBook): void {
    contract.touched = false;
    const { unplaced, id } = contract;
    const [bid, ask] = [contract.bids.best(), contract.asks.best()];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) {
      this.report('book', `${id}: crossed, buys at ${bid.price} ticks and sells at ${ask.price}`);
    }
    if (unplaced !== undefined) {
      this.report('orders', `${id}: order ${unplaced.number} is neither in the book nor closed`);
      contract.unplaced = undefined;
    }
    const gap = contract.escrow - contract.receivable;
    if (gap !== contract.escrowGap) {
      const what = `${id}: escrow is ${contract.escrow} micro-USD`;
      this.report('escrow', `${what}, sellers are to receive ${contract.receivable}`);
      contract.escrowGap = gap;
    }
    if (contract.positionSum !== contract.positionGap) {
      this.report('positions', `${id}: positions add up to ${contract.positionSum} lots, not to 0`);
      contract.positionGap = contract.positionSum;
    }
  }

  private touchAccount(account: Account): void {
    if (account.touched) return;
    account.touched = true;
    this.touchedAccounts.push(account);
  }

  private touchContract(contract: ContractBook): void {
    if (contract.touched) return;
    contract.touched = true;
    this.touchedContracts.push(contract);
  }
}

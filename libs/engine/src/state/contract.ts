// A contract and its delivery window: one object holds all that dies with it.

import type { ContractState } from '@tokenbourse/domain';
import { Holdings, Int64Column, WindowEnergy } from '@tokenbourse/ledger';
import { OrderBook } from '@tokenbourse/matching';

/** Places in `Contract.money`. */
export const ESCROW = 0;
export const PAID_OUT = 1;

export class Contract {
  readonly book = new OrderBook();
  readonly holdings = new Holdings();
  /** Escrow, and what has been paid out of it. */
  readonly money = new Int64Column(2);
  state: ContractState = 'LISTED';
  /** Market-data sequence number of the last event. */
  sequence = 0;
  lastOrder = 0;
  lastTrade = 0;
  tradedLots = 0;
  /** Record in which the gate closed: the cause of the records that cancel what was open. */
  closedSequence = 0;
  /** Settlement has reached this account; -1: none. */
  settledThrough = -1;
  settled = false;

  constructor(
    readonly number: number,
    readonly tier: number,
    readonly window: DeliveryWindow,
  ) {}

  /** Micro-USD held for sellers until settlement. */
  escrow(): bigint {
    return this.money.get(ESCROW);
  }

  /** Micro-USD that settlement has paid out so far. */
  paidOut(): bigint {
    return this.money.get(PAID_OUT);
  }
}

export interface WindowTimes {
  readonly startUs: number;
  readonly lengthUs: number;
  readonly opensAtUs: number;
  readonly gateClosesAtUs: number;
  readonly settlesAtUs: number;
}

/** A zone's window: its contracts stand and fall together. */
export class DeliveryWindow {
  readonly contracts: Contract[] = [];
  readonly energy: WindowEnergy;
  stage: ContractState = 'LISTED';
  /** Record in which settlement began; 0 before. */
  settlingSequence = 0;
  /** Factories up to this account have been told what perished; -1: none. */
  perishedThrough = -1;

  constructor(
    readonly number: number,
    readonly zone: number,
    readonly times: WindowTimes,
  ) {
    this.energy = new WindowEnergy(times.lengthUs);
  }
}

/** The live contracts by number. Numbers rise and the oldest leave first, so an array with a moving start will do. */
export class ContractTable {
  private first = 1;
  private readonly live: (Contract | undefined)[] = [];

  get(number: number): Contract | undefined {
    return this.live[number - this.first];
  }

  add(contract: Contract): void {
    if (this.live.length === 0) this.first = contract.number;
    this.live[contract.number - this.first] = contract;
  }

  delete(number: number): void {
    this.live[number - this.first] = undefined;
    while (this.live.length > 0 && this.live[0] === undefined) {
      this.live.shift();
      this.first += 1;
    }
  }

  *[Symbol.iterator](): IterableIterator<Contract> {
    for (const contract of this.live) if (contract !== undefined) yield contract;
  }
}

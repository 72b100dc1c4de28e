// Contracts and delivery windows as the auditor keeps them.

import type { ContractState, Side } from '@tokenbourse/domain';

import { Queue, type AuditedOrder } from './queue';

/** What one account has to do with one contract. */
export interface Position {
  /** Bought less sold. */
  lots: number;
  /** Open sell lots. */
  selling: number;
  /** Micro-USD. */
  paid: bigint;
  receivable: bigint;
  settled: boolean;
}

export class ContractBook {
  state: ContractState = 'LISTED';
  /** Of market data. */
  sequence = 0;
  lastOrder = 0;
  lastTrade = 0;
  tradedLots = 0;
  readonly orders = new Map<number, AuditedOrder>();
  readonly bids = new Queue('BUY');
  readonly asks = new Queue('SELL');
  readonly positions = new Map<number, Position>();
  /** Sum of all positions, in lots. */
  positionSum = 0;
  /** Micro-USD: what sellers are owed by price × lots, and by what the events told them. */
  escrow = 0n;
  receivable = 0n;
  paidOut = 0n;
  /** Sum of the positions that settlement told, in lots. */
  settledSum = 0;
  /** The order that trades, until it is booked or closed. */
  unplaced: AuditedOrder | undefined;
  touched = false;
  /** What was found before: it is told once, not after every record. */
  escrowGap = 0n;
  positionGap = 0;

  constructor(
    readonly number: number,
    /** Its name. */
    readonly id: string,
    readonly tier: number,
    readonly window: WindowBook,
  ) {}

  queue(side: Side): Queue {
    return side === 'BUY' ? this.bids : this.asks;
  }

  position(account: number): Position {
    let position = this.positions.get(account);
    if (position === undefined) {
      position = { lots: 0, selling: 0, paid: 0n, receivable: 0n, settled: false };
      this.positions.set(account, position);
    }
    return position;
  }
}

export interface WindowTimes {
  readonly startUs: number;
  readonly lengthUs: number;
  readonly opensAtUs: number;
  readonly gateClosesAtUs: number;
  readonly settlesAtUs: number;
}

export class WindowBook {
  readonly contracts: ContractBook[] = [];
  /** Millijoules by account: what must be made for its open sells and its sales. */
  readonly energy = new Map<number, bigint>();
  /** Accounts of the factories that were told what perished. */
  readonly perished = new Set<number>();

  constructor(
    readonly number: number,
    readonly zone: number,
    readonly times: WindowTimes,
  ) {}
}

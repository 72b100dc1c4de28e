// What a market consists of, in the plainest form: arrays of things, each with what the rules say that it has. Money and
// energy are bigint; lots, ticks and instants are numbers. Nothing is kept that can be counted from something else.

import type {
  CommandOf,
  EventOf,
  LogRecord,
  MarketEvent,
  OrderType,
  RejectionCode,
  SelfTradeMode,
  Side,
  TimeInForce,
} from '@tokenbourse/domain';

export interface Account {
  readonly number: number;
  readonly participant: number;
  /** All its cash in micro-USD, what is on hold included. */
  cash: bigint;
  factory: Factory | undefined;
}

export interface Factory {
  readonly zone: number;
  readonly powerWatts: number;
  readonly yields: CommandOf<'RegisterFactory'>['yields'];
  readonly registeredAtUs: number;
}

export interface FeeSchedule {
  readonly number: number;
  readonly makerPpm: number;
  readonly takerPpm: number;
}

export interface Order {
  readonly contract: Contract;
  readonly number: number;
  readonly account: Account;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTrade: SelfTradeMode;
  readonly postOnly: boolean;
  readonly goodTillUs: number;
  readonly fees: FeeSchedule;
  /** The offer that it is part of; 0 for none. */
  readonly offer: number;
  price: number;
  total: number;
  filled: number;
  /** What self-trade prevention took off. */
  decremented: number;
  /** Market buy: what is left of its maximum, in micro-USD. */
  budget: bigint;
  /** Its place in the queue at its price: the later it came, the higher; 0 while it does not stand in the book. */
  place: number;
}

export interface Position {
  readonly account: Account;
  lots: number;
  paid: bigint;
  receivable: bigint;
  settled: boolean;
}

export interface Contract {
  readonly number: number;
  readonly tier: number;
  readonly window: DeliveryWindow;
  /** Its open orders, by number. */
  orders: Order[];
  lastOrder: number;
  trades: { readonly lots: number }[];
  positions: Position[];
  /** Market-data sequence number of its last event. */
  sequence: number;
  settled: boolean;
  paidOut: bigint;
}

export interface DeliveryWindow {
  readonly number: number;
  readonly zone: number;
  readonly startUs: number;
  readonly opensAtUs: number;
  readonly gateClosesAtUs: number;
  readonly settlesAtUs: number;
  stage: 'LISTED' | 'OPEN' | 'CLOSED' | 'DELIVERING';
  contracts: Contract[];
  /** The record that closed the gate, and the one that began to settle; 0 before. */
  closedBy: number;
  settledBy: number;
  /** Factories whose perished energy has been recorded. */
  perished: Account[];
}

export interface Offer {
  readonly number: number;
  readonly account: Account;
  readonly window: DeliveryWindow;
  /** One per quote, in the quotes' order. */
  readonly orders: Order[];
}

export interface CancelAll {
  readonly command: CommandOf<'CancelAllOrders'>;
  readonly requestedBy: number;
  cancelled: number;
}

/** What became of a command whose id is kept. */
export interface Outcome {
  readonly account: number;
  readonly contract: number;
  readonly commandId: string;
  /** All that was asked for. */
  readonly request: string;
  readonly sequence: number;
  readonly atUs: number;
  readonly code: RejectionCode | 'NONE';
  readonly made: number;
  /** Its window was over when another window began to hold: a longer one does not bring it back. */
  readonly over: boolean;
}

export interface Zone {
  readonly number: number;
  readonly name: string;
  /** Start of the window listed last; 0 before the first. */
  lastListedUs: number;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type OpenRecord = Writable<LogRecord> & { events: MarketEvent[] };

export class Market {
  schedule: EventOf<'MarketOpened'> | undefined;
  limits!: EventOf<'LimitsSet'>;
  tiers: string[] = [];
  zones: Zone[] = [];
  feeSchedules: FeeSchedule[] = [];
  participants = 0;
  /** Account 0 is the house's, which collects the fees. */
  accounts: Account[] = [{ number: 0, participant: 0, cash: 0n, factory: undefined }];
  activeKeys: number[] = [];
  lastKey = 0;
  /** Windows that have not ended, by number. */
  windows: DeliveryWindow[] = [];
  lastWindow = 0;
  lastContract = 0;
  offers: Offer[] = [];
  lastOffer = 0;
  cancelAlls: CancelAll[] = [];
  outcomes: Outcome[] = [];
  arrivals = 0;
  records: OpenRecord[] = [];
  /** What the command at hand has made: the number of an order, an account … */
  made = 0;

  /** The record that is being written. */
  get record(): OpenRecord {
    return this.records.at(-1)!;
  }

  get nowUs(): number {
    return this.record.at_us;
  }

  tell(event: MarketEvent): void {
    this.record.events.push(event);
  }

  /** Contracts that have not been settled, by number. */
  get contracts(): Contract[] {
    return this.windows.flatMap((window) => window.contracts).filter((contract) => !contract.settled);
  }

  get fees(): FeeSchedule {
    return this.feeSchedules.at(-1)!;
  }

  get orders(): Order[] {
    return this.contracts.flatMap((contract) => contract.orders);
  }
}

export function nextSequence(contract: Contract): number {
  contract.sequence += 1;
  return contract.sequence;
}

export function openLots(order: Order): number {
  return order.total - order.filled - order.decremented;
}

/** Takes an order that has ended out of its contract. */
export function close(order: Order): void {
  order.contract.orders = order.contract.orders.filter((other) => other !== order);
}

export function ordersOf(market: Market, account: Account): Order[] {
  return market.orders.filter((order) => order.account === account);
}

/** An account's position in a contract; a new, empty one if it had none. */
export function positionOf(contract: Contract, account: Account): Position {
  const known = contract.positions.find((position) => position.account === account);
  if (known !== undefined) return known;
  const position = { account, lots: 0, paid: 0n, receivable: 0n, settled: false };
  contract.positions = [...contract.positions, position].sort((a, b) => a.account.number - b.account.number);
  return position;
}

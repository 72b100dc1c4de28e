// All orders of one contract as columns by order number, with the index of their client order ids: about 130 bytes an
// order, no object and no text each, for the orders of a day have to be kept until their contracts are settled.

import {
  CANCEL_REASONS,
  ORDER_TYPES,
  SELF_TRADE_MODES,
  SIDES,
  TIMES_IN_FORCE,
  hashId,
  idHash,
  type CancelReason,
  type EventOf,
} from '@tokenbourse/domain';
import type { Piece } from './documents';
import type { RecordContext } from './model';
import { ORDER_STATES, type OrderState } from './queries';
import { TextPool } from './text-pool';

const FIRST_ORDERS = 16;
const ID_SEED = 0x70c5;

const FLOATS = [
  'price',
  'lots',
  'open',
  'filled',
  'amount',
  'fees',
  'hold',
  'goodTill',
  'sequence',
  'acceptedAt',
  'updatedSequence',
  'updatedAt',
] as const;
const COUNTS = ['account', 'accountNumber', 'offer', 'feeSchedule', 'fingerprint', 'id', 'idHash'] as const;
const CODES = ['side', 'type', 'force', 'selfTrade', 'postOnly', 'state', 'reason'] as const;

type Floats = { [N in (typeof FLOATS)[number]]: Float64Array };
type Counts = { [N in (typeof COUNTS)[number]]: Uint32Array };
type Codes = { [N in (typeof CODES)[number]]: Uint8Array };

/** Names of an order document's cells; the client order id stands last, as text. */
const NUMBERS = [...FLOATS, ...COUNTS.slice(0, 5), ...CODES] as const;
export const ORDER_COLUMNS = [...NUMBERS, 'client_order_id'] as const;
const COLUMNS = [...FLOATS, ...COUNTS, ...CODES] as const;
export type OrderRow = readonly (number | string)[];

const STATE_OPEN = ORDER_STATES.indexOf('OPEN');
const STATE_FILLED = ORDER_STATES.indexOf('FILLED');
const STATE_CANCELLED = ORDER_STATES.indexOf('CANCELLED');

/** All but the client order ids' texts, by order number. */
export type OrderColumns = Floats & Counts & Codes;

function allocate(capacity: number): OrderColumns {
  const columns: Record<string, Float64Array | Uint32Array | Uint8Array> = {};
  for (const name of FLOATS) columns[name] = new Float64Array(capacity);
  for (const name of COUNTS) columns[name] = new Uint32Array(capacity);
  for (const name of CODES) columns[name] = new Uint8Array(capacity);
  return columns as unknown as OrderColumns;
}

export class ContractOrders {
  private capacity = FIRST_ORDERS;
  columns = allocate(FIRST_ORDERS);
  private readonly ids = new TextPool();
  /** Order numbers by the hash of account and client order id; 0 is an empty slot. */
  private idSlots = new Uint32Array(FIRST_ORDERS * 2);
  private idCount = 0;
  /** The highest order number so far. */
  last = 0;

  constructor(readonly contract: number) {}

  has(order: number): boolean {
    return order > 0 && order <= this.last && this.columns.account[order] !== 0;
  }

  isOpen(order: number): boolean {
    return this.columns.state[order] === STATE_OPEN;
  }

  state(order: number): OrderState {
    return ORDER_STATES[this.columns.state[order]];
  }

  account(order: number): number {
    return this.columns.account[order];
  }

  accountNumber(order: number): number {
    return this.columns.accountNumber[order];
  }

  openLots(order: number): number {
    return this.columns.open[order];
  }

  sells(order: number): boolean {
    return this.columns.side[order] === 1;
  }

  accept(event: EventOf<'OrderAccepted'>, record: RecordContext, accountNumber: number): void {
    const { order } = event;
    this.ensure(order);
    const c = this.columns;
    c.price[order] = event.price_ticks;
    c.lots[order] = event.lots;
    c.open[order] = event.lots;
    c.hold[order] = event.hold_micro_usd;
    c.goodTill[order] = event.good_till_us;
    c.sequence[order] = record.sequence;
    c.acceptedAt[order] = record.at_us;
    c.account[order] = event.account;
    c.accountNumber[order] = accountNumber;
    c.offer[order] = event.offer;
    c.feeSchedule[order] = event.fee_schedule;
    c.side[order] = SIDES.indexOf(event.side);
    c.type[order] = ORDER_TYPES.indexOf(event.order_type);
    c.force[order] = TIMES_IN_FORCE.indexOf(event.time_in_force);
    c.selfTrade[order] = SELF_TRADE_MODES.indexOf(event.self_trade);
    c.postOnly[order] = event.post_only ? 1 : 0;
    c.state[order] = STATE_OPEN;
    this.update(order, record);
    const { identity } = record;
    if (identity === null || identity.command !== 'PlaceOrder') return;
    c.fingerprint[order] = identity.fingerprint;
    this.setId(order, identity.command_id);
  }

  /** Takes a fill in; `openLots` is what is left, `holdTaken` what the hold gives up. Says whether the order is closed by it. */
  fill(order: number, event: EventOf<'TradeExecuted'>, openLots: number, fee: number, record: RecordContext): boolean {
    const c = this.columns;
    c.filled[order] += event.lots;
    c.amount[order] += event.amount_micro_usd;
    c.fees[order] += fee;
    c.open[order] = openLots;
    if (c.side[order] === 0) c.hold[order] -= event.buyer_hold_released_micro_usd;
    this.update(order, record);
    if (openLots > 0) return false;
    c.state[order] = STATE_FILLED;
    c.hold[order] = 0;
    return true;
  }

  book(order: number, openLots: number, record: RecordContext): void {
    this.columns.open[order] = openLots;
    this.update(order, record);
  }

  cancel(order: number, reason: CancelReason, record: RecordContext): void {
    const c = this.columns;
    c.open[order] = 0;
    c.hold[order] = 0;
    c.state[order] = STATE_CANCELLED;
    c.reason[order] = CANCEL_REASONS.indexOf(reason) + 1;
    this.update(order, record);
  }

  decrement(order: number, openLots: number, holdReleased: number, record: RecordContext): void {
    this.columns.open[order] = openLots;
    this.columns.hold[order] -= holdReleased;
    this.update(order, record);
  }

  amend(event: EventOf<'OrderAmended'>, record: RecordContext): void {
    const { order } = event;
    const c = this.columns;
    c.price[order] = event.price_ticks;
    c.lots[order] = event.lots;
    c.open[order] = event.open_lots;
    c.hold[order] = event.hold_micro_usd;
    this.update(order, record);
  }

  /** The order that the account sent under this id; 0 for none. */
  find(account: number, id: string): number {
    if (this.idCount === 0) return 0;
    hashId(ID_SEED, account, 0, id);
    const hash = idHash.low;
    const mask = this.idSlots.length - 1;
    for (let slot = hash & mask; this.idSlots[slot] !== 0; slot = (slot + 1) & mask) {
      const order = this.idSlots[slot];
      const c = this.columns;
      if (c.idHash[order] === hash && c.account[order] === account && this.ids.get(c.id[order]) === id) return order;
    }
    return 0;
  }

  row(order: number): OrderRow {
    const row: (number | string)[] = [];
    for (const name of NUMBERS) row.push(this.columns[name][order]);
    row.push(this.clientOrderId(order));
    return row;
  }

  restore(order: number, row: OrderRow): void {
    this.ensure(order);
    NUMBERS.forEach((name, i) => (this.columns[name][order] = row[i] as number));
    this.setId(order, row[row.length - 1] as string);
  }

  /** Columns as they are, and the pool of ids. */
  *pieces(): Iterable<Piece> {
    const { contract, last } = this;
    for (const name of COLUMNS) {
      const { buffer, byteOffset, byteLength } = this.columns[name].subarray(0, last + 1);
      yield { head: { contract, last, column: name }, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
    }
    yield { head: { contract, last, column: 'ids' }, bytes: this.ids.flat() };
  }

  /** The pool of ids comes last, when the columns are there. */
  takePiece(last: number, column: string, bytes: Uint8Array): void {
    this.ensure(last);
    if (column === 'ids') return this.takeIds(bytes);
    const target = this.columns[column as (typeof COLUMNS)[number]] as Float64Array | undefined;
    if (target === undefined || bytes.length !== (last + 1) * target.BYTES_PER_ELEMENT) {
      throw new RangeError(`orders of contract ${this.contract}: no column ${column} of ${bytes.length} bytes`);
    }
    new Uint8Array(target.buffer).set(bytes);
  }

  clientOrderId(order: number): string {
    return this.ids.get(this.columns.id[order]);
  }

  private update(order: number, record: RecordContext): void {
    this.columns.updatedSequence[order] = record.sequence;
    this.columns.updatedAt[order] = record.at_us;
  }

  private takeIds(bytes: Uint8Array): void {
    this.ids.restore(bytes);
    for (let order = 1; order <= this.last; order++) {
      if (this.columns.id[order] === 0) continue;
      if ((this.idCount + 1) * 2 > this.idSlots.length) this.growIds();
      this.idCount += 1;
      this.place(order);
    }
  }

  private setId(order: number, id: string): void {
    if (id === '') return;
    if ((this.idCount + 1) * 2 > this.idSlots.length) this.growIds();
    const c = this.columns;
    hashId(ID_SEED, c.account[order], 0, id);
    c.idHash[order] = idHash.low;
    c.id[order] = this.ids.add(id);
    this.idCount += 1;
    this.place(order);
  }

  private place(order: number): void {
    const mask = this.idSlots.length - 1;
    let slot = this.columns.idHash[order] & mask;
    while (this.idSlots[slot] !== 0) slot = (slot + 1) & mask;
    this.idSlots[slot] = order;
  }

  private growIds(): void {
    const before = this.idSlots;
    this.idSlots = new Uint32Array(before.length * 2);
    for (const order of before) if (order !== 0) this.place(order);
  }

  private ensure(order: number): void {
    if (order > this.last) this.last = order;
    if (order < this.capacity) return;
    const before = this.columns;
    this.capacity = Math.max(this.capacity * 2, order + 1);
    this.columns = allocate(this.capacity);
    for (const name of COLUMNS) {
      (this.columns[name] as Float64Array).set(before[name] as Float64Array);
    }
  }
}

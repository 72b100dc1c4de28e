// Read model: orders, by id, by account and by client order id. Closed orders stay until their contract is forgotten.

import type { EventOf } from '@tokenbourse/domain';
import { AccountOrders } from '../account-orders';
import { Touched, type Collection, type Json, type Piece } from '../documents';
import type { Handlers, ReadModel, RecordContext } from '../model';
import { ContractOrders, type OrderRow } from '../order-columns';
import type { Refusal } from '../queries';
import type { Retention } from '../retention';
import type { SeenIdsFold } from '../seen-ids';
import { Table, plainByNumber } from '../table';

/** Orders by contract; a document is one order under `contract/order`, its cells named by `ORDER_COLUMNS`. */
class OrderTable implements Collection {
  readonly name = 'orders';
  readonly contracts = new Map<number, ContractOrders>();
  readonly touched = new Touched();

  of(contract: number): ContractOrders {
    let orders = this.contracts.get(contract);
    if (orders === undefined) {
      orders = new ContractOrders(contract);
      this.contracts.set(contract, orders);
    }
    return orders;
  }

  touch(contract: number, order: number): void {
    if (this.touched.tracking) this.touched.mark(`${contract}/${order}`);
  }

  drop(contract: number): void {
    const orders = this.contracts.get(contract);
    this.contracts.delete(contract);
    for (let order = 1; this.touched.tracking && order <= (orders?.last ?? 0); order++) this.touch(contract, order);
  }

  *entries(): Iterable<readonly [string, Json]> {
    for (const [contract, orders] of this.contracts) {
      for (let order = 1; order <= orders.last; order++) {
        if (orders.has(order)) yield [`${contract}/${order}`, orders.row(order)];
      }
    }
  }

  read(key: string): Json | undefined {
    const [contract, order] = key.split('/').map(Number);
    const orders = this.contracts.get(contract);
    return orders?.has(order) ? orders.row(order) : undefined;
  }

  write(key: string, value: Json): void {
    const [contract, order] = key.split('/').map(Number);
    this.of(contract).restore(order, value as OrderRow);
  }

  *pieces(): Iterable<Piece> {
    for (const orders of this.contracts.values()) yield* orders.pieces();
  }

  takePiece({ head, bytes }: Piece): void {
    const { contract, last, column } = head as { contract: number; last: number; column: string };
    this.of(contract).takePiece(last, column, bytes);
  }

  loaded(): void {}
}

/** A refused order, under the sequence number of its record. */
export interface RejectedOrder {
  readonly sequence: number;
  readonly at_us: number;
  readonly account: number;
  readonly contract: number;
  readonly client_order_id: string;
  readonly fingerprint: number;
  readonly refusal: Refusal;
}

export class OrdersModel implements ReadModel {
  readonly name = 'orders';
  readonly version = 1;
  private readonly orders = new OrderTable();
  private readonly rejected = new Table<number, RejectedOrder>('rejected_orders', plainByNumber());
  /** How many orders each account has had accepted: an order keeps its number in its account's list. */
  private readonly counts = new Table<number, number>('account_order_counts', plainByNumber());
  readonly collections = [this.orders, this.rejected, this.counts];
  private readonly byAccount = new Map<number, AccountOrders>();
  private readonly rejectedById = new Map<string, number>();

  constructor(
    private readonly retention: Retention,
    private readonly seenIds?: SeenIdsFold,
  ) {}

  readonly handlers: Handlers = {
    OrderAccepted: (event, record) => this.accepted(event, record),
    TradeExecuted: (event, record) => {
      const buyerTakes = event.taker_side === 'BUY';
      const makerFee = buyerTakes ? event.seller_fee_micro_usd : event.buyer_fee_micro_usd;
      const takerFee = buyerTakes ? event.buyer_fee_micro_usd : event.seller_fee_micro_usd;
      this.filled(event, event.maker_order, event.maker_open_lots, makerFee, record);
      this.filled(event, event.taker_order, event.taker_open_lots, takerFee, record);
    },
    OrderBooked: ({ contract, order, open_lots }, record) =>
      this.changed(contract, order).book(order, open_lots, record),
    OrderCancelled: ({ contract, order, reason }, record) => {
      const orders = this.changed(contract, order);
      orders.cancel(order, reason, record);
      this.close(orders, order);
    },
    OrderDecremented: ({ contract, order, open_lots, hold_released_micro_usd }, record) =>
      this.changed(contract, order).decrement(order, open_lots, hold_released_micro_usd, record),
    OrderAmended: (event, record) => this.changed(event.contract, event.order).amend(event, record),
    OrderRejected: (event, record) => this.refused(event, record),
  };

  of(contract: number): ContractOrders | undefined {
    return this.orders.contracts.get(contract);
  }

  contracts(): Iterable<ContractOrders> {
    return this.orders.contracts.values();
  }

  ofAccount(account: number): AccountOrders | undefined {
    return this.byAccount.get(account);
  }

  rejectedUnder(account: number, contract: number, id: string): RejectedOrder | undefined {
    const sequence = this.rejectedById.get(`${account}/${contract}/${id}`);
    return sequence === undefined ? undefined : this.rejected.get(sequence);
  }

  /** All records up to `sequence` are folded. */
  stand(sequence: number, atUs: number): void {
    this.seenIds?.stand(sequence, atUs);
  }

  lists(): Iterable<readonly [account: number, list: AccountOrders]> {
    return this.byAccount;
  }

  contractsUnder(_account: number, _id: string, contracts: Iterable<number>): Iterable<number> {
    return contracts;
  }

  openSells(account: number): ReadonlyMap<number, number> {
    const lots = new Map<number, number>();
    const list = this.byAccount.get(account);
    for (const number of list?.open ?? []) {
      const contract = list!.contract(number);
      const order = list!.order(number);
      const orders = this.of(contract);
      if (orders?.sells(order)) lots.set(contract, (lots.get(contract) ?? 0) + orders.openLots(order));
    }
    return lots;
  }

  forget(contract: number): void {
    this.orders.drop(contract);
    this.seenIds?.forget(contract);
    for (const list of this.byAccount.values()) list.trim((of) => !this.orders.contracts.has(of));
  }

  loaded(): void {
    const first = new Map<number, number>();
    this.eachOrder((orders, order) => {
      const account = orders.account(order);
      first.set(account, Math.min(orders.accountNumber(order), first.get(account) ?? Infinity));
    });
    for (const [account, count] of this.counts.pairs()) {
      this.listOf(account).restore(first.get(account) ?? count + 1, count + 1);
    }
    const open: [AccountOrders, number][] = [];
    this.eachOrder((orders, order) => {
      const list = this.listOf(orders.account(order));
      list.put(orders.accountNumber(order), orders.contract, order);
      if (orders.isOpen(order)) open.push([list, orders.accountNumber(order)]);
      const id = orders.clientOrderId(order);
      if (id !== '') this.seenIds?.add(orders.account(order), orders.contract, id);
    });
    open.sort(([, a], [, b]) => a - b);
    for (const [list, number] of open) list.open.add(number);
    for (const rejected of this.rejected.values()) this.indexRejected(rejected);
  }

  private eachOrder(visit: (orders: ContractOrders, order: number) => void): void {
    for (const orders of this.contracts()) {
      for (let order = 1; order <= orders.last; order++) if (orders.has(order)) visit(orders, order);
    }
  }

  private accepted(event: EventOf<'OrderAccepted'>, record: RecordContext): void {
    const orders = this.changed(event.contract, event.order);
    const list = this.listOf(event.account);
    const number = list.append(event.contract, event.order);
    this.counts.set(event.account, number);
    orders.accept(event, record, number);
    const { identity } = record;
    if (identity?.command === 'PlaceOrder' && identity.command_id !== '')
      this.seenIds?.add(event.account, event.contract, identity.command_id);
  }

  private filled(
    event: EventOf<'TradeExecuted'>,
    order: number,
    open: number,
    fee: number,
    record: RecordContext,
  ): void {
    const orders = this.changed(event.contract, order);
    if (orders.fill(order, event, open, fee, record)) this.close(orders, order);
  }

  private refused(event: EventOf<'OrderRejected'>, { sequence, at_us, identity }: RecordContext): void {
    const id = identity?.command_id ?? '';
    if (identity?.command !== 'PlaceOrder' || id === '' || event.code === 'COMMAND_ID_REUSED') return;
    const { account, contract, code, needed, available } = event;
    const rejected: RejectedOrder = {
      sequence,
      at_us,
      account,
      contract,
      client_order_id: id,
      fingerprint: identity.fingerprint,
      refusal: { code, needed, available, at_us: event.at_us },
    };
    this.rejected.set(sequence, rejected);
    this.indexRejected(rejected);
    if (this.rejected.size > this.retention.rejected_orders) this.dropOldestRejected();
  }

  private indexRejected({ account, contract, client_order_id, sequence }: RejectedOrder): void {
    this.rejectedById.set(`${account}/${contract}/${client_order_id}`, sequence);
    this.seenIds?.add(account, contract, client_order_id);
  }

  private dropOldestRejected(): void {
    const [oldest] = this.rejected.keys();
    const { account, contract, client_order_id } = this.rejected.get(oldest) as RejectedOrder;
    this.rejected.delete(oldest);
    const key = `${account}/${contract}/${client_order_id}`;
    if (this.rejectedById.get(key) === oldest) this.rejectedById.delete(key);
  }

  private close(orders: ContractOrders, order: number): void {
    this.listOf(orders.account(order)).open.delete(orders.accountNumber(order));
  }

  private changed(contract: number, order: number): ContractOrders {
    this.orders.touch(contract, order);
    return this.orders.of(contract);
  }

  private listOf(account: number): AccountOrders {
    let list = this.byAccount.get(account);
    if (list === undefined) {
      list = new AccountOrders();
      this.byAccount.set(account, list);
    }
    return list;
  }
}

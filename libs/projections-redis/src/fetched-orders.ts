// Orders that were fetched for one question, in the form in which the answers read them.

import {
  ORDER_COLUMNS,
  ORDER_STATES,
  type OrderFields,
  type OrderFilter,
  type OrderList,
  type OrderRow,
  type OrdersOfContract,
  type OrdersSource,
  type OrderState,
  type RejectedOrder,
} from '@tokenbourse/projections';
import { idField } from './layout';
import type { PageHint } from './page-hint';

interface Fetch {
  want<T>(name: string, ...args: (string | number)[]): T | undefined;
}

type ListedOrder = readonly [number: string, contract: string, order: string, row: string];

export class FetchedOrders implements OrdersSource {
  private readonly contracts = new Map<number, OrdersOfOneContract>();

  constructor(
    private readonly fetch: Fetch,
    private readonly page: PageHint,
  ) {}

  of(contract: number): OrdersOfOneContract {
    let orders = this.contracts.get(contract);
    if (orders === undefined) {
      orders = new OrdersOfOneContract(contract, this.fetch);
      this.contracts.set(contract, orders);
    }
    return orders;
  }

  ofAccount(account: number, { contract, tier, side, state }: OrderFilter): OrderList | undefined {
    const { below, count } = this.page;
    const bound = below === undefined ? '+inf' : `(${below}`;
    const wanted = [account, bound, count, state ?? '', contract ?? '', side ?? '', tier ?? ''];
    const found = this.fetch.want<readonly ListedOrder[]>('ORDERS', ...wanted) ?? [];
    const entries = new Map<number, readonly [contract: number, order: number]>();
    for (const [number, of, order, row] of found) {
      this.of(Number(of)).take(Number(order), row);
      entries.set(Number(number), [Number(of), Number(order)]);
    }
    const numbers = (): Iterable<number> => entries.keys();
    return {
      contract: (number) => entries.get(number)?.[0] ?? 0,
      order: (number) => entries.get(number)?.[1] ?? 0,
      below: numbers,
      openBelow: numbers,
    };
  }

  rejectedUnder(account: number, contract: number, id: string): RejectedOrder | undefined {
    const field = `${account}/${contract}/${idField(id)}`;
    const [text] = this.fetch.want<string[]>('INDEXED', 'rejected_order_ids', field, 'rejected_orders') ?? [];
    return text === undefined ? undefined : (JSON.parse(text) as RejectedOrder);
  }

  contractsUnder(account: number, id: string, contracts: Iterable<number>): Iterable<number> {
    const found = new Set(this.fetch.want<string[]>('CONTRACTS_UNDER', account, idField(id))?.map(Number));
    return [...contracts].filter((contract) => found.has(contract));
  }

  openSells(account: number): ReadonlyMap<number, number> {
    const [text] = this.fetch.want<string[]>('FIELDS', 'open_sells', account) ?? [''];
    return new Map(text === '' ? [] : (JSON.parse(text) as [number, number][]));
  }
}

class OrdersOfOneContract implements OrdersOfContract {
  readonly columns: OrderFields;
  private readonly fields: { [name: string]: { [order: number]: number } } = { id: {}, idHash: {} };
  private readonly ids = new Map<number, string>();

  constructor(
    readonly contract: number,
    private readonly fetch: Fetch,
  ) {
    for (const name of ORDER_COLUMNS) this.fields[name] = {};
    this.columns = this.fields as unknown as OrderFields;
  }

  take(order: number, text: string): void {
    if (this.ids.has(order)) return;
    const row = JSON.parse(text) as OrderRow;
    ORDER_COLUMNS.forEach((name, i) => (this.fields[name][order] = row[i] as number));
    this.ids.set(order, row[row.length - 1] as string);
  }

  has(order: number): boolean {
    if (this.ids.has(order)) return true;
    const [text] = this.fetch.want<string[]>('FIELDS', `orders:${this.contract}`, order) ?? [''];
    if (text !== '') this.take(order, text);
    return text !== '';
  }

  state(order: number): OrderState {
    return ORDER_STATES[this.columns.state[order]];
  }

  sells(order: number): boolean {
    return this.columns.side[order] === 1;
  }

  clientOrderId(order: number): string {
    return this.ids.get(order) ?? '';
  }

  find(account: number, id: string): number {
    const [order, text] = this.fetch.want<string[]>('CLIENT_ORDER', this.contract, `${account}/${idField(id)}`) ?? [];
    if (order === undefined || text === '') return 0;
    this.take(Number(order), text);
    return Number(order);
  }
}

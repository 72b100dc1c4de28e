// What the answers ask of the read models. The models themselves give it, and so does whoever holds only what a question needs.

import type { AccountOrders } from './account-orders';
import type { CashMovementView, CommandOutcomeView, OrderFilter, OrderState, PageRequest } from './queries';
import type { Balance, CashTotals, MarketCash } from './models/balances';
import type { ContractsModel } from './models/contracts';
import type { ContractDepth } from './models/depth';
import type { DirectoryModel } from './models/directory';
import type { FactoryUseModel } from './models/factory-use';
import type { MarketModel } from './models/market';
import type { OffersModel } from './models/offers';
import type { RejectedOrder } from './models/orders';
import type { Position } from './models/positions';
import type { OrderCounts, Trading } from './models/trading';
import type { ValueSplitModel } from './models/value-split';
import type { OrderColumns } from './order-columns';
import type { RowRing } from './row-ring';

export interface Source<V> {
  get(key: number): V | undefined;
}

/** A part of a ring may be given for the whole, if it is the part that the question reads. */
export type RingSource = Source<RowRing>;

/** Columns by order number. */
export type OrderFields = { readonly [N in keyof OrderColumns]: { readonly [order: number]: number } };

export interface OrdersOfContract {
  readonly contract: number;
  readonly columns: OrderFields;
  has(order: number): boolean;
  state(order: number): OrderState;
  sells(order: number): boolean;
  clientOrderId(order: number): string;
  /** The order that the account sent under this id; 0 for none. */
  find(account: number, id: string): number;
}

export type OrderList = Pick<AccountOrders, 'contract' | 'order' | 'below' | 'openBelow'>;

export interface OrdersSource {
  of(contract: number): OrdersOfContract | undefined;
  /** With `wanted`, orders that don't match it may be left out. */
  ofAccount(account: number, wanted: PageRequest & OrderFilter): OrderList | undefined;
  rejectedUnder(account: number, contract: number, id: string): RejectedOrder | undefined;
  /** Those of `contracts` that may know the id: none is left out that does. */
  contractsUnder(account: number, id: string, contracts: Iterable<number>): Iterable<number>;
  /** Lots that the account has on sale, by contract. */
  openSells(account: number): ReadonlyMap<number, number>;
}

export interface AnswerModels {
  readonly market: MarketModel;
  readonly directory: DirectoryModel;
  readonly contracts: ContractsModel;
  readonly factoryUse: FactoryUseModel;
  readonly offers: OffersModel;
  readonly valueSplit: ValueSplitModel;
  readonly depth: {
    book(contract: number): ContractDepth | undefined;
    /** Good for its best prices only. */
    top(contract: number): ContractDepth | undefined;
  };
  readonly trading: {
    readonly ofContracts: Source<Trading>;
    readonly ofTiers: Source<Trading>;
    readonly ofMarket: Source<Trading>;
    readonly orderCounts: Readonly<OrderCounts>;
  };
  readonly candles: {
    readonly ofContracts: RingSource;
    readonly ofTiers: RingSource;
    /** Minutes of the tier: good for the last hour and for the price a day ago. */
    minutesOfTier(tier: number): RowRing | undefined;
  };
  readonly tape: { readonly tapes: RingSource };
  readonly fills: { readonly fills: RingSource };
  readonly ledger: { readonly movements: RingSource };
  readonly balances: {
    readonly accounts: Source<Balance>;
    readonly marketCash: Readonly<MarketCash>;
    readonly totals: Readonly<CashTotals>;
  };
  readonly positions: {
    of(contract: number, account: number): Position | undefined;
    /** All of an account by contract, in any order; with `settled` only those that are, or are not. */
    ofAccount(account: number, settled?: boolean): Iterable<readonly [contract: number, position: Position]>;
  };
  readonly orders: OrdersSource;
  readonly cash: {
    /** Sequence numbers of the account's movements, oldest first. */
    of(account: number): readonly number[];
    readonly accepted: Source<CashMovementView>;
    byCommandId(account: number, commandId: string): CashMovementView | undefined;
  };
  readonly outcomes: { byCommandId(account: number, commandId: string): CommandOutcomeView | undefined };
}

// Read model: what has been traded since the start, per contract, per tier and in the whole market: price discovery's memory.

import type { EventOf } from '@tokenbourse/domain';
import type { Json } from '../documents';
import { fromWide, plus, toWide, type Exact } from '../exact';
import type { Handlers, ReadModel, RecordContext } from '../model';
import { Table, plainByNumber, type TableForm } from '../table';

export interface Trading {
  trades: number;
  volume: Exact;
  amount: Exact;
  first_price_ticks: number;
  last_price_ticks: number;
  last_trade_at_us: number;
}

const form: TableForm<number, Trading> = {
  key: Number,
  encode: ({ volume, amount, ...rest }) => ({ ...rest, volume: toWide(volume), amount: toWide(amount) }),
  decode: (json: Json) => {
    const { volume, amount, ...rest } = json as unknown as Omit<Trading, 'volume' | 'amount'> & {
      volume: string;
      amount: string;
    };
    return { ...rest, volume: fromWide(volume), amount: fromWide(amount) };
  },
};

/** What the collection `order_counts` holds under key 1. */
export interface OrderCounts {
  accepted: number;
  rejected: number;
}

export class TradingModel implements ReadModel {
  readonly name = 'trading';
  readonly version = 1;
  readonly ofContracts = new Table<number, Trading>('contract_trading', form);
  readonly ofTiers = new Table<number, Trading>('tier_trading', form);
  /** The whole market, under key 1. */
  readonly ofMarket = new Table<number, Trading>('market_trading', form);
  private readonly counts = new Table<number, OrderCounts>('order_counts', plainByNumber());
  private readonly tiers = new Table<number, number>('trading_tiers', plainByNumber());
  readonly collections = [this.ofContracts, this.ofTiers, this.ofMarket, this.counts, this.tiers];

  readonly handlers: Handlers = {
    TradeExecuted: (event, record) => {
      fold(this.ofContracts, event.contract, event, record);
      fold(this.ofMarket, 1, event, record);
      const tier = this.tiers.get(event.contract);
      if (tier !== undefined) fold(this.ofTiers, tier, event, record);
    },
    OrderAccepted: () => this.count('accepted'),
    OrderRejected: () => this.count('rejected'),
    ContractListed: ({ contract, tier }) => this.tiers.set(contract, tier),
  };

  get orderCounts(): Readonly<OrderCounts> {
    return this.counts.get(1) ?? { accepted: 0, rejected: 0 };
  }

  forget(contract: number): void {
    this.ofContracts.delete(contract);
    this.tiers.delete(contract);
  }

  private count(outcome: keyof OrderCounts): void {
    const counts = this.counts.get(1);
    if (counts === undefined) this.counts.set(1, { accepted: 0, rejected: 0, [outcome]: 1 });
    else {
      counts[outcome] += 1;
      this.counts.touch(1);
    }
  }
}

function fold(
  table: Table<number, Trading>,
  key: number,
  event: EventOf<'TradeExecuted'>,
  record: RecordContext,
): void {
  let trading = table.get(key);
  if (trading === undefined) {
    trading = {
      trades: 0,
      volume: 0,
      amount: 0,
      first_price_ticks: event.price_ticks,
      last_price_ticks: 0,
      last_trade_at_us: 0,
    };
    table.set(key, trading);
  }
  trading.trades += 1;
  trading.volume = plus(trading.volume, event.lots);
  trading.amount = plus(trading.amount, event.amount_micro_usd);
  trading.last_price_ticks = event.price_ticks;
  trading.last_trade_at_us = record.at_us;
  table.touch(key);
}

// Read model: fills, the newest trades of each account from its own side.

import type { EventOf } from '@tokenbourse/domain';
import type { Handlers, ReadModel, RecordContext } from '../model';
import type { FillView } from '../queries';
import type { Retention } from '../retention';
import { RingTable, type RowRing } from '../row-ring';

const COLUMNS = [
  'contract',
  'trade',
  'order',
  'sequence',
  'at_us',
  'sells',
  'takes',
  'price_ticks',
  'lots',
  'amount_micro_usd',
  'fee_micro_usd',
] as const;

export function fillOf(account: number, ring: RowRing, number: number): FillView {
  const [contract, trade, order, sequence, at_us, sells, takes, price_ticks, lots, amount_micro_usd, fee_micro_usd] =
    ring.row(number);
  const side = sells === 1 ? 'SELL' : 'BUY';
  const liquidity = takes === 1 ? 'TAKER' : 'MAKER';
  const figures = { price_ticks, lots, amount_micro_usd, fee_micro_usd };
  return { account, number, contract, trade, order, sequence, at_us, side, liquidity, ...figures };
}

export class FillsModel implements ReadModel {
  readonly name = 'fills';
  readonly version = 1;
  /** By account. */
  readonly fills: RingTable;
  readonly collections: readonly RingTable[];

  constructor(retention: Retention) {
    this.fills = new RingTable('fills', COLUMNS, () => retention.fills_per_account);
    this.collections = [this.fills];
  }

  readonly handlers: Handlers = {
    TradeExecuted: (event, record) => {
      const buyerTakes = event.taker_side === 'BUY';
      const [bid, ask] = buyerTakes ? [event.taker_order, event.maker_order] : [event.maker_order, event.taker_order];
      this.append(event.buyer, bid, false, buyerTakes, event.buyer_fee_micro_usd, event, record);
      this.append(event.seller, ask, true, !buyerTakes, event.seller_fee_micro_usd, event, record);
    },
  };

  private append(
    account: number,
    order: number,
    sells: boolean,
    takes: boolean,
    fee: number,
    event: EventOf<'TradeExecuted'>,
    record: RecordContext,
  ): void {
    const ring = this.fills.of(account);
    const at = this.fills.append(account, ring);
    ring.set(at, 0, event.contract);
    ring.set(at, 1, event.trade);
    ring.set(at, 2, order);
    ring.set(at, 3, record.sequence);
    ring.set(at, 4, record.at_us);
    ring.set(at, 5, sells ? 1 : 0);
    ring.set(at, 6, takes ? 1 : 0);
    ring.set(at, 7, event.price_ticks);
    ring.set(at, 8, event.lots);
    ring.set(at, 9, event.amount_micro_usd);
    ring.set(at, 10, fee);
  }
}

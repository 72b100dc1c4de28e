// Read model: the trade tape, the newest trades of each contract and of the whole market.

import type { EventOf } from '@tokenbourse/domain';
import type { Handlers, ReadModel, RecordContext } from '../model';
import type { TradeView } from '../queries';
import type { Retention } from '../retention';
import { RingTable, type RowRing } from '../row-ring';

const COLUMNS = [
  'contract',
  'trade',
  'sequence',
  'at_us',
  'price_ticks',
  'lots',
  'amount_micro_usd',
  'taker_sells',
  'contract_sequence',
] as const;

/** The owner of the tape of the whole market. */
export const WHOLE_MARKET = 0;

export function tradeOf(ring: RowRing, number: number): TradeView {
  const [contract, trade, sequence, at_us, price_ticks, lots, amount_micro_usd, takerSells, contract_sequence] =
    ring.row(number);
  const taker_side = takerSells === 1 ? 'SELL' : 'BUY';
  return { contract, trade, sequence, at_us, price_ticks, lots, amount_micro_usd, taker_side, contract_sequence };
}

export class TapeModel implements ReadModel {
  readonly name = 'tape';
  readonly version = 1;
  /** By contract; `WHOLE_MARKET` for all. */
  readonly tapes: RingTable;
  readonly collections: readonly RingTable[];

  constructor(retention: Retention) {
    this.tapes = new RingTable('trades', COLUMNS, (owner) =>
      owner === WHOLE_MARKET ? retention.trades_of_market : retention.trades_per_contract,
    );
    this.collections = [this.tapes];
  }

  readonly handlers: Handlers = {
    TradeExecuted: (event, record) => {
      this.append(WHOLE_MARKET, event, record);
      this.append(event.contract, event, record);
    },
  };

  forget(contract: number): void {
    this.tapes.drop(contract);
  }

  private append(owner: number, event: EventOf<'TradeExecuted'>, record: RecordContext): void {
    const ring = this.tapes.of(owner);
    const at = this.tapes.append(owner, ring);
    ring.set(at, 0, event.contract);
    ring.set(at, 1, event.trade);
    ring.set(at, 2, record.sequence);
    ring.set(at, 3, record.at_us);
    ring.set(at, 4, event.price_ticks);
    ring.set(at, 5, event.lots);
    ring.set(at, 6, event.amount_micro_usd);
    ring.set(at, 7, event.taker_side === 'SELL' ? 1 : 0);
    ring.set(at, 8, event.contract_sequence);
  }
}

// Read model: depth, the quantity and number of orders that rest at each price of each contract (L2).

import type { EventOf, Side } from '@tokenbourse/domain';
import { BookSide, type LevelRow } from '../book-side';
import type { Json } from '../documents';
import type { Handlers, ReadModel } from '../model';
import { Table } from '../table';

export class ContractDepth {
  readonly bids = new BookSide(1);
  readonly asks = new BookSide(-1);
  /** Market-data sequence number of the last event of the contract. */
  contract_sequence = 0;

  side(side: Side): BookSide {
    return side === 'BUY' ? this.bids : this.asks;
  }
}

interface DepthDocument {
  readonly contract_sequence: number;
  readonly bids: readonly LevelRow[];
  readonly asks: readonly LevelRow[];
}

function decode(json: Json): ContractDepth {
  const document = json as unknown as DepthDocument;
  const depth = new ContractDepth();
  depth.contract_sequence = document.contract_sequence;
  depth.bids.restore(document.bids);
  depth.asks.restore(document.asks);
  return depth;
}

type Carrier = { readonly contract: number; readonly contract_sequence: number };

export class DepthModel implements ReadModel {
  readonly name = 'depth';
  readonly version = 1;
  readonly depth = new Table<number, ContractDepth>('depth', {
    key: Number,
    encode: ({ contract_sequence, bids, asks }) => ({ contract_sequence, bids: bids.rows(), asks: asks.rows() }),
    decode,
  });
  readonly collections = [this.depth];

  readonly handlers: Handlers = {
    OrderAccepted: (event) => {
      const depth = this.advance(event);
      if (event.rests) depth.side(event.side).change(event.price_ticks, event.lots, 1);
    },
    TradeExecuted: (event) => this.trade(event),
    OrderBooked: (event) => this.advance(event).side(event.side).change(event.price_ticks, event.open_lots, 1),
    OrderCancelled: (event) => {
      const depth = this.advance(event);
      if (event.rested) depth.side(event.side).change(event.price_ticks, -event.cancelled_lots, -1);
    },
    OrderDecremented: (event) => {
      const depth = this.advance(event);
      if (event.rested) depth.side(event.side).change(event.price_ticks, -event.cancelled_lots, 0);
    },
    OrderAmended: (event) => {
      const side = this.advance(event).side(event.side);
      side.change(event.price_before_ticks, -event.open_before_lots, -1);
      if (event.rests) side.change(event.price_ticks, event.open_lots, 1);
    },
    ContractListed: ({ contract }) => this.depth.set(contract, new ContractDepth()),
    ContractOpened: (event) => void this.advance(event),
    ContractClosed: (event) => void this.advance(event),
  };

  book(contract: number): ContractDepth | undefined {
    return this.depth.get(contract);
  }

  top(contract: number): ContractDepth | undefined {
    return this.depth.get(contract);
  }

  forget(contract: number): void {
    this.depth.delete(contract);
  }

  private trade(event: EventOf<'TradeExecuted'>): void {
    const depth = this.advance(event);
    const makers = event.taker_side === 'BUY' ? depth.asks : depth.bids;
    makers.change(event.price_ticks, -event.lots, event.maker_open_lots === 0 ? -1 : 0);
  }

  private advance(event: Carrier): ContractDepth {
    let depth = this.depth.get(event.contract);
    if (depth === undefined) {
      depth = new ContractDepth();
      this.depth.set(event.contract, depth);
    }
    depth.contract_sequence = event.contract_sequence;
    this.depth.touch(event.contract);
    return depth;
  }
}

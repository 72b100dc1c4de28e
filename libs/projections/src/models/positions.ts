// Read model: positions: what each account has bought and sold of each contract, paid and is owed, and at what average price.

import { postings, type Bucket, type MarketEvent } from '@tokenbourse/domain';
import type { Json } from '../documents';
import { fromWide, plus, toWide, type Exact } from '../exact';
import { trade, type Holding } from '../holding';
import type { Handlers, ReadModel } from '../model';
import { PairTable } from '../pair-table';

export interface Position extends Holding {
  bought: Exact;
  sold: Exact;
  paid: Exact;
  receivable: Exact;
  settled: boolean;
}

function encode(position: Position): Json {
  const { lots, cost, bought, sold, paid, receivable, settled } = position;
  return {
    lots,
    settled,
    cost: toWide(cost),
    bought: toWide(bought),
    sold: toWide(sold),
    paid: toWide(paid),
    receivable: toWide(receivable),
  };
}

function decode(json: Json): Position {
  const document = json as Record<string, string | number | boolean>;
  const exact = (name: string): Exact => fromWide(document[name] as string);
  return {
    lots: document.lots as number,
    settled: document.settled as boolean,
    cost: exact('cost'),
    bought: exact('bought'),
    sold: exact('sold'),
    paid: exact('paid'),
    receivable: exact('receivable'),
  };
}

export class PositionsModel implements ReadModel {
  readonly name = 'positions';
  readonly version = 1;
  /** By contract and account. */
  readonly positions = new PairTable<Position>('positions', { encode, decode });
  readonly collections = [this.positions];

  readonly handlers: Handlers = {
    TradeExecuted: ({ buyer, seller, contract, lots, price_ticks }) => {
      trade(this.position(buyer, contract), lots, price_ticks);
      trade(this.position(seller, contract), -lots, price_ticks);
    },
    PositionSettled: ({ account, contract }) => {
      this.position(account, contract).settled = true;
    },
  };

  readonly every = (event: MarketEvent): void => postings(event, this.post);

  of(contract: number, account: number): Position | undefined {
    return this.positions.get(contract, account);
  }

  *ofAccount(account: number, settled?: boolean): Iterable<readonly [contract: number, position: Position]> {
    for (const contract of this.positions.outers()) {
      const position = this.positions.get(contract, account);
      if (position !== undefined && (settled === undefined || position.settled === settled)) yield [contract, position];
    }
  }

  forget(contract: number): void {
    this.positions.drop(contract);
  }

  private readonly post = (account: number, bucket: Bucket, delta: number, contract: number): void => {
    switch (bucket) {
      case 'LOTS': {
        // The net position and its cost move together, in the trade's handler.
        const position = this.position(account, contract);
        if (delta > 0) position.bought = plus(position.bought, delta);
        else position.sold = plus(position.sold, -delta);
        return;
      }
      case 'PAID': {
        const position = this.position(account, contract);
        position.paid = plus(position.paid, delta);
        return;
      }
      case 'RECEIVABLE': {
        const position = this.position(account, contract);
        position.receivable = plus(position.receivable, delta);
        return;
      }
      default:
        return;
    }
  };

  private position(account: number, contract: number): Position {
    let position = this.positions.get(contract, account);
    if (position === undefined) {
      position = { lots: 0, cost: 0, bought: 0, sold: 0, paid: 0, receivable: 0, settled: false };
      this.positions.set(contract, account, position);
    }
    this.positions.touch(contract, account);
    return position;
  }
}

// What a batch of records changed, as operations of the write scripts.

import type { MarketModels, ReadStore, RingTable } from '@tokenbourse/projections';
import { GROUPS, HASHES, RINGS, idField, type GroupName, type RingName } from './layout';

type Keys = Iterable<string>;
type Take = (collection: string, keys: Keys) => void;

/** Collects operations; those of one kind on one key become one. */
export class Operations {
  private readonly byKey = new Map<string, (string | number)[]>();
  /** Number of arguments so far. */
  size = 0;

  /** @param head arguments that stand once before all others */
  add(name: string, key: string, args: readonly (string | number)[], head: readonly (string | number)[] = []): void {
    const at = `${name} ${key} ${head.join(' ')}`;
    let operation = this.byKey.get(at);
    if (operation === undefined) {
      operation = [name, key, 0, ...head];
      this.byKey.set(at, operation);
      this.size += operation.length;
    }
    for (const arg of args) operation.push(arg);
    this.size += args.length;
  }

  args(): (string | number)[] {
    const args: (string | number)[] = [];
    for (const operation of this.byKey.values()) {
      operation[2] = operation.length - 3;
      for (const arg of operation) args.push(arg);
    }
    return args;
  }
}

export class Writes {
  readonly operations = new Operations();
  private readonly takes = new Map<string, Take>();
  private readonly goneContracts = new Set<string>();
  private readonly sellers = new Set<number>();

  /** @param base what was folded up to this record is in the store already */
  constructor(
    private readonly models: MarketModels,
    private readonly store: ReadStore,
    private readonly base: number,
  ) {
    for (const [group, collections] of Object.entries(GROUPS)) {
      for (const collection of collections) this.takes.set(collection, this.keep(group as GroupName));
    }
    const { tape, candles, fills, ledger } = models;
    const rings: { readonly [R in RingName]: RingTable } = {
      trades: tape.tapes,
      contract_candles: candles.ofContracts,
      tier_candles: candles.ofTiers,
      fills: fills.fills,
      ledger: ledger.movements,
    };
    for (const name of RINGS) this.takes.set(name, this.rows(rings[name]));
    for (const name of HASHES) this.takes.set(name, this.hash(name));
    this.takes.set('depth', this.depth);
    this.takes.set('positions', this.positions);
    this.takes.set('orders', this.orders);
    this.takes.set('rejected_orders', this.rejectedOrders);
    this.takes.set('cash_movements', this.cashMovements);
    this.takes.set('rejected_cash_movements', this.underCommandId('cash_movement_ids'));
    this.takes.set('command_outcomes', this.underCommandId('command_outcome_ids'));
  }

  /** Takes the documents of a collection that changed; those that only the fold needs are left out. */
  take(collection: string, keys: Keys): void {
    this.takes.get(collection)?.(collection, keys);
  }

  /** To be called when all was taken. */
  args(): (string | number)[] {
    for (const contract of this.goneContracts) {
      this.operations.add('UNLINK', `orders:${contract}`, []);
      this.operations.add('UNLINK', `client_order_ids:${contract}`, []);
    }
    if (this.goneContracts.size > 0) this.trimLists();
    for (const account of this.sellers) {
      const sells = JSON.stringify([...this.models.orders.openSells(account)]);
      this.operations.add('HSET', 'open_sells', [account, sells]);
    }
    return this.operations.args();
  }

  private text(collection: string, key: string): string | undefined {
    const value = this.store.document(collection, key);
    return value === undefined ? undefined : JSON.stringify(value);
  }

  private keep(group: GroupName): Take {
    return (collection, keys) => {
      for (const key of keys) {
        this.operations.add('KEEP', group, [key, this.text(collection, key) ?? ''], [group, collection]);
        if (collection === 'factories') this.sellers.add(Number(key));
      }
    };
  }

  private hash(name: string): Take {
    return (collection, keys) => {
      for (const key of keys) {
        const text = this.text(collection, key);
        if (text === undefined) this.operations.add('HDEL', name, [key]);
        else this.operations.add('HSET', name, [key, text]);
      }
    };
  }

  /** Changed rows of an owner are its newest ones, without gaps; those that a full ring has let go change nothing but its first. */
  private rows(table: RingTable): Take {
    return (collection, keys) => {
      const from = new Map<number, number>();
      for (const key of keys) {
        const slash = key.indexOf('/');
        const owner = Number(key.slice(0, slash));
        const number = Number(key.slice(slash + 1));
        const { first = 0, next = 0 } = table.get(owner) ?? {};
        from.set(owner, Math.min(number < first ? next : number, from.get(owner) ?? Infinity));
      }
      for (const [owner, number] of from) {
        const ring = table.get(owner);
        if (ring === undefined) {
          this.operations.add('UNLINK', `${collection}:${owner}`, []);
          this.operations.add('HDEL', `${collection}:next`, [owner]);
          continue;
        }
        const rows: string[] = [];
        for (let row = number; row < ring.next; row++) rows.push(JSON.stringify(ring.row(row)));
        const head = [`${collection}:next`, owner, ring.first, number];
        this.operations.add('ROWS', `${collection}:${owner}`, rows, head);
      }
    };
  }

  private readonly depth: Take = (_, keys) => {
    for (const key of keys) {
      const book = this.models.depth.book(Number(key));
      if (book === undefined) {
        for (const name of ['depth', 'depth_top']) this.operations.add('HDEL', name, [key]);
        continue;
      }
      const { contract_sequence } = book;
      const [bids, asks] = [book.bids.rows(), book.asks.rows()];
      const top = { contract_sequence, bids: bids.slice(-1), asks: asks.slice(-1) };
      this.operations.add('HSET', 'depth', [key, JSON.stringify({ contract_sequence, bids, asks })]);
      this.operations.add('HSET', 'depth_top', [key, JSON.stringify(top)]);
    }
  };

  private readonly positions: Take = (collection, keys) => {
    for (const key of keys) {
      const [contract, account] = key.split('/').map(Number);
      const settled = this.models.positions.of(contract, account)?.settled;
      const text = this.text(collection, key);
      const [open, over] = [`positions:${account}`, `settled_positions:${account}`];
      if (text !== undefined) this.operations.add('HSET', settled ? over : open, [contract, text]);
      if (settled !== false) this.operations.add('HDEL', open, [contract]);
      if (text === undefined) this.operations.add('HDEL', over, [contract]);
    }
  };

  private readonly orders: Take = (_, keys) => {
    for (const key of keys) {
      const slash = key.indexOf('/');
      const [contract, order] = [key.slice(0, slash), Number(key.slice(slash + 1))];
      const orders = this.models.orders.of(Number(contract));
      if (orders === undefined) this.goneContracts.add(contract);
      else if (orders.has(order)) this.order(contract, order);
    }
  };

  private order(contract: string, order: number): void {
    const { operations, models, base } = this;
    const orders = models.orders.of(Number(contract))!;
    const account = orders.account(order);
    operations.add('HSET', `orders:${contract}`, [order, JSON.stringify(orders.row(order))]);
    const isNew = orders.columns.sequence[order] > base;
    const id = orders.clientOrderId(order);
    if (isNew && id !== '') {
      operations.add('HSET', `client_order_ids:${contract}`, [`${account}/${idField(id)}`, order]);
    }
    const sells = orders.sells(order);
    const tier = models.contracts.contracts.get(Number(contract))?.tier ?? 0;
    const member = `${contract}/${order}/${sells ? 'SELL' : 'BUY'}/${tier}`;
    const state = orders.state(order);
    if (state !== 'OPEN') {
      if (base > 0) operations.add('ZREM', `account_orders:OPEN:${account}`, [member]);
      operations.add('ZADD', `account_orders:${state}:${account}`, [orders.accountNumber(order), member]);
    } else if (isNew) {
      operations.add('ZADD', `account_orders:OPEN:${account}`, [orders.accountNumber(order), member]);
    }
    if (sells && models.directory.factories.has(account)) this.sellers.add(account);
  }

  /** The orders of contracts that are gone leave their accounts' lists as they do in the model: from the beginning. */
  private trimLists(): void {
    for (const [account, { first }] of this.models.orders.lists()) {
      if (first === 1) continue;
      for (const state of ['OPEN', 'FILLED', 'CANCELLED']) {
        this.operations.add('TRIM', `account_orders:${state}:${account}`, [first]);
      }
    }
  }

  private readonly rejectedOrders: Take = (collection, keys) => {
    this.indexed(collection, keys, 'rejected_order_ids', (json) => {
      const { account, contract, client_order_id } = json as {
        account: number;
        contract: number;
        client_order_id: string;
      };
      return `${account}/${contract}/${idField(client_order_id)}`;
    });
  };

  private readonly cashMovements: Take = (collection, keys) => {
    this.underCommandId('cash_movement_ids')(collection, keys);
    for (const key of keys) {
      const { account } = this.store.document(collection, key) as { account: number };
      this.operations.add('ZADD', `cash_movements_of:${account}`, [key, key]);
    }
  };

  private underCommandId(index: string): Take {
    return (collection, keys) =>
      this.indexed(collection, keys, index, (json) => {
        const { account, command_id } = json as { account: number; command_id: string };
        return `${account}/${idField(command_id)}`;
      });
  }

  private indexed(collection: string, keys: Keys, index: string, fieldOf: (json: object) => string): void {
    for (const key of [...keys].sort((a, b) => Number(a) - Number(b))) {
      const value = this.store.document(collection, key);
      if (value === undefined) this.operations.add('UNINDEX', collection, [key], [index]);
      else this.operations.add('INDEX', collection, [key, fieldOf(value as object), JSON.stringify(value)], [index]);
    }
  }
}

// For tests: the engine and its twin side by side. Both get the same commands at the same stamps; they must write the same
// records, event by event, and come to the same balances, positions and books.

import { isDeepStrictEqual } from 'node:util';

import {
  HOUR_US,
  type Command,
  type CommandOf,
  type EventOf,
  type LogRecord,
  type RejectionCode,
} from '@tokenbourse/domain';
import { Engine, MarketState } from '@tokenbourse/engine';
import { NONE } from '@tokenbourse/matching';

import { OPEN_MARKET, RecordArray, START_US } from '../../engine/testing/market-fixture';
import { openLots, type Contract } from '../src/market';
import { freeCash, holdOf } from '../src/money';
import { Twin } from '../src/twin';

/** A market with little in it, so that histories meet often: three tiers, two zones, three windows. */
export const SMALL_MARKET: CommandOf<'OpenMarket'> = {
  ...OPEN_MARKET,
  horizon_us: 3 * HOUR_US,
  open_lead_us: 2 * HOUR_US,
  tiers: OPEN_MARKET.tiers.slice(0, 3),
};

export type Dropped = Omit<EventOf<'CommandsDropped'>, 'type'>;

/** The engine and the twin have told different stories. */
export class Disagreement extends Error {
  constructor(what: string, engine: unknown, twin: unknown) {
    super(`${what}\nengine: ${text(engine)}\ntwin:   ${text(twin)}`);
  }
}

export class Pair {
  readonly twin = new Twin();
  readonly state = new MarketState();
  private readonly log = new RecordArray(this.state);
  private readonly engine = new Engine(this.state, this.log);
  private compared = 0;
  nowUs = START_US;

  get records(): readonly LogRecord[] {
    return this.twin.records;
  }

  /** The log as the engine wrote it, in its binary form. */
  bytes(): Uint8Array {
    return this.log.bytes();
  }

  execute(command: Command): void {
    this.engine.execute(command, this.nowUs);
    this.twin.execute(command, this.nowUs);
    this.compare();
  }

  refuse(command: Command, code: RejectionCode): void {
    this.engine.refuse(command, code, this.nowUs);
    this.twin.refuse(command, code, this.nowUs);
    this.compare();
  }

  pass(dropped: Dropped): void {
    this.engine.pass(dropped, this.nowUs);
    this.twin.pass(dropped, this.nowUs);
    this.compare();
  }

  runDue(): void {
    this.engine.runDue(this.nowUs);
    this.twin.runDue(this.nowUs);
    this.compare();
  }

  /** The next slice of unfinished work; false if there is none. */
  work(): boolean {
    const worked = this.engine.work(this.nowUs);
    same('whether there was work', worked, this.twin.work(this.nowUs));
    this.compare();
    return worked;
  }

  /** Lets time pass, and does what falls due, to the end. */
  advance(us: number): void {
    this.nowUs += us;
    this.runDue();
    while (this.work());
  }

  private compare(): void {
    const { records } = this.log;
    for (; this.compared < records.length; this.compared++) this.compareRecord(this.compared);
    same('number of records', records.length, this.twin.records.length);
    // An order that has closed may wake the engine in vain, never late.
    const due = this.twin.nextDueUs();
    if (this.engine.nextDueUs() > due) throw new Disagreement('next due', this.engine.nextDueUs(), due);
    this.compareAccounts();
    for (const contract of this.twin.market.contracts) this.compareContract(contract);
  }

  private compareRecord(index: number): void {
    const [engine, twin] = [this.log.records[index]!, this.twin.records[index]];
    const number = `record ${index + 1}`;
    for (const [i, event] of engine.events.entries()) same(`${number}, event ${i + 1}`, event, twin?.events[i]);
    same(number, engine, twin);
  }

  private compareAccounts(): void {
    const { accounts } = this.state;
    const { market } = this.twin;
    same('accounts', accounts.last, market.accounts.length - 1);
    for (const account of market.accounts) {
      const orders = market.orders.filter((order) => order.account === account);
      const held = orders.reduce((sum, order) => sum + holdOf(order), 0n);
      const { number } = account;
      same(`free cash of ${number}`, accounts.available.get(number), freeCash(market, account));
      same(`held cash of ${number}`, accounts.held.get(number), held);
      same(`open orders of ${number}`, accounts.openOrders(number), orders.length);
    }
  }

  private compareContract(contract: Contract): void {
    const known = this.state.contracts.get(contract.number)!;
    const { book, holdings } = known;
    for (const { account, lots, paid, receivable, settled } of contract.positions) {
      if (settled) continue;
      const holder = holdings.find(account.number);
      const position = [holdings.lots(holder), holdings.paid.get(holder), holdings.receivable.get(holder)];
      same(`position of ${account.number} in ${contract.number}`, position, [lots, paid, receivable]);
    }
    for (const side of ['BUY', 'SELL'] as const) {
      const queue: QueuedOrder[] = [];
      for (let slot = book.best(side); slot !== NONE && queue.length <= book.size; slot = book.after(slot)) {
        queue.push([book.number(slot), book.price(slot), book.open(slot)]);
      }
      same(`${side} side of ${contract.number}`, queue, queueOf(contract, side));
    }
  }
}

type QueuedOrder = [number: number, price: number, open: number];

/** The resting orders of a side, as they are served. */
function queueOf(contract: Contract, side: 'BUY' | 'SELL'): QueuedOrder[] {
  const sign = side === 'BUY' ? -1 : 1;
  return contract.orders
    .filter((order) => order.side === side && order.place > 0)
    .sort((a, b) => sign * (a.price - b.price) || a.place - b.place)
    .map((order) => [order.number, order.price, openLots(order)]);
}

function same(what: string, engine: unknown, twin: unknown): void {
  if (!isDeepStrictEqual(engine, twin)) throw new Disagreement(what, engine, twin);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part), 1);
}

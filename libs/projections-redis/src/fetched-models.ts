// Models that know only what was fetched for one question, and remember what the question asked for in vain.
//
// A question is asked of them, what it missed is fetched, and it is asked again, until it misses nothing: its answer then rests on
// documents of one position, whatever it reads. So the answers are those of the models in memory, and need no second program.

import {
  NO_CASH,
  NO_TOTALS,
  RowRing,
  type AccountPosition,
  type AnswerModels,
  type Balance,
  type CashMovementView,
  type ContractDepth,
  type CashTotals,
  type CommandOutcomeView,
  type MarketCash,
  type OrderCounts,
  type RingTable,
  type Source,
  type Trading,
} from '@tokenbourse/projections';
import { idField, type GroupName } from './layout';
import { FetchedOrders } from './fetched-orders';
import type { PageHint } from './page-hint';
import type { Replica } from './replica';

/** What is read by one operation of the script: its name, the number of arguments, they. */
export type Want = readonly (string | number)[];

/** Below this number stand all rows. */
const ALL = Number.MAX_SAFE_INTEGER;

export class FetchedModels implements AnswerModels {
  readonly wants = new Map<string, Want>();
  readonly groups = new Set<GroupName>();
  /** The question read something that was not fetched: its answer is none. */
  missed = false;
  /** A ring was fetched in part, and there are older rows. */
  cut = false;
  readonly orders: FetchedOrders;

  /** @param results by the want's text, of one position */
  constructor(
    private readonly replica: Replica,
    private readonly results: ReadonlyMap<string, unknown>,
    private readonly page: PageHint,
    private readonly rows: number,
  ) {
    this.orders = new FetchedOrders(this, page);
  }

  /** The result of a want; undefined while it has none. */
  want<T>(name: string, ...args: (string | number)[]): T | undefined {
    const text = `${name}\n${args.join('\n')}`; // ids are told in JSON, which has no line breaks
    this.wants.set(text, [name, args.length, ...args]);
    const result = this.results.get(text) as T | undefined;
    if (result === undefined) this.missed = true;
    return result;
  }

  document(collection: string, key: string | number, hash = collection): unknown {
    const [text] = this.want<string[]>('FIELDS', hash, key) ?? [''];
    return text === '' ? undefined : this.replica.decode(collection, String(key), text);
  }

  get market() {
    return this.reference.market;
  }
  get directory() {
    return this.reference.directory;
  }
  get contracts() {
    return this.reference.contracts;
  }
  get factoryUse() {
    return this.reference.factoryUse;
  }
  get offers() {
    this.groups.add('offers');
    return this.replica.models.offers;
  }
  get valueSplit() {
    this.groups.add('split');
    return this.replica.models.valueSplit;
  }

  readonly depth = {
    book: (contract: number) => this.document('depth', contract) as ContractDepth | undefined,
    top: (contract: number) => this.document('depth', contract, 'depth_top') as ContractDepth | undefined,
  };

  readonly trading = ((models) => ({
    ofContracts: models.source<Trading>('contract_trading'),
    ofTiers: models.source<Trading>('tier_trading'),
    ofMarket: models.source<Trading>('market_trading'),
    get orderCounts(): OrderCounts {
      return (models.document('order_counts', 1) as OrderCounts | undefined) ?? { accepted: 0, rejected: 0 };
    },
  }))(this);

  readonly candles = {
    ofContracts: this.ring(() => this.replica.models.candles.ofContracts),
    ofTiers: this.ring(() => this.replica.models.candles.ofTiers),
    minutesOfTier: (tier: number): RowRing | undefined => {
      const series = this.replica.models.candles.seriesOfMinutes(tier);
      const [text] = this.want<string[]>('MINUTES', series) ?? [];
      return text === undefined ? undefined : ringOf(this.replica.models.candles.ofTiers, 1, text);
    },
  };
  readonly tape = { tapes: this.ring(() => this.replica.models.tape.tapes) };
  readonly fills = { fills: this.ring(() => this.replica.models.fills.fills) };
  readonly ledger = { movements: this.ring(() => this.replica.models.ledger.movements) };

  readonly balances = ((models) => ({
    accounts: models.source<Balance>('balances'),
    get marketCash(): MarketCash {
      return (models.document('market_cash', 1) as MarketCash | undefined) ?? NO_CASH;
    },
    get totals(): CashTotals {
      return (models.document('cash_totals', 1) as CashTotals | undefined) ?? NO_TOTALS;
    },
  }))(this);

  readonly positions = {
    of: (contract: number, account: number): AccountPosition | undefined => {
      const [text] = this.want<string[]>('POSITION', account, contract) ?? [];
      return text === undefined ? undefined : this.position(contract, account, text);
    },
    ofAccount: (account: number, settled?: boolean): (readonly [number, AccountPosition])[] => {
      const which = settled === undefined ? 'ALL' : settled ? 'SETTLED' : 'OPEN';
      const found = this.want<string[]>('POSITIONS', account, which) ?? [];
      const positions: [number, AccountPosition][] = [];
      for (let at = 0; at < found.length; at += 2) {
        const contract = Number(found[at]);
        positions.push([contract, this.position(contract, account, found[at + 1])]);
      }
      return positions;
    },
  };

  readonly cash = {
    of: (account: number): readonly number[] => this.movementsOf(account).map(({ sequence }) => sequence),
    accepted: { get: (sequence: number): CashMovementView | undefined => this.movements.get(sequence) },
    byCommandId: (account: number, commandId: string): CashMovementView | undefined => {
      const field = `${account}/${idField(commandId)}`;
      const [text] =
        this.want<string[]>('INDEXED', 'cash_movement_ids', field, 'cash_movements', 'rejected_cash_movements') ?? [];
      return text === undefined ? undefined : (JSON.parse(text) as CashMovementView);
    },
  };
  readonly outcomes = {
    byCommandId: (account: number, commandId: string): CommandOutcomeView | undefined => {
      const field = `${account}/${idField(commandId)}`;
      const [text] = this.want<string[]>('INDEXED', 'command_outcome_ids', field, 'command_outcomes') ?? [];
      return text === undefined ? undefined : (JSON.parse(text) as CommandOutcomeView);
    },
  };
  private readonly movements = new Map<number, CashMovementView>();

  private get reference() {
    this.groups.add('reference');
    return this.replica.models;
  }

  private source<V>(collection: string): Source<V> {
    return { get: (key) => this.document(collection, key) as V | undefined };
  }

  private ring(tableOf: () => RingTable): Source<RowRing> {
    return {
      get: (owner) => {
        const table = tableOf();
        const count = Math.min(this.page.count * this.rows, ALL);
        const found = this.want<readonly [number, number, string]>(
          'ROWS',
          table.name,
          owner,
          this.page.below ?? ALL,
          count,
        );
        const [first, lower, text] = found ?? [];
        if (text === undefined) return undefined;
        if (lower! > first!) this.cut = true;
        return ringOf(table, lower!, text);
      },
    };
  }

  private position(contract: number, account: number, text: string): AccountPosition {
    return this.replica.decode('positions', `${contract}/${account}`, text) as AccountPosition;
  }

  private movementsOf(account: number): CashMovementView[] {
    const { below, count } = this.page;
    const bound = below === undefined ? '+inf' : `(${below}`;
    const texts = this.want<string[]>('CASH_MOVEMENTS', account, bound, count) ?? [];
    const found = texts.map((text) => JSON.parse(text) as CashMovementView).reverse();
    for (const movement of found) this.movements.set(movement.sequence, movement);
    return found;
  }
}

/** The rows as they are, the first of them with the number `first`. */
function ringOf({ columns }: RingTable, first: number, text: string): RowRing {
  const rows = JSON.parse(text) as number[][];
  const ring = new RowRing(columns.length, Math.max(1, rows.length));
  ring.restore(first, Float64Array.from(rows.flat()));
  return ring;
}

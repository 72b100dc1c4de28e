// Read model: the value split: who gets which part of what is paid for tokens, per contract, by VALUE_SPLIT_RULE_V1.
//
// What is booked adds up to what the final holders paid: a factory's sale is divided over the chain, a resale books the
// reseller's margin only, a factory's buy-back takes its share of the production back.

import { SPLIT_RULE_VERSION, type EventOf } from '@tokenbourse/domain';
import type { Json } from '../documents';
import { UnfoldableRecord } from '../errors';
import { fromWide, minus, plus, toWide, type Exact } from '../exact';
import { holdingForm, trade, type Holding } from '../holding';
import type { Handlers, ReadModel, RecordContext } from '../model';
import { PairTable } from '../pair-table';
import { SPLIT_LINKS, type SplitLink } from '../queries';
import type { Retention } from '../retention';
import { integerParts, prepare, type Parts, type PreparedFigures, type ProductionFigures } from '../split-parts';
import { Table, plainByNumber, type TableForm } from '../table';

export type SplitSums = { [L in SplitLink]: Exact } & { exchange_fee: Exact; produced: Exact; resold: Exact };

const SUMS = [...SPLIT_LINKS, 'exchange_fee', 'produced', 'resold'] as const;

/** The sums of one contract, or of the rolled-up contracts of one tier and zone (contract 0). */
export interface SplitDocument {
  readonly contract: number;
  readonly contract_id: string;
  readonly tier: number;
  readonly zone: number;
  readonly window_start_at_us: number;
  readonly sums: SplitSums;
}

interface FactoryFigures {
  readonly yields: readonly { readonly tier: number; readonly joules_per_mtok: number; readonly licence_ppm: number }[];
  readonly power_micro_usd_per_mwh: number;
  readonly equipment_micro_usd_per_mwh: number;
  readonly facility_micro_usd_per_mwh: number;
}

export function noSums(): SplitSums {
  return Object.fromEntries(SUMS.map((name) => [name, 0])) as unknown as SplitSums;
}

export function addSums(to: SplitSums, from: SplitSums): void {
  for (const name of SUMS) to[name] = plus(to[name], from[name]);
}

const splitForm: TableForm<number, SplitDocument> = {
  key: Number,
  encode: ({ sums, ...rest }) => ({
    ...rest,
    sums: Object.fromEntries(SUMS.map((name) => [name, toWide(sums[name])])),
  }),
  decode: (json: Json) => {
    const document = json as unknown as Omit<SplitDocument, 'sums'> & { sums: { [name: string]: string } };
    const sums = Object.fromEntries(SUMS.map((name) => [name, fromWide(document.sums[name])])) as unknown as SplitSums;
    return { ...document, sums };
  },
};

/** Key of what was rolled up: tiers and zones are few, and below 2^16 each. */
const rolledKey = (tier: number, zone: number): number => tier * 0x1_0000 + zone;

export class ValueSplitModel implements ReadModel {
  readonly name = 'value_split';
  readonly version = 1;
  readonly contracts = new Table<number, SplitDocument>('split_contracts', splitForm);
  /** By tier and zone: contracts beyond the retention. */
  readonly rolledUp = new Table<number, SplitDocument>('split_rolled_up', splitForm);
  /** By contract and account. */
  private readonly holdings = new PairTable<Holding>('split_holdings', holdingForm);
  private readonly factories = new Table<number, FactoryFigures>('split_figures', plainByNumber());
  private readonly rules = new Table<number, number>('split_rule_version', plainByNumber());
  readonly collections = [this.contracts, this.rolledUp, this.holdings, this.factories, this.rules];
  /** Figures made ready for the fold, by account and tier. */
  private readonly prepared = new Map<number, Map<number, PreparedFigures>>();
  private readonly parts: Parts = { power: 0, equipment: 0, facility: 0, cloud_operator: 0, model_licence: 0 };

  constructor(private readonly retention: Retention) {}

  readonly handlers: Handlers = {
    TradeExecuted: (event, record) => this.traded(event, record),
    ContractListed: ({ contract, contract_id, tier, zone, window_start_at_us }) =>
      this.contracts.set(contract, { contract, contract_id, tier, zone, window_start_at_us, sums: noSums() }),
    FactoryRegistered: ({ type: _, ...event }) => this.setFigures(event.account, event),
    FactoryCostsSet: ({ type: _, account, ...costs }) => {
      const before = this.factories.get(account);
      if (before !== undefined) this.setFigures(account, { ...before, ...costs });
    },
    SplitRuleSet: ({ version }, { sequence }) => {
      if (version !== SPLIT_RULE_VERSION) {
        const wrong = `the split rule has version ${version}; this program divides by version ${SPLIT_RULE_VERSION}`;
        throw new UnfoldableRecord(sequence, wrong);
      }
      this.rules.set(1, version);
    },
  };

  /** Version of the rule in force; null before there is one. */
  get ruleVersion(): number | null {
    return this.rules.get(1) ?? null;
  }

  /** The contract's split stays, its holdings go; the oldest splits are rolled up when there are too many. */
  forget(contract: number): void {
    this.holdings.drop(contract);
    while (this.contracts.size > this.retention.split_contracts) {
      const [oldest] = this.contracts.keys();
      if (oldest > contract) return;
      this.rollUp(oldest);
    }
  }

  loaded(): void {
    for (const [account, figures] of this.factories.pairs()) this.prepareFigures(account, figures);
  }

  private traded(event: EventOf<'TradeExecuted'>, record: RecordContext): void {
    const { contract, lots, price_ticks: price } = event;
    const split = this.contracts.get(contract);
    if (split === undefined) throw new UnfoldableRecord(record.sequence, `contract ${contract} was never listed`);
    if (this.rules.size === 0)
      throw new UnfoldableRecord(record.sequence, 'a trade, and no split rule was set before it');
    const { sums } = split;
    const seller = this.holding(contract, event.seller);
    const held = Math.min(lots, Math.max(0, seller.lots));
    const costReleased = trade(seller, -lots, price);
    if (held > 0) {
      // Of a position that turns from long to short only the long part was closed.
      sums.reseller = plus(sums.reseller, minus(price * held, costReleased));
      sums.resold = plus(sums.resold, held);
    }
    if (held < lots) this.produced(sums, split.tier, event.seller, lots - held, price, 1, record);
    const buyer = this.holding(contract, event.buyer);
    const returned = Math.min(lots, Math.max(0, -buyer.lots));
    trade(buyer, lots, price);
    if (returned > 0) this.produced(sums, split.tier, event.buyer, returned, price, -1, record);
    sums.exchange_fee = plus(sums.exchange_fee, event.buyer_fee_micro_usd + event.seller_fee_micro_usd);
    this.contracts.touch(contract);
  }

  /** Books a production (`sign` 1), or takes one back (`sign` -1). */
  private produced(
    sums: SplitSums,
    tier: number,
    account: number,
    lots: number,
    price: number,
    sign: 1 | -1,
    { sequence }: RecordContext,
  ): void {
    const figures = this.prepared.get(account)?.get(tier);
    if (figures === undefined) {
      throw new UnfoldableRecord(
        sequence,
        `account ${account} sold ${lots} lots of tier ${tier} that it neither held nor makes`,
      );
    }
    const parts = integerParts(price * lots, lots, figures, this.parts);
    const book = sign === 1 ? plus : minus;
    sums.power = book(sums.power, parts.power);
    sums.equipment = book(sums.equipment, parts.equipment);
    sums.facility = book(sums.facility, parts.facility);
    sums.cloud_operator = book(sums.cloud_operator, parts.cloud_operator);
    sums.model_licence = book(sums.model_licence, parts.model_licence);
    sums.produced = book(sums.produced, lots);
  }

  private holding(contract: number, account: number): Holding {
    let holding = this.holdings.get(contract, account);
    if (holding === undefined) {
      holding = { lots: 0, cost: 0 };
      this.holdings.set(contract, account, holding);
    }
    this.holdings.touch(contract, account);
    return holding;
  }

  private setFigures(account: number, event: FactoryFigures): void {
    const { yields, power_micro_usd_per_mwh, equipment_micro_usd_per_mwh, facility_micro_usd_per_mwh } = event;
    const figures = { yields, power_micro_usd_per_mwh, equipment_micro_usd_per_mwh, facility_micro_usd_per_mwh };
    this.factories.set(account, figures);
    this.prepareFigures(account, figures);
  }

  private prepareFigures(account: number, { yields, ...costs }: FactoryFigures): void {
    const byTier = yields.map(({ tier, joules_per_mtok, licence_ppm }): [number, PreparedFigures] => {
      const figures: ProductionFigures = { joules_per_mtok, licence_ppm, ...costs };
      return [tier, prepare(figures)];
    });
    this.prepared.set(account, new Map(byTier));
  }

  private rollUp(contract: number): void {
    const { tier, zone, sums } = this.contracts.get(contract) as SplitDocument;
    const key = rolledKey(tier, zone);
    if (!this.rolledUp.has(key)) {
      this.rolledUp.set(key, { contract: 0, contract_id: '', tier, zone, window_start_at_us: 0, sums: noSums() });
    }
    addSums((this.rolledUp.get(key) as SplitDocument).sums, sums);
    this.rolledUp.touch(key);
    this.contracts.delete(contract);
  }
}

// The figures of a run: what its read models and its tally say, in the units and names of the API.

import {
  LOTS_PER_MTOK,
  MICRO_USD_PER_USD,
  MILLIJOULES_PER_MWH,
  TICKS_PER_USD,
  TOKENS_PER_LOT,
  formatInstant,
} from '@tokenbourse/domain';
import type { FactoryView, ReadModels, SplitRow } from '@tokenbourse/projections';
import { SPLIT_LINKS, type SplitLink } from '@tokenbourse/projections';
import { Decimal } from 'decimal.js';

import type { EnergyTally, RunTally } from './run-tally';

export interface TierFigures {
  readonly tier: string;
  readonly trades: number;
  readonly quantity_mtok: string;
  readonly amount_usd: string;
  /** Null where nothing was traded. */
  readonly first_usd_per_mtok: string | null;
  readonly last_usd_per_mtok: string | null;
  readonly low_usd_per_mtok: string | null;
  readonly high_usd_per_mtok: string | null;
  readonly vwap_usd_per_mtok: string | null;
  readonly tokens_per_usd: string | null;
  /** What the trace's requests would use, at the run's scale; null without a trace. */
  readonly demand_mtok: string | null;
}

export interface PowerFigures {
  readonly factory: string;
  readonly hardware: string;
  readonly power_mw: string;
  readonly windows: number;
  readonly budget_mwh: string;
  readonly sold_mwh: string;
  /** Sold, and on offer when the gate closed. */
  readonly offered_mwh: string;
  readonly perished_mwh: string;
  readonly sold_share: string;
}

export type SplitFigures = {
  readonly [L in SplitLink as `${L}_usd`]: string;
} & {
  /** Null for the total. */
  readonly tier: string | null;
  readonly payment_usd: string;
  readonly exchange_fee_usd: string;
};

export interface RunFigures {
  readonly started_at: string;
  readonly ended_at: string;
  readonly windows_ended: number;
  readonly contracts_settled: number;
  readonly commands: number;
  readonly records: number;
  readonly events: number;
  readonly orders: number;
  readonly offers: number;
  readonly amendments: number;
  readonly cancellations: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly trades: number;
  readonly tiers: readonly TierFigures[];
  readonly power: readonly PowerFigures[];
  readonly value_split: { readonly total: SplitFigures; readonly tiers: readonly SplitFigures[] };
  readonly cash: {
    readonly deposits_usd: string;
    readonly withdrawals_usd: string;
    readonly available_usd: string;
    readonly held_usd: string;
    readonly escrow_usd: string;
    readonly fees_usd: string;
  };
  readonly state_hash: string;
}

export interface FiguresTerms {
  readonly models: ReadModels;
  readonly tally: RunTally;
  readonly startUs: number;
  readonly endUs: number;
  readonly commands: number;
  readonly stateHash: string;
  /** Demand in lots by tier number; undefined without a trace. */
  readonly demandLots?: (tier: number) => number;
}

const usd = (microUsd: string): string => new Decimal(microUsd).div(MICRO_USD_PER_USD).toFixed(6);
const mtok = (lots: string | number): string => new Decimal(lots).div(LOTS_PER_MTOK).toFixed(3);
const price = (ticks: string | number): string => new Decimal(ticks).div(TICKS_PER_USD).toFixed(3);
const mwh = (millijoules: bigint): string => new Decimal(millijoules.toString()).div(MILLIJOULES_PER_MWH).toFixed(6);
const priceOrNull = (ticks: string | number | null | undefined): string | null => {
  return ticks === null || ticks === undefined ? null : price(ticks);
};

/** Adds a finished run up; the read models must have seen its last record. */
export async function figuresOf(terms: FiguresTerms): Promise<RunFigures> {
  const { models, tally } = terms;
  const { data: totals } = await models.totals();
  const { data: split } = await models.valueSplit({ group_by: 'tier' });
  const { data: factories } = await models.factories({ limit: 1_000 });
  return {
    started_at: formatInstant(terms.startUs),
    ended_at: formatInstant(terms.endUs),
    windows_ended: tally.endedWindows,
    contracts_settled: tally.settledContracts,
    commands: terms.commands,
    records: tally.records,
    events: tally.events,
    orders: tally.ordersAccepted,
    offers: tally.offers,
    amendments: tally.amends,
    cancellations: tally.cancels,
    refusals: Object.fromEntries([...tally.refusals].sort(([a], [b]) => (a < b ? -1 : 1))),
    trades: tally.trades,
    tiers: await tierFigures(terms),
    power: factories.map((factory) => powerFigures(factory, tally.energy.get(factory.account))),
    value_split: { total: splitFigures(split.total), tiers: split.rows.map(splitFigures) },
    cash: {
      deposits_usd: usd(totals.deposits_micro_usd),
      withdrawals_usd: usd(totals.withdrawals_micro_usd),
      available_usd: usd(totals.available_micro_usd),
      held_usd: usd(totals.held_micro_usd),
      escrow_usd: usd(totals.escrow_micro_usd),
      fees_usd: usd(totals.fees_micro_usd),
    },
    state_hash: terms.stateHash,
  };
}

async function tierFigures({ models, tally, demandLots }: FiguresTerms): Promise<TierFigures[]> {
  const { data: prices } = await models.prices();
  return prices.tiers.map(({ tier, tier_name, last_price_ticks, since_start }) => {
    const { trades, volume_lots, amount_micro_usd, vwap_ticks } = since_start;
    const range = tally.tiers.get(tier);
    const amountUsd = new Decimal(amount_micro_usd).div(MICRO_USD_PER_USD);
    return {
      tier: tier_name,
      trades,
      quantity_mtok: mtok(volume_lots),
      amount_usd: usd(amount_micro_usd),
      first_usd_per_mtok: priceOrNull(range?.firstTicks),
      last_usd_per_mtok: priceOrNull(last_price_ticks),
      low_usd_per_mtok: priceOrNull(range?.lowTicks),
      high_usd_per_mtok: priceOrNull(range?.highTicks),
      vwap_usd_per_mtok: vwap_ticks === null ? null : price(vwap_ticks),
      tokens_per_usd: amountUsd.isZero()
        ? null
        : new Decimal(volume_lots).mul(TOKENS_PER_LOT).div(amountUsd).toFixed(0),
      demand_mtok: demandLots ? mtok(Math.round(demandLots(tier))) : null,
    };
  });
}

function powerFigures(factory: FactoryView, energy: EnergyTally | undefined): PowerFigures {
  const budget = energy?.budgetMillijoules ?? 0n;
  const sold = energy?.soldMillijoules ?? 0n;
  return {
    factory: factory.name,
    hardware: factory.hardware,
    power_mw: new Decimal(factory.power_watts).div(1_000_000).toString(),
    windows: energy?.windows ?? 0,
    budget_mwh: mwh(budget),
    sold_mwh: mwh(sold),
    offered_mwh: mwh(sold + (energy?.unsoldMillijoules ?? 0n)),
    perished_mwh: mwh(energy?.perishedMillijoules ?? 0n),
    sold_share: budget === 0n ? '0.0000' : new Decimal(sold.toString()).div(budget.toString()).toFixed(4),
  };
}

function splitFigures(row: SplitRow): SplitFigures {
  const links = Object.fromEntries(SPLIT_LINKS.map((link) => [`${link}_usd`, usd(row.links[link])]));
  return {
    tier: row.tier_name,
    payment_usd: usd(row.payment_micro_usd),
    ...(links as { [L in SplitLink as `${L}_usd`]: string }),
    exchange_fee_usd: usd(row.exchange_fee_micro_usd),
  };
}

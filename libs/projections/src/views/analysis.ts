// What the read models tell of factories' power and of the value split.

import type { ReadOptions, Wide } from './paging';

export interface FactoryUseFilter {
  readonly account?: number;
  readonly zone?: number;
  readonly window?: number;
  readonly from_us?: number;
  readonly to_us?: number;
}

/** A factory's energy of one window: budget = sold + offered + free; when the window is over, what was not sold has perished. */
export interface FactoryUseView {
  readonly account: number;
  readonly factory_name: string;
  readonly zone: number;
  readonly window: number;
  readonly window_start_at_us: number;
  readonly window_us: number;
  readonly ended: boolean;
  readonly budget_millijoules: Wide;
  readonly sold_millijoules: Wide;
  readonly offered_millijoules: Wide;
  readonly free_millijoules: Wide;
  /** 0 until the window has ended. */
  readonly perished_millijoules: Wide;
  readonly tiers: readonly {
    readonly tier: number;
    readonly tier_name: string;
    readonly contract: number;
    readonly sold_lots: number;
    readonly offered_lots: number;
    readonly sold_millijoules: Wide;
    readonly offered_millijoules: Wide;
  }[];
}

export const SPLIT_LINKS = ['power', 'equipment', 'facility', 'cloud_operator', 'model_licence', 'reseller'] as const;
export type SplitLink = (typeof SPLIT_LINKS)[number];

export type SplitGrouping = 'total' | 'tier' | 'zone' | 'contract';

export interface SplitRequest extends ReadOptions {
  /** One row per …; `total` without it. `contract` is tier × zone × window. */
  readonly group_by?: SplitGrouping;
  readonly tier?: number;
  readonly zone?: number;
  readonly contract?: number;
  /** Delivery windows that start at or after, before. Given one, what was rolled up is left out. */
  readonly from_us?: number;
  readonly to_us?: number;
}

export interface SplitRow {
  readonly tier: number | null;
  readonly tier_name: string | null;
  readonly zone: number | null;
  readonly zone_name: string | null;
  readonly contract: number | null;
  readonly contract_id: string | null;
  readonly window_start_at_us: number | null;
  /** Sum of the links: what the final holders paid for their tokens, fees excluded. */
  readonly payment_micro_usd: Wide;
  readonly links: { readonly [L in SplitLink]: Wide };
  /** The market's fees on the trades, on top of the payment; divided among nobody. */
  readonly exchange_fee_micro_usd: Wide;
  /** Lots sold by factories less those bought back. */
  readonly produced_lots: Wide;
  readonly resold_lots: Wide;
}

/**
 * A Sankey diagram's data. Nodes: `payers` (the final holders), `tier:NAME`, `link:LINK`, `loss:LINK`. Money flows from the
 * payers into each tier and on to the links. Every value is positive: a link whose part of a tier is negative stands as
 * `loss:LINK`, from which its loss flows into the tier, flagged `is_loss`. So each tier's inflow equals its outflow.
 */
export interface SankeyView {
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: 'payer' | 'tier' | 'link' | 'loss';
  }[];
  readonly links: readonly {
    readonly source: string;
    readonly target: string;
    readonly value_micro_usd: Wide;
    readonly is_loss: boolean;
  }[];
}

export interface ValueSplitView {
  readonly rule_version: number | null;
  /** Links in their order, with the words of the rule in force. */
  readonly rule: readonly {
    readonly link: string;
    readonly name: string;
    readonly formula: string;
    readonly source: string;
  }[];
  readonly rows: readonly SplitRow[];
  readonly total: SplitRow;
  readonly sankey: SankeyView;
}

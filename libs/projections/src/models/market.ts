// Read model: the market's own configuration: name, schedule, tiers, zones, fees, limits, split rule.

import type { EventOf } from '@tokenbourse/domain';
import type { Handlers, ReadModel, RecordContext } from '../model';
import type { FeesView, LimitsView, TierView, ZoneView } from '../queries';
import { Table, plainByNumber, plainByText } from '../table';

export interface MarketDocument {
  readonly market: string;
  readonly currency: string;
  readonly id_seed: number;
  readonly opened_at_us: number;
  readonly window_us: number;
  readonly horizon_us: number;
  readonly open_lead_us: number;
  readonly gate_lead_us: number;
  readonly settlement_lag_us: number;
}

export interface SplitRuleDocument {
  readonly version: number;
  readonly rule: string;
  readonly set_at_us: number;
}

/** What commands' ids are known of: none that was used up to then. */
export interface ForgottenIds {
  readonly until_us: number;
}

/** The collection `market` holds one document of each kind under its own name. */
type Singleton = MarketDocument | FeesView | LimitsView | SplitRuleDocument;

export class MarketModel implements ReadModel {
  readonly name = 'market';
  readonly version = 2;
  private readonly settings = new Table<string, Singleton>('market', plainByText());
  readonly tiers = new Table<number, TierView>('tiers', plainByNumber());
  readonly zones = new Table<number, ZoneView>('zones', plainByNumber());
  private readonly forgottenIds = new Table<number, ForgottenIds>('forgotten_ids', plainByNumber());
  readonly collections = [this.settings, this.tiers, this.zones, this.forgottenIds];

  readonly handlers: Handlers = {
    MarketOpened: (event, record) => this.opened(event, record),
    TierAdded: ({ tier, name, aliases, reference_price_ticks, description }) => {
      const names = aliases.split(',').map((alias) => alias.trim());
      this.tiers.set(tier, { tier, name, aliases: names.filter(Boolean), reference_price_ticks, description });
    },
    ZoneAdded: ({ zone, name }) => this.zones.set(zone, { zone, name }),
    FeesSet: ({ schedule, maker_ppm, taker_ppm }) => this.settings.set('fees', { schedule, maker_ppm, taker_ppm }),
    LimitsSet: (event, record) => this.limit(event, record),
    SplitRuleSet: ({ version, rule }, record) =>
      this.settings.set('split_rule', { version, rule, set_at_us: record.at_us }),
  };

  get market(): MarketDocument | undefined {
    return this.settings.get('market') as MarketDocument | undefined;
  }

  get fees(): FeesView | undefined {
    return this.settings.get('fees') as FeesView | undefined;
  }

  get limits(): LimitsView | undefined {
    return this.settings.get('limits') as LimitsView | undefined;
  }

  get splitRule(): SplitRuleDocument | undefined {
    return this.settings.get('split_rule') as SplitRuleDocument | undefined;
  }

  tierName(tier: number): string {
    return this.tiers.get(tier)?.name ?? '';
  }

  zoneName(zone: number): string {
    return this.zones.get(zone)?.name ?? '';
  }

  /** Ids that were used up to then are forgotten, whatever the window is now: a longer one brings none of them back. */
  get idsForgottenUntilUs(): number {
    return this.forgottenIds.get(1)?.until_us ?? 0;
  }

  private limit(event: EventOf<'LimitsSet'>, record: RecordContext): void {
    const { type: _, ...limits } = event;
    const before = this.limits;
    if (before !== undefined) {
      const until_us = Math.max(this.idsForgottenUntilUs, record.at_us - before.idempotency_window_us);
      this.forgottenIds.set(1, { until_us });
    }
    this.settings.set('limits', limits);
  }

  private opened(event: EventOf<'MarketOpened'>, record: RecordContext): void {
    const { type: _, ...fields } = event;
    this.settings.set('market', { ...fields, opened_at_us: record.at_us });
  }
}

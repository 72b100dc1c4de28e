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

/** The collection `market` holds one document of each kind under its own name. */
type Singleton = MarketDocument | FeesView | LimitsView | SplitRuleDocument;

export class MarketModel implements ReadModel {
  readonly name = 'market';
  readonly version = 1;
  private readonly settings = new Table<string, Singleton>('market', plainByText());
  readonly tiers = new Table<number, TierView>('tiers', plainByNumber());
  readonly zones = new Table<number, ZoneView>('zones', plainByNumber());
  readonly collections = [this.settings, this.tiers, this.zones];

  readonly handlers: Handlers = {
    MarketOpened: (event, record) => this.opened(event, record),
    TierAdded: ({ tier, name, aliases, reference_price_ticks, description }) => {
      const names = aliases.split(',').map((alias) => alias.trim());
      this.tiers.set(tier, { tier, name, aliases: names.filter(Boolean), reference_price_ticks, description });
    },
    ZoneAdded: ({ zone, name }) => this.zones.set(zone, { zone, name }),
    FeesSet: ({ schedule, maker_ppm, taker_ppm }) => this.settings.set('fees', { schedule, maker_ppm, taker_ppm }),
    LimitsSet: ({ open_orders_per_account, matches_per_command, quotes_per_offer, idempotency_window_us }) =>
      this.settings.set('limits', {
        open_orders_per_account,
        matches_per_command,
        quotes_per_offer,
        idempotency_window_us,
      }),
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

  private opened(event: EventOf<'MarketOpened'>, record: RecordContext): void {
    const { type: _, ...fields } = event;
    this.settings.set('market', { ...fields, opened_at_us: record.at_us });
  }
}

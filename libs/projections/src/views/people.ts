// What the read models tell of the market's configuration, its people, factories and offers.

import type { ParticipantRole } from '@tokenbourse/domain';

export interface TierView {
  readonly tier: number;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly reference_price_ticks: number;
  readonly description: string;
}

export interface ZoneView {
  readonly zone: number;
  readonly name: string;
}

export interface FeesView {
  readonly schedule: number;
  readonly maker_ppm: number;
  readonly taker_ppm: number;
}

export interface LimitsView {
  readonly open_orders_per_account: number;
  readonly matches_per_command: number;
  readonly quotes_per_offer: number;
  readonly idempotency_window_us: number;
}

export interface MarketView {
  readonly market: string;
  readonly currency: string;
  readonly id_seed: number;
  readonly opened_at_us: number;
  readonly window_us: number;
  readonly horizon_us: number;
  readonly open_lead_us: number;
  readonly gate_lead_us: number;
  readonly settlement_lag_us: number;
  readonly tiers: readonly TierView[];
  readonly zones: readonly ZoneView[];
  /** Null until they are set. */
  readonly fees: FeesView | null;
  readonly limits: LimitsView | null;
  readonly split_rule: { readonly version: number; readonly rule: string; readonly set_at_us: number } | null;
  /** Ids used up to then are not known to the engine, whatever its window is now; 0 if its window says it all. */
  readonly ids_forgotten_until_us: number;
}

export interface ParticipantView {
  readonly participant: number;
  readonly name: string;
  readonly role: ParticipantRole;
  readonly registered_at_us: number;
}

export interface AccountView {
  readonly account: number;
  readonly participant: number;
  readonly name: string;
  readonly opened_at_us: number;
  readonly is_factory: boolean;
}

export interface FactoryView {
  /** The factory's account number; it names the factory. */
  readonly account: number;
  readonly participant: number;
  readonly name: string;
  readonly zone: number;
  readonly zone_name: string;
  readonly hardware: string;
  readonly power_watts: number;
  readonly yields: readonly {
    readonly tier: number;
    readonly tier_name: string;
    readonly joules_per_mtok: number;
    readonly licence_ppm: number;
  }[];
  readonly power_micro_usd_per_mwh: number;
  readonly equipment_micro_usd_per_mwh: number;
  readonly facility_micro_usd_per_mwh: number;
  readonly registered_at_us: number;
}

export interface ApiKeyView {
  readonly key: number;
  readonly name: string;
  /** 0: it speaks for no account. */
  readonly account: number;
  readonly all_accounts: boolean;
  readonly scopes: readonly string[];
  /** SHA-256 of the key, hexadecimal. */
  readonly hash: string;
  readonly created_at_us: number;
  readonly revoked: boolean;
  /** 0 while it is not. */
  readonly revoked_at_us: number;
}

export interface OfferView {
  readonly offer: number;
  readonly account: number;
  readonly window: number;
  readonly window_start_at_us: number;
  readonly zone: number;
  readonly energy_policy: string;
  readonly quotes: readonly {
    readonly tier: number;
    readonly tier_name: string;
    readonly price_ticks: number;
    readonly lots: number;
    /** 0 while the quote's order is not there. */
    readonly contract: number;
    readonly order: number;
    readonly open_lots: number;
    readonly filled_lots: number;
    readonly cancelled_lots: number;
  }[];
  /** OPEN while a quote has open lots; CLOSED when all are filled or cancelled; WITHDRAWN by command. */
  readonly state: 'OPEN' | 'CLOSED' | 'WITHDRAWN';
  readonly posted_at_us: number;
  readonly sequence: number;
}

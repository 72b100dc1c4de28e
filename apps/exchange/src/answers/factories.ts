// Rows of the read models about factories, offers and power → responses.

import { formatId, formatInstant, formatOrderId, SECOND_US, type EnergyPolicy } from '@tokenbourse/domain';
import {
  formatMtok,
  formatMw,
  formatMwh,
  formatPrice,
  formatUsd,
  type Factory,
  type FactoryUse,
  type Offer,
} from '@tokenbourse/protocol';
import type { FactoryUseView, FactoryView, OfferView } from '@tokenbourse/projections';

const mwh = (millijoules: string): string => formatMwh(BigInt(millijoules));

export function factoryAnswer(view: FactoryView): Factory {
  return {
    factory_id: formatId('factory', view.account),
    account_id: formatId('account', view.account),
    participant_id: view.participant === 0 ? null : formatId('participant', view.participant),
    name: view.name,
    zone: view.zone_name,
    hardware: view.hardware,
    power_mw: formatMw(view.power_watts),
    yields: view.yields.map(({ tier_name, joules_per_mtok, licence_ppm }) => ({
      tier: tier_name,
      joules_per_mtok,
      licence_ppm,
    })),
    power_usd_per_mwh: formatUsd(view.power_micro_usd_per_mwh),
    equipment_usd_per_mwh: formatUsd(view.equipment_micro_usd_per_mwh),
    facility_usd_per_mwh: formatUsd(view.facility_micro_usd_per_mwh),
    registered_at: formatInstant(view.registered_at_us),
  };
}

export function offerAnswer(view: OfferView, zone: string): Offer {
  return {
    offer_id: formatId('offer', view.offer),
    factory_id: formatId('factory', view.account),
    window_start_at: formatInstant(view.window_start_at_us),
    zone,
    energy_policy: view.energy_policy as EnergyPolicy,
    state: view.state,
    quotes: view.quotes.map((quote) => ({
      tier: quote.tier_name,
      price_usd_per_mtok: formatPrice(quote.price_ticks),
      quantity_mtok: formatMtok(quote.lots),
      filled_mtok: formatMtok(quote.filled_lots),
      open_mtok: formatMtok(quote.open_lots),
      cancelled_mtok: formatMtok(quote.cancelled_lots),
      order_id: quote.order === 0 ? null : formatOrderId(quote.contract, quote.order),
    })),
    posted_at: formatInstant(view.posted_at_us),
  };
}

export function factoryUseAnswer(
  view: FactoryUseView,
  zone: string,
  contracts: ReadonlyMap<number, string>,
): FactoryUse {
  return {
    factory_id: formatId('factory', view.account),
    zone,
    window_start_at: formatInstant(view.window_start_at_us),
    window_seconds: view.window_us / SECOND_US,
    ended: view.ended,
    budget_mwh: mwh(view.budget_millijoules),
    sold_mwh: mwh(view.sold_millijoules),
    offered_mwh: mwh(view.offered_millijoules),
    free_mwh: mwh(view.free_millijoules),
    perished_mwh: mwh(view.perished_millijoules),
    tiers: view.tiers.map((tier) => ({
      tier: tier.tier_name,
      contract_id: contracts.get(tier.contract) ?? null,
      sold_mtok: formatMtok(tier.sold_lots),
      offered_mtok: formatMtok(tier.offered_lots),
      sold_mwh: mwh(tier.sold_millijoules),
      offered_mwh: mwh(tier.offered_millijoules),
    })),
  };
}

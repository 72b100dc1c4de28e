// Applies the events of the market's configuration.

import type { EventOf } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';

type ConfigurationEvent = EventOf<
  'MarketOpened' | 'TierAdded' | 'ZoneAdded' | 'FeesSet' | 'LimitsSet' | 'SplitRuleSet'
>;

export function applyMarket(state: MarketState, event: ConfigurationEvent): void {
  switch (event.type) {
    case 'MarketOpened':
      state.opened = true;
      state.idSeed = event.id_seed;
      state.schedule = {
        windowUs: event.window_us,
        horizonUs: event.horizon_us,
        openLeadUs: event.open_lead_us,
        gateLeadUs: event.gate_lead_us,
        settlementLagUs: event.settlement_lag_us,
      };
      // The market's own commands are kept from its first record on, under its own seed.
      return;
    case 'TierAdded':
      state.tiers[event.tier] = event.name;
      return;
    case 'ZoneAdded':
      state.zones[event.zone] = {
        name: event.name,
        nextWindowStartUs: firstWindowStart(state.schedule, state.lastStampUs),
      };
      state.result = event.zone;
      return;
    case 'FeesSet':
      state.feeSchedules[event.schedule] = { makerPpm: event.maker_ppm, takerPpm: event.taker_ppm };
      state.result = event.schedule;
      return;
    case 'LimitsSet':
      state.limits = {
        openOrdersPerAccount: event.open_orders_per_account,
        matchesPerCommand: event.matches_per_command,
        quotesPerOffer: event.quotes_per_offer,
      };
      state.outcomes.setWindow(event.idempotency_window_us, state.lastStampUs);
      return;
    case 'SplitRuleSet':
      return;
  }
}

/** The start of the first window whose gate is still to close at `nowUs`. Windows start at multiples of their length. */
export function firstWindowStart({ windowUs, gateLeadUs }: MarketState['schedule'], nowUs: number): number {
  return (Math.floor((nowUs + gateLeadUs) / windowUs) + 1) * windowUs;
}

// Makes the scenario's agents for a market: terms from the scenario, numbers from the market, streams from the seed.

import {
  Buyer,
  CloudOperator,
  Factory,
  MarketMaker,
  streamFor,
  type Agent,
  type DemandForecast,
  type Patience,
} from '@tokenbourse/agents';
import { SECOND_US } from '@tokenbourse/domain';

import type { Cast } from './market-setup';
import { costsOf, ticksOf, yieldsOf } from './scenario/calibration';
import type { Pacing, Scenario } from './scenario/scenario';

export interface CastingTerms {
  readonly scenario: Scenario;
  readonly cast: Cast;
  readonly demand: DemandForecast;
  readonly pacing: Pacing;
  readonly seed: number;
}

/** Factories first: there is nothing to buy before they have posted capacity. */
export function castAgents(terms: CastingTerms): Agent[] {
  const { scenario, cast, demand, pacing, seed } = terms;
  const patience: Patience = {
    patienceUs: pacing.windows_ahead * cast.windowUs,
    commandLifeUs: pacing.command_life_seconds * SECOND_US,
  };
  const place = ({ name, zone }: { name: string; zone: string }) => {
    return { ...patience, name, account: cast.accounts.get(name)!, zone: cast.zones.get(zone)! };
  };
  const tiers = scenario.tiers.flatMap(({ name }) => cast.tiers.get(name) ?? []);
  const feePpm = scenario.market.taker_ppm.value;
  const trading = { demand, feePpm, tiersPerAct: Math.min(pacing.tiers_per_act, tiers.length) };
  return [
    ...scenario.factories.map((factory) => {
      const costs = costsOf(scenario, factory);
      const recipes = yieldsOf(scenario, factory.hardware, cast.tiers).map(({ tier, joules_per_mtok }) => {
        return { tier, joulesPerMtok: joules_per_mtok };
      });
      const plant = {
        powerWatts: Math.round(factory.power_mw * 1_000_000),
        recipes,
        powerMicroUsdPerMwh: costs.power_micro_usd_per_mwh,
        fixedMicroUsdPerMwh: costs.equipment_micro_usd_per_mwh + costs.facility_micro_usd_per_mwh,
      };
      return new Factory({ ...place(factory), plant }, streamFor(seed, factory.name));
    }),
    ...scenario.cloud_operators.map((operator) => {
      const own = { tiers, share: operator.share, margin: operator.margin.value };
      return new CloudOperator({ ...place(operator), ...trading, ...own }, streamFor(seed, operator.name));
    }),
    ...scenario.buyers.map((buyer) => {
      const appetites = scenario.tiers.flatMap(({ name, worth_usd_per_mtok }) => {
        const tier = cast.tiers.get(name);
        return tier === undefined ? [] : [{ tier, worthTicks: ticksOf(worth_usd_per_mtok.value) }];
      });
      const own = {
        appetites,
        share: buyer.share,
        spread: scenario.buyer_spread.value,
        marketOrders: scenario.buyer_market_orders.value,
      };
      return new Buyer({ ...place(buyer), ...trading, ...own }, streamFor(seed, buyer.name));
    }),
    ...scenario.market_makers.map((maker) => {
      const own = { tiers, share: maker.share, halfSpread: maker.half_spread.value };
      return new MarketMaker({ ...place(maker), ...trading, ...own }, streamFor(seed, maker.name));
    }),
  ];
}

/** Opening prices by tier number, ticks. */
export function openingTicks(scenario: Scenario, cast: Cast): Map<number, number> {
  return new Map(
    scenario.tiers.flatMap(({ name, opening_price_usd_per_mtok }) => {
      const tier = cast.tiers.get(name);
      return tier === undefined ? [] : [[tier, ticksOf(opening_price_usd_per_mtok.value)] as const];
    }),
  );
}

// From a scenario's measured figures to the market's units: joules per million tokens, costs per MWh, prices in ticks.

import { LOTS_PER_MTOK, MICRO_USD_PER_USD, TICKS_PER_USD, type CommandOf } from '@tokenbourse/domain';

import type { Scenario } from './scenario';

type FactoryCosts = Pick<
  CommandOf<'RegisterFactory'>,
  'power_micro_usd_per_mwh' | 'equipment_micro_usd_per_mwh' | 'facility_micro_usd_per_mwh'
>;
type FactoryYield = CommandOf<'RegisterFactory'>['yields'][number];

const HOURS_PER_YEAR = 8_760;
const MW_PER_GW = 1_000;

export function ticksOf(usdPerMtok: number): number {
  return Math.round(usdPerMtok * TICKS_PER_USD);
}

/** Lots of generated-token equivalents of a request: output + weight × input, in lots (1,000 tokens); not rounded. */
export function lotsOfRequest(scenario: Scenario, inputTokens: number, outputTokens: number): number {
  return ((outputTokens + scenario.input_token_weight.value * inputTokens) * LOTS_PER_MTOK) / 1_000_000;
}

/**
 * Energy of a million generated tokens, in joules, rounded up. A megawatt is 10^6 joules a second, so
 * joules per Mtok = 10^6 J/s/MW × 10^6 tokens ÷ (tokens per second per MW), where input tokens count with the
 * scenario's weight: output + weight × (total − output).
 */
export function joulesPerMtok(totalTokSPerMw: number, outputTokSPerMw: number, inputWeight: number): number {
  return Math.ceil(1e12 / (outputTokSPerMw + inputWeight * (totalTokSPerMw - outputTokSPerMw)));
}

function hardwareOf(scenario: Scenario, name: string): Scenario['hardware'][number] {
  const found = scenario.hardware.find((hardware) => hardware.name === name);
  if (!found) throw new Error(`the scenario has no hardware ${name}`);
  return found;
}

/** What the factory's hardware makes of each tier that it can make; `tierNumbers` by tier name. */
export function yieldsOf(
  scenario: Scenario,
  hardwareName: string,
  tierNumbers: ReadonlyMap<string, number>,
): FactoryYield[] {
  return hardwareOf(scenario, hardwareName)
    .yields.filter(({ tier }) => tierNumbers.has(tier))
    .map((entry) => {
      const factor = entry.factor ?? 1;
      const weight = scenario.input_token_weight.value;
      const { licence_share } = scenario.tiers.find(({ name }) => name === entry.tier)!;
      return {
        tier: tierNumbers.get(entry.tier)!,
        joules_per_mtok: joulesPerMtok(entry.total_tok_s_per_mw * factor, entry.output_tok_s_per_mw * factor, weight),
        licence_ppm: Math.round(licence_share.value * 1_000_000),
      };
    })
    .sort((a, b) => a.tier - b.tier);
}

/**
 * What a MWh costs a factory, in micro-USD: electricity at the zone's price; equipment = USD per GPU-hour × its share
 * of that ÷ kW per GPU; facility = USD per GW ÷ (years × 8,760 h × 1,000 MW).
 */
export function costsOf(scenario: Scenario, factory: Scenario['factories'][number]): FactoryCosts {
  const { tco_usd_per_gpu_hour, kw_per_gpu } = hardwareOf(scenario, factory.hardware);
  const zone = scenario.market.zones.find(({ name }) => name === factory.zone)!;
  const { equipment_share_of_tco, facility_usd_per_gw, facility_years } = scenario.costs;
  const equipmentUsd = ((tco_usd_per_gpu_hour.value * equipment_share_of_tco.value) / kw_per_gpu.value) * 1_000;
  const facilityUsd = facility_usd_per_gw.value / (facility_years.value * HOURS_PER_YEAR * MW_PER_GW);
  return {
    power_micro_usd_per_mwh: Math.round(zone.power_usd_per_mwh.value * MICRO_USD_PER_USD),
    equipment_micro_usd_per_mwh: Math.round(equipmentUsd * MICRO_USD_PER_USD),
    facility_micro_usd_per_mwh: Math.round(facilityUsd * MICRO_USD_PER_USD),
  };
}

// The built-in demand of a market without a trace: a small profile of request classes, moving with the hour of the day.

import { HOUR_US, SECOND_US } from '@tokenbourse/domain';
import type { DemandForecast, OpenWindow } from '@tokenbourse/agents';

import { lotsOfRequest } from '../scenario/calibration';
import type { Scenario } from '../scenario/scenario';
import { RequestTiers } from './request-tiers';

export class SeasonalDemand implements DemandForecast {
  /** Mean lots per second, by tier number. */
  private readonly means = new Map<number, number>();

  constructor(
    private readonly scenario: Scenario,
    tierNumbers: ReadonlyMap<string, number>,
  ) {
    const { classes, scale } = scenario.demand.profile;
    const tiers = new RequestTiers(scenario);
    for (const { requests_per_s, input_tokens, output_tokens } of classes) {
      const lots = requests_per_s * scale.value * lotsOfRequest(scenario, input_tokens, output_tokens);
      for (const [name, share] of Object.entries(tiers.bandOf(input_tokens).shares)) {
        const tier = tierNumbers.get(name);
        if (tier !== undefined) this.means.set(tier, (this.means.get(tier) ?? 0) + lots * share);
      }
    }
  }

  /** A profile is known in advance: the forecast doesn't depend on when it is asked. */
  lotsFor(tier: number, window: OpenWindow): number {
    const hour = Math.floor((window.startUs + window.lengthUs / 2) / HOUR_US) % 24;
    const factor = this.scenario.demand.profile.hourly_factors[hour]!;
    return ((this.means.get(tier) ?? 0) * factor * window.lengthUs) / SECOND_US;
  }
}

// Which tiers a request's tokens belong to: by the number of its input tokens, as the scenario's bands say.

import type { DemandBand, Scenario } from '../scenario/scenario';

export class RequestTiers {
  private readonly bands: readonly DemandBand[];

  constructor(scenario: Scenario) {
    this.bands = scenario.demand.bands;
  }

  bandOf(inputTokens: number): DemandBand {
    let band = this.bands[0]!;
    for (const candidate of this.bands) if (candidate.input_tokens_from <= inputTokens) band = candidate;
    return band;
  }

  /** The tier's name for one request; `draw` from 0 (included) to 1 (excluded). */
  tierOf(inputTokens: number, draw: number): string {
    const shares = Object.entries(this.bandOf(inputTokens).shares);
    let passed = 0;
    for (const [name, share] of shares) {
      passed += share;
      if (draw < passed) return name;
    }
    return shares[shares.length - 1]![0];
  }
}

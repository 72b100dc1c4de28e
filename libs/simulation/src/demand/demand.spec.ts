// Demand forecasts: from a profile, and from what was observed.

import { streamFor } from '@tokenbourse/agents';

import { keynoteScenario } from '../scenario/reader';
import { ObservedDemand } from './observed-demand';
import { RequestTiers } from './request-tiers';
import { SeasonalDemand } from './seasonal-demand';

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const scenario = keynoteScenario();
const tiers = new Map(scenario.tiers.map(({ name }, i) => [name, i + 1]));
const numbers = [...tiers.values()];

const windowAt = (startUs: number, lengthUs: number) => ({ zone: 1, startUs, lengthUs, gateClosesAtUs: startUs });

describe('a request’s tier', () => {
  const mapping = new RequestTiers(scenario);

  it.each([
    [0, 0],
    [1_023, 0],
    [1_024, 1],
    [8_191, 1],
    [8_192, 2],
    [1_000_000, 3],
  ])('with %d input tokens follows band %d', (inputTokens, band) => {
    expect(mapping.bandOf(inputTokens)).toBe(scenario.demand.bands[band]);
  });

  it('is drawn in proportion to the band’s shares', () => {
    const shares = scenario.demand.bands[0]!.shares;
    const draws = 10_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const tier = mapping.tierOf(10, (i + 0.5) / draws);
      counts.set(tier, (counts.get(tier) ?? 0) + 1);
    }
    for (const [tier, share] of Object.entries(shares)) expect(counts.get(tier)! / draws).toBeCloseTo(share, 3);
    expect(mapping.tierOf(10, 0.999_999_999_999)).toBe('ULTRA');
  });
});

describe('observed demand', () => {
  const observed = (lastRequestUs = Infinity): ObservedDemand =>
    new ObservedDemand(scenario, tiers, streamFor(1, 'requests'), 1_000, lastRequestUs);
  const sum = (demand: ObservedDemand, lengthUs: number, nowUs: number): number =>
    numbers.reduce((total, tier) => total + demand.lotsFor(tier, windowAt(nowUs, lengthUs), nowUs), 0);

  /** One request of 1,000 in and 200 out each second: 445 generated-token equivalents, × 1,000 = 445 lots a second. */
  const steady = (demand: ObservedDemand, seconds: number): void => {
    for (let i = 0; i <= seconds; i++) demand.observe(i * SECOND, 1_000, 200);
  };

  it('expects the rate so far to go on, input tokens weighted', () => {
    const demand = observed();
    steady(demand, 60);
    expect(sum(demand, 300 * SECOND, 60 * SECOND) / 300).toBeCloseTo((445 * 61) / 60, 6);
    expect(numbers.reduce((total, tier) => total + demand.totalLots(tier), 0)).toBeCloseTo(445 * 61, 6);
  });

  it('forgets what is more than three minutes old', () => {
    const demand = observed();
    steady(demand, 60);
    expect(sum(demand, SECOND, 100 * SECOND)).toBeGreaterThan(0);
    expect(sum(demand, SECOND, 400 * SECOND)).toBe(0);
  });

  it('keeps the last rate when the last request has been made', () => {
    const demand = observed(60 * SECOND);
    steady(demand, 60);
    expect(sum(demand, SECOND, 4_000 * SECOND)).toBeCloseTo(sum(demand, SECOND, 60 * SECOND), 9);
  });

  it('is nothing before the first request', () => {
    expect(sum(observed(), SECOND, 0)).toBe(0);
  });
});

describe('seasonal demand', () => {
  const demand = new SeasonalDemand(scenario, tiers);
  const lots = (hour: number): number => demand.lotsFor(2, windowAt(hour * HOUR, HOUR));

  it('follows the hour of the day in which a window is delivered', () => {
    const factors = scenario.demand.profile.hourly_factors;
    for (const hour of [0, 5, 20, 23]) expect(lots(hour) / lots(0)).toBeCloseTo(factors[hour]! / factors[0]!, 9);
    expect(lots(24)).toBe(lots(0));
  });

  it('is the classes’ rates, weighted and spread over the tiers', () => {
    const { classes, scale, hourly_factors } = scenario.demand.profile;
    const tokens = classes.reduce((total, entry) => {
      return total + entry.requests_per_s * (entry.output_tokens + 0.245 * entry.input_tokens);
    }, 0);
    const all = numbers.reduce((total, tier) => total + demand.lotsFor(tier, windowAt(0, HOUR)), 0);
    expect(all / ((tokens * scale.value * hourly_factors[0]! * 3_600) / 1_000)).toBeCloseTo(1, 9);
  });
});

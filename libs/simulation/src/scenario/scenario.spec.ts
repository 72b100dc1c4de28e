// Scenarios are read whole, or refused with the path of what is wrong.

import keynote from '../../scenarios/keynote-2026.json';
import { costsOf, joulesPerMtok, yieldsOf } from './calibration';
import { ScenarioError } from './checks';
import { keynoteScenario, loadScenario, readScenario } from './reader';

/** The product's scenario with one place changed, `undefined` taking it away; the place as `factories.1.power_mw`. */
function spoilt(place: string, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(keynote));
  const steps = place.split('.');
  const last = steps.pop()!;
  const inner = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], copy);
  (inner as Record<string, unknown>)[last] = value;
  return JSON.parse(JSON.stringify(copy));
}

describe('the scenario that comes with the product', () => {
  it('is valid and has a source beside every figure', () => {
    const scenario = keynoteScenario();
    expect(scenario.factories.reduce((sum, { power_mw }) => sum + power_mw, 0)).toBe(1_000);
    const bare: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('value' in value && !('source' in value)) bare.push(path);
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    };
    walk(keynote, '');
    expect(bare).toEqual([]);
  });

  it('turns measured tokens per second per MW into joules per Mtok, input tokens weighted', () => {
    // 68,635 + 0.245 × (617,719 − 68,635) = 203,160.58 tok/s/MW; 10^12 ÷ that.
    expect(joulesPerMtok(617_719, 68_635, 0.245)).toBe(4_922_215);
    const scenario = keynoteScenario();
    const numbers = new Map(scenario.tiers.map(({ name }, i) => [name, i + 1]));
    const made = yieldsOf(scenario, 'NVIDIA H100', numbers);
    expect(made.map(({ tier }) => tier)).toEqual([1, 2, 3]);
    expect(made[0]).toEqual({ tier: 1, joules_per_mtok: 4_922_215, licence_ppm: 0 });
    expect(made[2]!.licence_ppm).toBe(300_000);
  });

  it('makes a faster tier never cheaper in energy on the same hardware', () => {
    const scenario = keynoteScenario();
    const numbers = new Map(scenario.tiers.map(({ name }, i) => [name, i + 1]));
    for (const { name } of scenario.hardware) {
      const joules = yieldsOf(scenario, name, numbers).map(({ joules_per_mtok }) => joules_per_mtok);
      expect([...joules].sort((a, b) => a - b)).toEqual(joules);
    }
  });

  it('amortises equipment and facility per MWh', () => {
    const scenario = keynoteScenario();
    expect(costsOf(scenario, scenario.factories[0]!)).toEqual({
      power_micro_usd_per_mwh: 51_750_000,
      equipment_micro_usd_per_mwh: 905_109_489,
      facility_micro_usd_per_mwh: 304_414_003,
    });
  });
});

describe('a wrong scenario', () => {
  const cases: [string, string, unknown, string, string][] = [
    ['a missing field', 'tiers', undefined, 'tiers', 'a list of 1 to 32 elements'],
    ['a text for a number', 'factories.1.power_mw', '200', 'factories[1].power_mw', 'a number from'],
    ['a number out of range', 'market.taker_ppm.value', -1, 'market.taker_ppm.value', 'an integer from 0'],
    ['a fraction', 'market.maker_ppm.value', 0.5, 'market.maker_ppm.value', 'an integer from 0'],
    ['a figure without source', 'deposit_usd.source', undefined, 'deposit_usd.source', 'a text of 1 to 600'],
    ['an unknown field', 'costs.land', 1, 'costs.land', 'no such field (known: facility_usd_per_gw'],
    ['an unknown hardware', 'factories.0.hardware', 'Abacus', 'factories[0].hardware', 'one of NVIDIA H100'],
    ['an unknown zone', 'buyers.2.zone', 'MARS', 'buyers[2].zone', 'one of USE'],
    ['an unknown tier', 'hardware.0.yields.1.tier', 'GOLD', 'hardware[0].yields[1].tier', 'one of FREE'],
    ['a tier twice', 'hardware.0.yields.1.tier', 'FREE', 'hardware[0].yields', 'every name once'],
    ['a name twice', 'buyers.0.name', 'Great Lakes Hopper', 'participants', 'every name once'],
    ['shares beside 1', 'buyers.0.share', 0.9, 'buyers[*].share', 'shares that add up to 1'],
    ['band shares', 'demand.bands.1.shares.FREE', 0, 'demand.bands[1].shares', 'shares that add up to 1'],
    ['band order', 'demand.bands.2.input_tokens_from', 3, 'demand.bands[2].input_tokens_from', 'more than 1024'],
    [
      'a first band from 1',
      'demand.bands.0.input_tokens_from',
      1,
      'demand.bands[0].input_tokens_from',
      '0 in the first',
    ],
    ['a late gate', 'market.trace.gate_lead_seconds', 1200, 'market.trace.gate_lead_seconds', 'less than'],
    [
      'output above total',
      'hardware.0.yields.0.output_tok_s_per_mw',
      1e9,
      'hardware[0].yields[0].output_tok_s_per_mw',
      'at most total_tok_s_per_mw, 617719',
    ],
    ['a wrong instant', 'start_at', '2026-13-45T00:00:00Z', 'start_at', 'an instant that exists'],
    ['23 hours', 'demand.profile.hourly_factors', Array(23).fill(1), 'demand.profile.hourly_factors', 'a list of 24'],
    ['a list for an object', 'costs', [], 'costs', 'an object'],
    ['a wrong role', 'buyers.0.role', 'BANK', 'buyers[0].role', 'one of APP_VENDOR, CONSUMER'],
  ];

  it.each(cases)('%s is named by its path with what was expected', (_name, place, value, path, expected) => {
    let error: unknown;
    try {
      readScenario(spoilt(place, value));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ScenarioError);
    expect((error as ScenarioError).path).toBe(path);
    expect((error as ScenarioError).expected).toContain(expected);
  });

  it('that is no file is refused with its name', () => {
    expect(() => loadScenario('/no/such/scenario.json')).toThrow('/no/such/scenario.json: expected a readable file');
    expect(() => loadScenario(__filename)).toThrow(/scenario\.spec\.ts: expected JSON, found /);
  });
});

// Reads scenarios: from a parsed document, from a file, and the one that comes with the product. Beyond the shape it
// checks what spans several fields: names that must exist, shares that must add up.

import { readFileSync } from 'node:fs';

import keynote from '../../scenarios/keynote-2026.json';
import { ScenarioError, shown } from './checks';
import { scenarioShape, type Scenario, type Schedule } from './scenario';

/** Throws ScenarioError with the path of what is wrong. */
export function readScenario(document: unknown): Scenario {
  const scenario = scenarioShape(document, '');
  const tiers = checkNames(scenario.tiers, 'tiers');
  const zones = checkNames(scenario.market.zones, 'market.zones');
  const hardware = checkNames(scenario.hardware, 'hardware');
  checkNames(
    [...scenario.factories, ...scenario.cloud_operators, ...scenario.buyers, ...scenario.market_makers],
    'participants',
  );
  const known = (names: ReadonlySet<string>, name: string, path: string): void => {
    if (!names.has(name)) throw new ScenarioError(path, `one of ${[...names].join(', ')}`, shown(name));
  };
  scenario.hardware.forEach(({ yields }, i) => {
    checkNames(
      yields.map(({ tier }) => ({ name: tier })),
      `hardware[${i}].yields`,
    );
    yields.forEach((entry, j) => {
      known(tiers, entry.tier, `hardware[${i}].yields[${j}].tier`);
      if (entry.output_tok_s_per_mw <= entry.total_tok_s_per_mw) return;
      const path = `hardware[${i}].yields[${j}].output_tok_s_per_mw`;
      throw new ScenarioError(
        path,
        `at most total_tok_s_per_mw, ${entry.total_tok_s_per_mw}`,
        shown(entry.output_tok_s_per_mw),
      );
    });
  });
  scenario.factories.forEach((factory, i) => {
    known(zones, factory.zone, `factories[${i}].zone`);
    known(hardware, factory.hardware, `factories[${i}].hardware`);
  });
  for (const group of ['cloud_operators', 'buyers', 'market_makers'] as const) {
    scenario[group].forEach(({ zone }, i) => known(zones, zone, `${group}[${i}].zone`));
  }
  checkBands(scenario, tiers);
  checkSum(
    scenario.buyers.map(({ share }) => share),
    'buyers[*].share',
  );
  checkSchedule(scenario.market.live, 'market.live');
  checkSchedule(scenario.market.trace, 'market.trace');
  if (Number.isNaN(Date.parse(scenario.start_at))) {
    throw new ScenarioError('start_at', 'an instant that exists', shown(scenario.start_at));
  }
  return scenario;
}

function checkNames(entries: readonly { readonly name: string }[], path: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new ScenarioError(path, 'every name once', `${shown(name)} twice`);
    names.add(name);
  }
  return names;
}

function checkBands(scenario: Scenario, tiers: ReadonlySet<string>): void {
  let from = -1;
  scenario.demand.bands.forEach(({ input_tokens_from, shares }, i) => {
    const path = `demand.bands[${i}]`;
    if (i === 0 ? input_tokens_from !== 0 : input_tokens_from <= from) {
      const expected = i === 0 ? '0 in the first band' : `more than ${from}, the band before`;
      throw new ScenarioError(`${path}.input_tokens_from`, expected, shown(input_tokens_from));
    }
    from = input_tokens_from;
    for (const name of Object.keys(shares)) {
      if (tiers.has(name)) continue;
      throw new ScenarioError(`${path}.shares.${name}`, `one of ${[...tiers].join(', ')}`, shown(name));
    }
    checkSum(Object.values(shares), `${path}.shares`);
  });
}

function checkSum(shares: readonly number[], path: string): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6)
    throw new ScenarioError(path, 'shares that add up to 1', String(Number(sum.toFixed(6))));
}

function checkSchedule(schedule: Schedule, path: string): void {
  const { window_seconds, horizon_seconds, open_lead_seconds, gate_lead_seconds } = schedule;
  if (open_lead_seconds > horizon_seconds) {
    throw new ScenarioError(
      `${path}.open_lead_seconds`,
      `at most the horizon, ${horizon_seconds}`,
      `${open_lead_seconds}`,
    );
  }
  if (gate_lead_seconds >= open_lead_seconds) {
    throw new ScenarioError(
      `${path}.gate_lead_seconds`,
      `less than open_lead_seconds, ${open_lead_seconds}`,
      `${gate_lead_seconds}`,
    );
  }
  if (open_lead_seconds < window_seconds + gate_lead_seconds) {
    const least = window_seconds + gate_lead_seconds;
    throw new ScenarioError(
      `${path}.open_lead_seconds`,
      `at least ${least}, so that a window trades at any time`,
      `${open_lead_seconds}`,
    );
  }
}

/** Reads a scenario file (JSON). Throws ScenarioError, its message led by the file's name. */
export function loadScenario(file: string): Scenario {
  let document: unknown;
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ScenarioError(file, 'a readable file', (error as Error).message);
  }
  try {
    document = JSON.parse(content);
  } catch (error) {
    throw new ScenarioError(file, 'JSON', (error as Error).message);
  }
  try {
    return readScenario(document);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(error.path === '' ? file : `${file}: ${error.path}`, error.expected, error.found);
  }
}

/** The scenario that comes with the product, checked like any other. */
export function keynoteScenario(): Scenario {
  return readScenario(keynote);
}

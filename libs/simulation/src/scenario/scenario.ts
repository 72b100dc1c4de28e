// What a scenario says: the market, who trades in it, what they can make and pay, and the demand. The description here is
// both the check of a scenario file and, inferred, its type.

import {
  figure,
  integer,
  list,
  matching,
  number,
  numbersByName,
  object,
  oneOf,
  text,
  wholeFigure,
  type Checked,
} from './checks';

const name = text(60);
const source = text(600);
const zoneName = matching(/^[A-Z0-9]{2,8}$/, 'a zone of 2 to 8 capital letters or digits');
const tierName = matching(/^[A-Z][A-Z0-9_]{0,19}$/, 'a tier’s name in capital letters');
const share = number(0, 1);
const seconds = (min: number, max: number) => integer(min, max, 'seconds');

const schedule = object({
  window_seconds: seconds(1, 86_400),
  horizon_seconds: seconds(1, 31 * 86_400),
  open_lead_seconds: seconds(1, 31 * 86_400),
  gate_lead_seconds: seconds(0, 86_400),
  settlement_lag_seconds: seconds(0, 86_400),
  source,
});

const tier = object({
  name: tierName,
  /** Tokens per second that one user of the tier gets: where on a production curve it is made. */
  speed_tok_s_user: figure(0.1, 100_000, 'tok/s/user'),
  /** What agents expect before the first trade. */
  opening_price_usd_per_mtok: figure(0, 1_000_000, 'USD/Mtok'),
  /** What buyers usually pay at most. */
  worth_usd_per_mtok: figure(0, 1_000_000, 'USD/Mtok'),
  /** Share of the payment that goes to the model’s owner. */
  licence_share: figure(0, 1),
});

/** Measured production at the tier’s speed; `factor` multiplies both figures. */
const hardwareYield = object(
  {
    tier: tierName,
    total_tok_s_per_mw: number(1, 1e12, 'tok/s/MW'),
    output_tok_s_per_mw: number(1, 1e12, 'tok/s/MW'),
    source,
  },
  { factor: number(0.001, 1_000) },
);

const hardware = object({
  name,
  tco_usd_per_gpu_hour: figure(0, 1_000, 'USD/GPU-hour'),
  kw_per_gpu: figure(0.01, 1_000, 'kW'),
  yields: list(hardwareYield, 1, 32),
});

const factory = object({ name, zone: zoneName, hardware: name, power_mw: number(0.001, 100_000, 'MW') });
const cloudOperator = object({ name, zone: zoneName, share, margin: figure(0, 10) });
const buyer = object({ name, role: oneOf(['APP_VENDOR', 'CONSUMER']), zone: zoneName, share });
const marketMaker = object({ name, zone: zoneName, share, half_spread: figure(0.0001, 0.5) });

/** Of the tokens of requests with at least so many input tokens, the share that each tier serves. */
const band = object({ input_tokens_from: integer(0, 1e9, 'tokens'), shares: numbersByName(0, 1) });

const profileClass = object({
  name,
  requests_per_s: number(0, 1e9, 'requests/s'),
  input_tokens: number(0, 1e9, 'tokens'),
  output_tokens: number(0, 1e9, 'tokens'),
});

const profile = object({
  scale: figure(0.000_001, 1e12),
  source,
  classes: list(profileClass, 1, 32),
  hourly_factors: list(number(0, 100), 24, 24),
  hourly_source: source,
});

const pacing = object({
  /** How often each agent acts. */
  act_every_seconds: number(0.01, 86_400, 'seconds'),
  /** How many delivery windows agents look at, from the nearest gate. */
  windows_ahead: integer(1, 1_000),
  tiers_per_act: integer(1, 32),
  commands_per_second_max: number(0.1, 100_000, 'commands/s'),
  command_life_seconds: number(1, 3_600, 'seconds'),
});

export const scenarioShape = object({
  name,
  title: text(120),
  about: list(text(600), 0, 20),
  /** How much an input token counts beside a generated one. */
  input_token_weight: figure(0, 10),
  start_at: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, 'an instant like 2026-03-16T18:00:00Z'),
  market: object({
    zones: list(object({ name: zoneName, power_usd_per_mwh: figure(0, 100_000, 'USD/MWh') }), 1, 64),
    maker_ppm: wholeFigure(0, 1_000_000, 'ppm'),
    taker_ppm: wholeFigure(0, 1_000_000, 'ppm'),
    id_seed: integer(0, 0xffff_ffff),
    live: schedule,
    trace: schedule,
  }),
  tiers: list(tier, 1, 32),
  costs: object({
    facility_usd_per_gw: figure(0, 1e13, 'USD/GW'),
    facility_years: figure(0.1, 100, 'years'),
    equipment_share_of_tco: figure(0, 1),
  }),
  hardware: list(hardware, 1, 64),
  factories: list(factory, 1, 500),
  power_source: source,
  cloud_operators: list(cloudOperator, 0, 500),
  buyers: list(buyer, 1, 500),
  buyer_spread: figure(0, 1),
  buyer_market_orders: figure(0, 1),
  market_makers: list(marketMaker, 0, 500),
  deposit_usd: wholeFigure(1, 9_000_000_000, 'USD'),
  demand: object({
    bands: list(band, 1, 32),
    bands_source: source,
    /** One request of a trace stands for `scale` requests. */
    trace: object({ scale: figure(0.000_001, 1e12) }),
    profile,
  }),
  pacing: object({ live: pacing, trace: pacing, source }),
});

export type Scenario = Checked<typeof scenarioShape>;
export type Schedule = Scenario['market']['live'];
export type Pacing = Scenario['pacing']['live'];
export type ScenarioTier = Scenario['tiers'][number];
export type DemandBand = Scenario['demand']['bands'][number];

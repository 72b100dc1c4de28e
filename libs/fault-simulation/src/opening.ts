// How every simulated market begins: small windows, few tiers, scarce power, and people who trade with each other.

import { DEFAULT_TIERS, MINUTE_US, VALUE_SPLIT_RULE_V1, type Command, type CommandOf } from '@tokenbourse/domain';

export const TIERS = DEFAULT_TIERS.slice(0, 3);

/** 2026-11-20T13:00:00Z. */
export const WORLD_BEGINS_US = Date.UTC(2026, 10, 20, 13) * 1_000;

/** Each is to be answered before the next is sent. */
export function openingCommands(seed: number): Command[] {
  const people = ['mill', 'yard', 'ann', 'bob', 'cyd'];
  return [
    {
      type: 'OpenMarket',
      command_id: 'open',
      market: 'main',
      currency: 'USD',
      id_seed: seed >>> 0,
      window_us: 10 * MINUTE_US,
      horizon_us: 30 * MINUTE_US,
      open_lead_us: 25 * MINUTE_US,
      gate_lead_us: 2 * MINUTE_US,
      settlement_lag_us: 3 * MINUTE_US,
      open_orders_per_account: 2_000,
      matches_per_command: 500,
      quotes_per_offer: 20,
      idempotency_window_us: 20 * MINUTE_US,
      tiers: TIERS,
      zones: [{ name: 'USE' }, { name: 'EUW' }],
      maker_ppm: 100,
      taker_ppm: 500,
      split_version: 1,
      split_rule: JSON.stringify(VALUE_SPLIT_RULE_V1),
    },
    ...people.map((name): Command => ({ type: 'RegisterParticipant', command_id: `o-${name}`, name, role: 'TRADER' })),
    // cyd has two accounts: their orders must not trade with each other.
    ...[1, 2, 3, 4, 5, 5].map((participant, i): Command => ({
      type: 'OpenAccount',
      command_id: `o-account-${i}`,
      participant,
      name: 'main',
    })),
    factoryCommand('o-factory-1', 1, 1, 10, 2),
    factoryCommand('o-factory-2', 2, 2, 5, 1),
    ...[1, 2, 3, 4, 5, 6].map((account): Command => ({
      type: 'Deposit',
      account,
      command_id: `o-cash-${account}`,
      amount_micro_usd: 150_000 * account,
      reference: '',
      expires_at_us: 0,
    })),
  ];
}

export function factoryCommand(
  command_id: string,
  account: number,
  zone: number,
  power_watts: number,
  draw: number,
): CommandOf<'RegisterFactory'> {
  const yields = TIERS.slice(0, 1 + (draw % TIERS.length)).map((_, i) => ({
    tier: i + 1,
    joules_per_mtok: (i + 1) * 1_000,
    licence_ppm: 50_000,
  }));
  const costs = costsOf(draw);
  return {
    type: 'RegisterFactory',
    account,
    command_id,
    name: 'plant',
    zone,
    hardware: 'GB300',
    power_watts,
    yields,
    ...costs,
  };
}

export function costsOf(draw: number) {
  return {
    power_micro_usd_per_mwh: 40_000_000 + draw,
    equipment_micro_usd_per_mwh: 500_000_000,
    facility_micro_usd_per_mwh: 300_000_000 - draw,
  };
}

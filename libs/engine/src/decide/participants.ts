// Participants, accounts, factories and API keys.

import { energyBudget, PPM, type CommandOf } from '@tokenbourse/domain';
import { NO_FACTORY } from '@tokenbourse/ledger';

import type { MarketState } from '../state/market-state';
import { refusal, refuseFigure, type Decision, type Refusal } from './decision';

type ParticipantCommand = CommandOf<
  'RegisterParticipant' | 'OpenAccount' | 'RegisterFactory' | 'SetFactoryCosts' | 'CreateApiKey' | 'RevokeApiKey'
>;

const LARGEST = Number.MAX_SAFE_INTEGER;
/** 1 TW: a plant of any size. */
const POWER_WATTS_MAX = 1_000_000_000_000;

/** The most power in watts whose energy over a window, in millijoules, is a signed 64-bit integer. */
function powerWattsMax(windowUs: number): number {
  return Math.min(POWER_WATTS_MAX, Number(((2n ** 63n - 1n) * 1_000n) / BigInt(windowUs)));
}

/**
 * Whether all lots of a tier that the zone's factories can make in a window, a further one at `joules` per Mtok included,
 * can be counted exactly: then every position can.
 */
function refuseYield(
  state: MarketState,
  zone: number,
  tier: number,
  budget: bigint,
  joules: number,
): Refusal | undefined {
  let room = BigInt(LARGEST);
  for (const factory of state.factories) {
    const other = factory.zone === zone ? factory.joulesPerMtok[tier]! : 0;
    if (other > 0) room -= energyBudget(factory.powerWatts, state.schedule.windowUs) / BigInt(other);
  }
  const least = room > 0n ? (budget + room - 1n) / room : BigInt(LARGEST);
  return (
    refuseFigure(joules, Math.min(LARGEST, Math.max(1, Number(least))), LARGEST) ??
    (budget / BigInt(joules) > room ? refusal('INVALID_FIGURE', LARGEST, joules) : undefined)
  );
}

export function decideParticipants(decision: Decision, command: ParticipantCommand): void {
  const { state } = decision;
  const refused = refuse(decision, command);
  if (refused !== undefined) {
    const account = 'account' in command ? command.account : 0;
    decision.emit({ type: 'CommandRejected', command: command.type, account, ...refused });
    return;
  }
  switch (command.type) {
    case 'RegisterParticipant':
      decision.emit({
        type: 'ParticipantRegistered',
        participant: state.lastParticipant + 1,
        name: command.name,
        role: command.role,
      });
      return;
    case 'OpenAccount':
      decision.emit({
        type: 'AccountOpened',
        account: state.accounts.last + 1,
        participant: command.participant,
        name: command.name,
      });
      return;
    case 'RegisterFactory':
      return registerFactory(decision, command);
    case 'SetFactoryCosts': {
      const { account, power_micro_usd_per_mwh, equipment_micro_usd_per_mwh, facility_micro_usd_per_mwh } = command;
      decision.emit({
        type: 'FactoryCostsSet',
        account,
        power_micro_usd_per_mwh,
        equipment_micro_usd_per_mwh,
        facility_micro_usd_per_mwh,
      });
      return;
    }
    case 'CreateApiKey': {
      const { name, account, all_accounts, scopes, hash } = command;
      decision.emit({ type: 'ApiKeyCreated', key: state.lastKey + 1, name, account, all_accounts, scopes, hash });
      return;
    }
    case 'RevokeApiKey':
      decision.emit({ type: 'ApiKeyRevoked', key: command.key });
      return;
  }
}

function registerFactory(decision: Decision, command: CommandOf<'RegisterFactory'>): void {
  decision.emit({
    type: 'FactoryRegistered',
    account: command.account,
    participant: decision.state.accounts.participant(command.account),
    name: command.name,
    zone: command.zone,
    hardware: command.hardware,
    power_watts: command.power_watts,
    yields: command.yields,
    power_micro_usd_per_mwh: command.power_micro_usd_per_mwh,
    equipment_micro_usd_per_mwh: command.equipment_micro_usd_per_mwh,
    facility_micro_usd_per_mwh: command.facility_micro_usd_per_mwh,
  });
}

function refuse(decision: Decision, command: ParticipantCommand): Refusal | undefined {
  const { state } = decision;
  switch (command.type) {
    case 'RegisterParticipant':
      return undefined;
    case 'OpenAccount':
      return command.participant >= 1 && command.participant <= state.lastParticipant
        ? undefined
        : refusal('UNKNOWN_PARTICIPANT');
    case 'RegisterFactory':
      return refuseFactory(decision, command);
    case 'SetFactoryCosts':
      if (!state.accounts.exists(command.account) || state.accounts.factory(command.account) === NO_FACTORY) {
        return refusal('UNKNOWN_FACTORY');
      }
      return refuseCosts(command);
    case 'CreateApiKey':
      return state.accounts.exists(command.account) ? undefined : refusal('UNKNOWN_ACCOUNT');
    case 'RevokeApiKey':
      return state.activeKeys.has(command.key) ? undefined : refusal('UNKNOWN_KEY');
  }
}

function refuseFactory(decision: Decision, command: CommandOf<'RegisterFactory'>): Refusal | undefined {
  const { state } = decision;
  const { account, zone, power_watts: power, yields } = command;
  if (!state.accounts.exists(account)) return refusal('UNKNOWN_ACCOUNT');
  if (account === 0) return refusal('ACCOUNT_NOT_TRADING');
  if (state.accounts.factory(account) !== NO_FACTORY) return refusal('ALREADY_FACTORY');
  if (zone < 1 || zone >= state.zones.length) return refusal('UNKNOWN_ZONE');
  const { windowUs } = state.schedule;
  const tooMuch = refuseFigure(power, 1, powerWattsMax(windowUs));
  if (tooMuch !== undefined) return tooMuch;
  const budget = energyBudget(power, windowUs);
  const seen = new Set<number>();
  for (const made of yields) {
    if (made.tier < 1 || made.tier >= state.tiers.length || seen.has(made.tier)) return refusal('UNKNOWN_TIER');
    seen.add(made.tier);
    const wrong =
      refuseYield(state, zone, made.tier, budget, made.joules_per_mtok) ?? refuseFigure(made.licence_ppm, 0, PPM);
    if (wrong !== undefined) return wrong;
  }
  return refuseCosts(command);
}

function refuseCosts(command: CommandOf<'RegisterFactory' | 'SetFactoryCosts'>): Refusal | undefined {
  return (
    refuseFigure(command.power_micro_usd_per_mwh, 0, LARGEST) ??
    refuseFigure(command.equipment_micro_usd_per_mwh, 0, LARGEST) ??
    refuseFigure(command.facility_micro_usd_per_mwh, 0, LARGEST)
  );
}

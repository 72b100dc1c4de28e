// Events of contracts, participants, cash, settings and refusals in words.

import { formatId, type EventOf } from '@tokenbourse/domain';
import { formatMw, refusalSentence } from '@tokenbourse/protocol';

import type { Names } from './names';
import { account, duration, instant, mtok, mwh, percent, price, usd } from './quantities';

type OutcomeEvent = EventOf<
  | 'OrderRejected'
  | 'CommandRejected'
  | 'CommandRepeated'
  | 'CommandFailed'
  | 'Pinged'
  | 'ClockConfirmed'
  | 'CommandsDropped'
>;
type LifecycleEvent = EventOf<
  | 'WindowListed'
  | 'ContractListed'
  | 'ContractOpened'
  | 'ContractClosed'
  | 'ContractDelivering'
  | 'PositionSettled'
  | 'ContractSettled'
  | 'CapacityPerished'
  | 'WindowEnded'
>;
type RegisterEvent = EventOf<
  | 'ParticipantRegistered'
  | 'AccountOpened'
  | 'FactoryRegistered'
  | 'FactoryCostsSet'
  | 'CashDeposited'
  | 'CashWithdrawn'
  | 'ApiKeyCreated'
  | 'ApiKeyRevoked'
>;
type SettingEvent = EventOf<'MarketOpened' | 'TierAdded' | 'ZoneAdded' | 'FeesSet' | 'LimitsSet' | 'SplitRuleSet'>;

export function outcomeWords(event: OutcomeEvent, names: Names): string {
  switch (event.type) {
    case 'OrderRejected':
      return `order of ${account(event.account)} in ${names.contract(event.contract)} refused: ${event.code}. ${refusalSentence(event)}`;
    case 'CommandRejected':
      return `${event.command}${event.account === 0 ? '' : ` of ${account(event.account)}`} refused: ${event.code}. ${refusalSentence(event)}`;
    case 'CommandRepeated': {
      const first = `record ${event.first_sequence}, ${event.outcome}${event.code === 'NONE' ? '' : ` ${event.code}`}`;
      return `${event.command} came again: its outcome is that of ${first}`;
    }
    case 'CommandFailed':
      return `${event.command} of ${account(event.account)} made the engine fail, and changed nothing: ${event.code}`;
    case 'Pinged':
      return `ping ${event.token}`;
    case 'ClockConfirmed':
      return `the clock is confirmed: ${instant(event.wall_us)}, after ${instant(event.last_stamp_us)}`;
    case 'CommandsDropped': {
      const places = `${event.from_offset}:${event.from_index} to ${event.to_offset}:${event.to_index}`;
      const why = event.reason === 'RETENTION' ? 'the topic no longer has them' : 'no command, see the dead letters';
      return `commands from ${places} are passed undecided: ${why}`;
    }
  }
}

export function lifecycleWords(event: LifecycleEvent, names: Names): string {
  switch (event.type) {
    case 'WindowListed': {
      const start = `${instant(event.window_start_at_us)} for ${duration(event.window_us)}`;
      return `window ${event.window} of ${names.zone(event.zone)} listed: ${start}, gate closes ${instant(event.gate_closes_at_us)}`;
    }
    case 'ContractListed':
      return `${event.contract_id} listed as contract ${event.contract}, opens ${instant(event.opens_at_us)}`;
    case 'ContractOpened':
      return `${names.contract(event.contract)} opens for trading`;
    case 'ContractClosed':
      return `${names.contract(event.contract)}: the gate closes, ${event.open_orders} orders still open`;
    case 'ContractDelivering':
      return `${names.contract(event.contract)}: delivery begins`;
    case 'PositionSettled': {
      const money = `paid ${usd(event.paid_micro_usd)}, receives ${usd(event.received_micro_usd)}`;
      return `${names.contract(event.contract)}: ${account(event.account)} settled, ${mtok(event.lots)}, ${money}`;
    }
    case 'ContractSettled': {
      const sums = `${event.trades} trades, ${mtok(event.lots)}, ${usd(event.paid_out_micro_usd)} paid out`;
      return `${names.contract(event.contract)} settled: ${sums}`;
    }
    case 'CapacityPerished': {
      const energy = `${mwh(event.sold_millijoules)} of ${mwh(event.budget_millijoules)} sold, ${mwh(event.perished_millijoules)} perished`;
      return `factory of ${account(event.account)}, window ${event.window}: ${energy}`;
    }
    case 'WindowEnded':
      return `window ${event.window} of ${names.zone(event.zone)} has ended`;
  }
}

export function registerWords(event: RegisterEvent, names: Names): string {
  switch (event.type) {
    case 'ParticipantRegistered':
      return `${formatId('participant', event.participant)} ${JSON.stringify(event.name)} registered: ${event.role}`;
    case 'AccountOpened':
      return `${account(event.account)} ${JSON.stringify(event.name)} of ${formatId('participant', event.participant)} opened`;
    case 'FactoryRegistered': {
      const tiers = event.yields.map((made) => `${names.tier(made.tier)} ${made.joules_per_mtok} J/Mtok`).join(', ');
      const plant = `${formatMw(event.power_watts)} MW of ${JSON.stringify(event.hardware)} in ${names.zone(event.zone)}`;
      return `${account(event.account)} is a factory, ${JSON.stringify(event.name)}: ${plant}, makes ${tiers}`;
    }
    case 'FactoryCostsSet':
      return `factory of ${account(event.account)}: ${costs(event)}`;
    case 'CashDeposited':
      return `${account(event.account)} deposits ${usd(event.amount_micro_usd)}${reference(event.reference)}`;
    case 'CashWithdrawn':
      return `${account(event.account)} withdraws ${usd(event.amount_micro_usd)}${reference(event.reference)}`;
    case 'ApiKeyCreated': {
      const whose = event.all_accounts === 'YES' ? 'all accounts' : account(event.account);
      return `${formatId('key', event.key)} ${JSON.stringify(event.name)} made for ${whose}: ${event.scopes}`;
    }
    case 'ApiKeyRevoked':
      return `${formatId('key', event.key)} revoked`;
  }
}

function reference(text: string): string {
  return text === '' ? '' : `, ${JSON.stringify(text)}`;
}

function costs(event: EventOf<'FactoryCostsSet'>): string {
  const power = `power ${usd(event.power_micro_usd_per_mwh)}/MWh`;
  const equipment = `equipment ${usd(event.equipment_micro_usd_per_mwh)}/MWh`;
  return `${power}, ${equipment}, facility ${usd(event.facility_micro_usd_per_mwh)}/MWh`;
}

export function settingWords(event: SettingEvent): string {
  switch (event.type) {
    case 'MarketOpened': {
      const times = `windows of ${duration(event.window_us)}, listed ${duration(event.horizon_us)} ahead`;
      return `market ${JSON.stringify(event.market)} opens in ${event.currency}: ${times}`;
    }
    case 'TierAdded':
      return `tier ${event.name}: reference ${price(event.reference_price_ticks)}, ${JSON.stringify(event.description)}`;
    case 'ZoneAdded':
      return `zone ${event.name}`;
    case 'FeesSet':
      return `fees from now on: maker ${percent(event.maker_ppm)}, taker ${percent(event.taker_ppm)} (schedule ${event.schedule})`;
    case 'LimitsSet': {
      const limits = `${event.open_orders_per_account} open orders per account, ${event.matches_per_command} fills per command`;
      return `limits: ${limits}, ids known for ${duration(event.idempotency_window_us)}`;
    }
    case 'SplitRuleSet':
      return `value split by rule version ${event.version}`;
  }
}

// Cash, participants, accounts, factories, keys. Sections 3, 4 (FAC) and 8 (PAR) of the rules.

import { PPM, type CommandOf } from '@tokenbourse/domain';

import { accountOf, demand, demandFigure, demandInTime, Refusal, tradingAccount } from './refusal';
import type { Market } from './market';
import { allCash, demandAmount, demandFunds, LARGEST } from './money';

/** All cash of a market together stays within this, in micro-USD. */
const ALL_CASH_MAX = 2n ** 62n;
/** 1 TW */
const POWER_WATTS_MAX = 10 ** 12;
const ENERGY_MAX = 2n ** 63n - 1n;

export function deposit(market: Market, command: CommandOf<'Deposit'>): void {
  demandInTime(market, command.expires_at_us);
  const account = accountOf(market, command.account);
  const { amount_micro_usd, reference } = command;
  demandAmount(amount_micro_usd);
  const room = ALL_CASH_MAX - allCash(market);
  if (BigInt(amount_micro_usd) > room) throw new Refusal('INVALID_AMOUNT', Number(room), amount_micro_usd);
  account.cash += BigInt(amount_micro_usd);
  market.tell({ type: 'CashDeposited', account: account.number, amount_micro_usd, reference });
}

export function withdraw(market: Market, command: CommandOf<'Withdraw'>): void {
  demandInTime(market, command.expires_at_us);
  const account = accountOf(market, command.account);
  const { amount_micro_usd, reference } = command;
  demandAmount(amount_micro_usd);
  demandFunds(market, account, BigInt(amount_micro_usd));
  account.cash -= BigInt(amount_micro_usd);
  market.tell({ type: 'CashWithdrawn', account: account.number, amount_micro_usd, reference });
}

export function registerParticipant(market: Market, { name, role }: CommandOf<'RegisterParticipant'>): void {
  market.participants += 1;
  market.made = market.participants;
  market.tell({ type: 'ParticipantRegistered', participant: market.participants, name, role });
}

export function openAccount(market: Market, { participant, name }: CommandOf<'OpenAccount'>): void {
  demand(participant >= 1 && participant <= market.participants, 'UNKNOWN_PARTICIPANT');
  const number = market.accounts.length;
  market.accounts.push({ number, participant, cash: 0n, factory: undefined });
  market.made = number;
  market.tell({ type: 'AccountOpened', account: number, participant, name });
}

export function registerFactory(market: Market, command: CommandOf<'RegisterFactory'>): void {
  const account = tradingAccount(market, command.account);
  const { zone, power_watts: powerWatts, yields } = command;
  demand(account.factory === undefined, 'ALREADY_FACTORY');
  demand(zone >= 1 && zone <= market.zones.length, 'UNKNOWN_ZONE');
  demandPower(market, powerWatts);
  demandYields(market, command);
  demandCosts(command);
  account.factory = { zone, powerWatts, yields, registeredAtUs: market.nowUs };
  market.made = account.number;
  market.tell({
    type: 'FactoryRegistered',
    account: account.number,
    participant: account.participant,
    name: command.name,
    zone,
    hardware: command.hardware,
    power_watts: powerWatts,
    yields,
    ...costsOf(command),
  });
}

/** Power is at most 1 TW, and its energy over a window at most 2^63 − 1 mJ. */
function demandPower(market: Market, powerWatts: number): void {
  const most = (ENERGY_MAX * 1_000n) / BigInt(market.schedule!.window_us);
  demandFigure(powerWatts, 1, Math.min(POWER_WATTS_MAX, Number(most)));
}

/** A tier takes so much energy that all lots that the zone's factories can make of it in a window stay below 2^53. */
function demandYields(market: Market, { zone, power_watts, yields }: CommandOf<'RegisterFactory'>): void {
  const energyOf = (watts: number) => (BigInt(watts) * BigInt(market.schedule!.window_us)) / 1_000n;
  const budget = energyOf(power_watts);
  for (const [i, { tier, joules_per_mtok, licence_ppm }] of yields.entries()) {
    const named = yields.slice(0, i).some((earlier) => earlier.tier === tier);
    demand(tier >= 1 && tier <= market.tiers.length && !named, 'UNKNOWN_TIER');
    const others = market.accounts.flatMap(({ factory }) =>
      factory?.zone === zone
        ? factory.yields.filter((made) => made.tier === tier).map((made) => ({ watts: factory.powerWatts, made }))
        : [],
    );
    const made = others.reduce((lots, other) => lots + energyOf(other.watts) / BigInt(other.made.joules_per_mtok), 0n);
    const room = BigInt(LARGEST) - made;
    const least = room > 0n ? Number((budget + room - 1n) / room) : LARGEST;
    demandFigure(joules_per_mtok, Math.min(LARGEST, Math.max(1, least)), LARGEST);
    demand(budget / BigInt(joules_per_mtok) <= room, 'INVALID_FIGURE', LARGEST, joules_per_mtok);
    demandFigure(licence_ppm, 0, PPM);
  }
}

type Costs = Pick<
  CommandOf<'SetFactoryCosts'>,
  'power_micro_usd_per_mwh' | 'equipment_micro_usd_per_mwh' | 'facility_micro_usd_per_mwh'
>;

function costsOf(command: Costs): Costs {
  return {
    power_micro_usd_per_mwh: command.power_micro_usd_per_mwh,
    equipment_micro_usd_per_mwh: command.equipment_micro_usd_per_mwh,
    facility_micro_usd_per_mwh: command.facility_micro_usd_per_mwh,
  };
}

function demandCosts(costs: Costs): void {
  demandFigure(costs.power_micro_usd_per_mwh, 0, LARGEST);
  demandFigure(costs.equipment_micro_usd_per_mwh, 0, LARGEST);
  demandFigure(costs.facility_micro_usd_per_mwh, 0, LARGEST);
}

export function setFactoryCosts(market: Market, command: CommandOf<'SetFactoryCosts'>): void {
  demand(market.accounts[command.account]?.factory !== undefined, 'UNKNOWN_FACTORY');
  demandCosts(command);
  market.made = command.account;
  market.tell({ type: 'FactoryCostsSet', account: command.account, ...costsOf(command) });
}

export function createApiKey(market: Market, command: CommandOf<'CreateApiKey'>): void {
  const { name, account, all_accounts, scopes, hash } = command;
  accountOf(market, account);
  market.lastKey += 1;
  market.activeKeys.push(market.lastKey);
  market.made = market.lastKey;
  market.tell({ type: 'ApiKeyCreated', key: market.lastKey, name, account, all_accounts, scopes, hash });
}

export function revokeApiKey(market: Market, { key }: CommandOf<'RevokeApiKey'>): void {
  demand(market.activeKeys.includes(key), 'UNKNOWN_KEY');
  market.activeKeys = market.activeKeys.filter((active) => active !== key);
  market.made = key;
  market.tell({ type: 'ApiKeyRevoked', key });
}

// Requests about participants, accounts, cash, factories and capacity offers → commands.

import { API_SCOPES, type CommandOf } from '@tokenbourse/domain';
import { MTOK_PLACES, MW_PLACES, parseDecimal, PRICE_PLACES, USD_PLACES } from '../decimals';
import { parseInstant } from '../instants';
import type { CashRequest, KeyRequest } from '../schemas/accounts';
import type { FactoryCostsRequest, FactoryRequest, OfferRequest } from '../schemas/factories';
import { expiryOf } from './orders';

export function cashCommand<T extends 'Deposit' | 'Withdraw'>(
  type: T,
  request: CashRequest,
  account: number,
  commandId: string,
): CommandOf<'Deposit'> | CommandOf<'Withdraw'> {
  return {
    type,
    account,
    command_id: commandId,
    amount_micro_usd: parseDecimal(request.amount_usd, USD_PLACES),
    reference: request.reference ?? '',
    expires_at_us: 0,
  };
}

function costsOf(request: FactoryCostsRequest) {
  return {
    power_micro_usd_per_mwh: parseDecimal(request.power_usd_per_mwh, USD_PLACES),
    equipment_micro_usd_per_mwh: parseDecimal(request.equipment_usd_per_mwh, USD_PLACES),
    facility_micro_usd_per_mwh: parseDecimal(request.facility_usd_per_mwh, USD_PLACES),
  };
}

/** `tiers[i]` is the number of the tier that `request.yields[i]` names. */
export function registerFactoryCommand(
  request: FactoryRequest,
  account: number,
  zone: number,
  tiers: readonly number[],
  commandId: string,
): CommandOf<'RegisterFactory'> {
  return {
    type: 'RegisterFactory',
    account,
    command_id: commandId,
    name: request.name,
    zone,
    hardware: request.hardware,
    power_watts: parseDecimal(request.power_mw, MW_PLACES),
    yields: request.yields.map(({ joules_per_mtok, licence_ppm = 0 }, i) => ({
      tier: tiers[i]!,
      joules_per_mtok,
      // A JSON number may be -0, which is another bit pattern in the log.
      licence_ppm: licence_ppm + 0,
    })),
    ...costsOf(request),
  };
}

export function setFactoryCostsCommand(
  request: FactoryCostsRequest,
  account: number,
  commandId: string,
): CommandOf<'SetFactoryCosts'> {
  return { type: 'SetFactoryCosts', account, command_id: commandId, ...costsOf(request) };
}

/** `tiers[i]` is the number of the tier that `request.quotes[i]` names. */
export function postOfferCommand(
  request: OfferRequest,
  account: number,
  tiers: readonly number[],
  commandId: string,
  receivedAtUs: number,
): CommandOf<'PostOffer'> {
  return {
    type: 'PostOffer',
    account,
    command_id: commandId,
    window_start_at_us: parseInstant(request.window_start_at),
    quotes: request.quotes.map((quote, i) => ({
      tier: tiers[i]!,
      price_ticks: parseDecimal(quote.price_usd_per_mtok, PRICE_PLACES),
      lots: parseDecimal(quote.quantity_mtok, MTOK_PLACES),
    })),
    energy_policy: request.energy_policy ?? 'SEPARATE',
    expires_at_us: expiryOf(request.expires_at, receivedAtUs),
  };
}

/** `hash` is the SHA-256 of the key, hexadecimal. The command has no id: a key is shown once, a repetition makes another. */
export function createKeyCommand(request: KeyRequest, account: number, hash: string): CommandOf<'CreateApiKey'> {
  return {
    type: 'CreateApiKey',
    command_id: '',
    name: request.name,
    account,
    all_accounts: request.all_accounts === true ? 'YES' : 'NO',
    scopes: API_SCOPES.filter((scope) => request.scopes.includes(scope)).join(','),
    hash,
  };
}

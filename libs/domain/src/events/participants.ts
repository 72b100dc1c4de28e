// Events of participants, accounts, cash, factories and API keys.

import { account, choice, count, integer, list, microUsd, ppm, text } from '../fields';
import { PARTICIPANT_ROLES } from '../vocabulary';
import { defineEvent } from './definition';

/** What a factory spends per MWh that it uses; the value split reads these figures. */
export const costFields = {
  power_micro_usd_per_mwh: integer('micro_usd_per_mwh', 'electricity'),
  equipment_micro_usd_per_mwh: integer('micro_usd_per_mwh', 'servers and network, amortised'),
  facility_micro_usd_per_mwh: integer('micro_usd_per_mwh', 'land, shell, power and cooling plant, amortised'),
} as const;

/** One tier that a factory can make. */
export const yieldFields = {
  tier: count('tier number'),
  joules_per_mtok: integer('joules_per_mtok', 'energy for a million generated tokens of this tier, from 1'),
  licence_ppm: ppm('share of the payment that goes to the model’s owner'),
} as const;

export const participantEvents = {
  ParticipantRegistered: defineEvent(60, 1, 'A person or firm became a participant.', {
    participant: count('participant number'),
    name: text(120, 'name'),
    role: choice(PARTICIPANT_ROLES, 'what it does in the market'),
  }),
  AccountOpened: defineEvent(61, 1, 'A participant’s account was opened.', {
    account: account(),
    participant: count('participant number'),
    name: text(120, 'name'),
  }),
  FactoryRegistered: defineEvent(62, 1, 'An account became a factory: it has power and can make tokens.', {
    account: account('the factory’s account number'),
    participant: count('participant number'),
    name: text(120, 'name'),
    zone: count('zone number'),
    hardware: text(120, 'name of the hardware'),
    power_watts: integer('watts', 'power supply'),
    yields: list(yieldFields, 32, 'tiers that it makes'),
    ...costFields,
  }),
  FactoryCostsSet: defineEvent(63, 1, 'A factory’s cost figures changed; trades from now on are split by them.', {
    account: account('the factory’s account number'),
    ...costFields,
  }),
  CashDeposited: defineEvent(64, 1, 'Cash came in.', {
    account: account(),
    amount_micro_usd: microUsd('amount'),
    reference: text(120, 'the payer’s reference'),
  }),
  CashWithdrawn: defineEvent(65, 1, 'Cash went out.', {
    account: account(),
    amount_micro_usd: microUsd('amount'),
    reference: text(120, 'the payee’s reference'),
  }),
  ApiKeyCreated: defineEvent(66, 1, 'An API key was made; only its hash is kept.', {
    key: count('key number'),
    name: text(120, 'what it is for'),
    account: account('the account it speaks for; 0 for none'),
    all_accounts: choice(['NO', 'YES'], 'whether it may act for every account (admin keys)'),
    scopes: text(60, 'read, trade, admin; comma separated'),
    hash: text(64, 'SHA-256 of the key, hexadecimal'),
  }),
  ApiKeyRevoked: defineEvent(67, 1, 'An API key was revoked.', { key: count('key number') }),
} as const;

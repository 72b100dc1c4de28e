// Participants, accounts, cash, factories, API keys, and the market's own settings.

import type { EventOf } from '@tokenbourse/domain';

import { Account } from './accounts';
import type { Books } from './books';

export function participantRegistered(books: Books, event: EventOf<'ParticipantRegistered'>): void {
  books.expect('numbers', '', 'number of a participant', event.participant, books.lastParticipant + 1);
  books.lastParticipant = event.participant;
}

export function accountOpened(books: Books, event: EventOf<'AccountOpened'>): void {
  books.expect('numbers', '', 'number of an account', event.account, books.accounts.length);
  if (event.participant < 1 || event.participant > books.lastParticipant) {
    books.report('numbers', `account ${event.account}: there is no participant ${event.participant}`);
  }
  books.accounts.push(new Account(books.accounts.length, event.participant));
}

export function factoryRegistered(books: Books, event: EventOf<'FactoryRegistered'>): void {
  const account = books.account(event.account);
  if (account === undefined) return;
  const name = `factory ${event.account}`;
  books.expect('numbers', name, 'participant', event.participant, account.participant);
  if (account.factory !== undefined) books.report('numbers', `${name} is registered a second time`);
  if (books.zones[event.zone] === undefined) books.report('numbers', `${name}: there is no zone ${event.zone}`);
  account.factory = {
    account: event.account,
    zone: event.zone,
    powerWatts: event.power_watts,
    joulesPerMtok: new Map(event.yields.map((made) => [made.tier, made.joules_per_mtok])),
    registeredAtUs: books.atUs,
  };
}

export function cashDeposited(books: Books, event: EventOf<'CashDeposited'>): void {
  const account = books.account(event.account);
  if (account === undefined) return;
  books.changeAvailable(account, BigInt(event.amount_micro_usd));
  books.comeIn(BigInt(event.amount_micro_usd));
}

export function cashWithdrawn(books: Books, event: EventOf<'CashWithdrawn'>): void {
  const account = books.account(event.account);
  if (account === undefined) return;
  books.changeAvailable(account, -BigInt(event.amount_micro_usd));
  books.comeIn(-BigInt(event.amount_micro_usd));
}

export function apiKeyCreated(books: Books, event: EventOf<'ApiKeyCreated'>): void {
  books.expect('numbers', '', 'number of an API key', event.key, books.lastKey + 1);
  books.lastKey = event.key;
  books.activeKeys.add(event.key);
}

export function apiKeyRevoked(books: Books, event: EventOf<'ApiKeyRevoked'>): void {
  if (!books.activeKeys.delete(event.key)) books.report('numbers', `API key ${event.key} is revoked and is not active`);
}

export function marketOpened(books: Books, event: EventOf<'MarketOpened'>): void {
  if (books.opened) books.report('numbers', 'the market is opened a second time');
  books.opened = true;
  books.schedule = {
    windowUs: event.window_us,
    openLeadUs: event.open_lead_us,
    gateLeadUs: event.gate_lead_us,
    settlementLagUs: event.settlement_lag_us,
  };
}

export function tierAdded(books: Books, event: EventOf<'TierAdded'>): void {
  books.expect('numbers', '', 'number of a tier', event.tier, books.tiers.length);
  books.tiers[event.tier] = event.name;
}

export function zoneAdded(books: Books, event: EventOf<'ZoneAdded'>): void {
  books.expect('numbers', '', 'number of a zone', event.zone, books.zones.length);
  books.zones[event.zone] = event.name;
}

export function feesSet(books: Books, event: EventOf<'FeesSet'>): void {
  books.expect('numbers', '', 'number of a fee schedule', event.schedule, books.fees.length);
  books.fees.push({ makerPpm: BigInt(event.maker_ppm), takerPpm: BigInt(event.taker_ppm) });
}

export function limitsSet(books: Books, event: EventOf<'LimitsSet'>): void {
  books.openOrdersLimit = event.open_orders_per_account;
  books.outcomes.setWindow(event.idempotency_window_us, books.atUs);
}

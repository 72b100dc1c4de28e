// Applies the events of participants, accounts, cash, factories and API keys.

import type { EventOf } from '@tokenbourse/domain';

import type { MarketState } from '../state/market-state';
import { post } from './movements';

type ParticipantEvent = EventOf<
  | 'ParticipantRegistered'
  | 'AccountOpened'
  | 'FactoryRegistered'
  | 'FactoryCostsSet'
  | 'CashDeposited'
  | 'CashWithdrawn'
  | 'ApiKeyCreated'
  | 'ApiKeyRevoked'
>;

export function applyParticipants(state: MarketState, event: ParticipantEvent): void {
  switch (event.type) {
    case 'ParticipantRegistered':
      state.lastParticipant = state.result = event.participant;
      return;
    case 'AccountOpened':
      state.accounts.open(event.account, event.participant);
      state.result = event.account;
      return;
    case 'FactoryRegistered': {
      const joulesPerMtok = state.tiers.map(() => 0);
      for (const made of event.yields) joulesPerMtok[made.tier] = made.joules_per_mtok;
      state.accounts.setFactory(event.account, state.factories.length);
      state.factories.push({
        account: event.account,
        zone: event.zone,
        powerWatts: event.power_watts,
        joulesPerMtok,
        registeredAtUs: state.lastStampUs,
      });
      state.result = event.account;
      return;
    }
    case 'FactoryCostsSet':
      state.result = event.account;
      return;
    case 'CashDeposited':
    case 'CashWithdrawn':
      post(state, event);
      return;
    case 'ApiKeyCreated':
      state.lastKey = state.result = event.key;
      state.activeKeys.add(event.key);
      return;
    case 'ApiKeyRevoked':
      state.activeKeys.delete(event.key);
      state.result = event.key;
      return;
  }
}

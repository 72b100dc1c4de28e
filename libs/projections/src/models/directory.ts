// Read model: who is in the market: participants, accounts, factories, API keys.

import type { EventOf, ParticipantRole } from '@tokenbourse/domain';
import type { Handlers, ReadModel, RecordContext } from '../model';
import type { ApiKeyView } from '../queries';
import { Table, plainByNumber } from '../table';

export interface ParticipantDocument {
  readonly participant: number;
  readonly name: string;
  readonly role: ParticipantRole;
  readonly registered_at_us: number;
}

export interface AccountDocument {
  readonly account: number;
  readonly participant: number;
  readonly name: string;
  readonly opened_at_us: number;
}

export interface FactoryDocument {
  readonly account: number;
  readonly participant: number;
  readonly name: string;
  readonly zone: number;
  readonly hardware: string;
  readonly power_watts: number;
  readonly yields: readonly {
    readonly tier: number;
    readonly joules_per_mtok: number;
    readonly licence_ppm: number;
  }[];
  readonly power_micro_usd_per_mwh: number;
  readonly equipment_micro_usd_per_mwh: number;
  readonly facility_micro_usd_per_mwh: number;
  readonly registered_at_us: number;
}

export class DirectoryModel implements ReadModel {
  readonly name = 'directory';
  readonly version = 1;
  readonly participants = new Table<number, ParticipantDocument>('participants', plainByNumber());
  readonly accounts = new Table<number, AccountDocument>('accounts', plainByNumber());
  readonly factories = new Table<number, FactoryDocument>('factories', plainByNumber());
  readonly apiKeys = new Table<number, ApiKeyView>('api_keys', plainByNumber());
  readonly collections = [this.participants, this.accounts, this.factories, this.apiKeys];
  private readonly keyByHash = new Map<string, number>();

  readonly handlers: Handlers = {
    ParticipantRegistered: ({ participant, name, role }, { at_us }) =>
      this.participants.set(participant, { participant, name, role, registered_at_us: at_us }),
    AccountOpened: ({ account, participant, name }, { at_us }) =>
      this.accounts.set(account, { account, participant, name, opened_at_us: at_us }),
    FactoryRegistered: (event, { at_us }) => {
      const { type: _, ...fields } = event;
      this.factories.set(event.account, { ...fields, registered_at_us: at_us });
    },
    FactoryCostsSet: (event) => this.setCosts(event),
    ApiKeyCreated: (event, record) => this.createKey(event, record),
    ApiKeyRevoked: ({ key }, { at_us }) => {
      const before = this.apiKeys.get(key);
      if (before !== undefined) this.apiKeys.set(key, { ...before, revoked: true, revoked_at_us: at_us });
    },
  };

  apiKeyByHash(hash: string): ApiKeyView | undefined {
    const key = this.keyByHash.get(hash.toLowerCase());
    return key === undefined ? undefined : this.apiKeys.get(key);
  }

  loaded(): void {
    for (const { hash, key } of this.apiKeys.values()) this.keyByHash.set(hash.toLowerCase(), key);
  }

  private setCosts(event: EventOf<'FactoryCostsSet'>): void {
    const before = this.factories.get(event.account);
    if (before === undefined) return;
    this.factories.set(event.account, {
      ...before,
      power_micro_usd_per_mwh: event.power_micro_usd_per_mwh,
      equipment_micro_usd_per_mwh: event.equipment_micro_usd_per_mwh,
      facility_micro_usd_per_mwh: event.facility_micro_usd_per_mwh,
    });
  }

  private createKey(event: EventOf<'ApiKeyCreated'>, { at_us }: RecordContext): void {
    const { key, name, account, hash } = event;
    const scopes = event.scopes.split(',').map((scope) => scope.trim());
    this.apiKeys.set(key, {
      key,
      name,
      account,
      all_accounts: event.all_accounts === 'YES',
      scopes: scopes.filter(Boolean),
      hash,
      created_at_us: at_us,
      revoked: false,
      revoked_at_us: 0,
    });
    this.keyByHash.set(hash.toLowerCase(), key);
  }
}

// Prepares a started exchange for traders: participants, accounts, keys, money, factories.

import { streamFor } from '@tokenbourse/agents';
import type { TokenbourseClient } from '@tokenbourse/protocol';
import { Trader, type TraderTerms } from './trader';

/** How the ids of commands begin that prepare the market. */
export const SET_UP = 'set-up-';

const CONTRACTS = 2;
/** Every third trader is a factory. */
const isFactory = (index: number): boolean => index % 3 === 1;

/** One process or several: whoever answers clients. */
export interface Reachable {
  client(kind: 'admin' | 'none'): TokenbourseClient;
}

/** Traders of the market, half a day before its gates close at least. Their set-up is no part of the count. */
export async function prepareTraders(exchange: Reachable, clients: number, seed: number): Promise<Trader[]> {
  const open = await exchange
    .client('none')
    .call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '100' } });
  const chosen = open.data.slice(-CONTRACTS);
  const place = {
    contracts: chosen.map(({ contract_id }) => contract_id),
    windows: chosen.map(({ window_start_at }) => window_start_at),
  };
  const traders: Trader[] = [];
  for (let index = 0; index < clients; index++) {
    const name = `${isFactory(index) ? 'factory' : 'buyer'}${index}`;
    const terms = { ...place, ...(await openTrader(exchange, name, isFactory(index))) };
    traders.push(new Trader(terms, streamFor(seed, name)));
  }
  return traders;
}

async function openTrader(
  exchange: Reachable,
  name: string,
  makesTokens: boolean,
): Promise<Pick<TraderTerms, 'name' | 'account' | 'factory' | 'key'>> {
  const admin = exchange.client('admin');
  const once = (what: string) => ({ idempotencyKey: `${SET_UP}${name}-${what}` });
  const role = makesTokens ? 'FACTORY' : 'CONSUMER';
  const { participant_id } = await admin.call('registerParticipant', { body: { name, role }, ...once('participant') });
  const { account_id } = await admin.call('openAccount', { body: { participant_id, name }, ...once('account') });
  await admin.call('deposit', { params: { account_id }, body: { amount_usd: '5000' }, ...once('deposit') });
  const scopes: ('read' | 'trade')[] = ['read', 'trade'];
  const { key } = await admin.call('createApiKey', { body: { name, scopes, account_id } });
  if (!makesTokens) return { name, account: account_id, factory: undefined, key };
  const yields = ['HIGH', 'MEDIUM'].map((tier) => ({ tier, joules_per_mtok: 1_200_000 }));
  const costs = { power_usd_per_mwh: '50', equipment_usd_per_mwh: '900', facility_usd_per_mwh: '300' };
  const body = { account_id, name, zone: 'USE', hardware: 'GB300 NVL72', power_mw: '10', yields, ...costs };
  const { factory_id } = await admin.call('registerFactory', { body, ...once('factory') });
  return { name, account: account_id, factory: factory_id, key };
}

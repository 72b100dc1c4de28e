// The market that is attacked: two attackers with accounts of their own, two victims whose names, ids and figures nobody else may
// see, and a key of every kind.

import type { TokenbourseClient } from '@tokenbourse/protocol';
import type { ExchangeProcess } from '../support/exchange-process';

/** A way to present oneself, and what it allows. */
export interface Key {
  readonly kind: string;
  /** The header's value; empty: the header is left out. */
  readonly authorization: string;
  readonly scopes: ReadonlySet<string>;
  /** Bound to an account of the attackers: must never see another's. */
  readonly bound: boolean;
  /** Not in force at all. */
  readonly wrong: boolean;
}

export interface Scene {
  readonly keys: readonly Key[];
  /** Ids that exist and that an attacker may name: its own accounts, orders, offers; public names. */
  readonly ownIds: readonly string[];
  /** Ids like those, of things that the attack uses up. */
  readonly spareIds: readonly string[];
  /** Ids of the victims. */
  readonly foreignIds: readonly string[];
  /** Texts that no answer to an attacker may hold, unless its request held them. */
  readonly secrets: readonly string[];
  /** Start of a delivery window that trades. */
  readonly windowStart: string;
  /** All that an admin sees of the victims. */
  victims(): Promise<unknown>;
}

const CONSUMER_USD = '7654321.123457';
const RESERVE_USD = '1000000';
const SPARE_ORDERS = 60;

interface Party {
  readonly participant: string;
  readonly account: string;
  readonly key: string;
  readonly keyId: string;
  readonly readKey: string;
}

async function party(admin: TokenbourseClient, name: string, role: 'CONSUMER' | 'FACTORY'): Promise<Party> {
  const { participant_id } = await admin.call('registerParticipant', { body: { name: `${name} person`, role } });
  const { account_id } = await admin.call('openAccount', { body: { participant_id, name: `${name} account` } });
  const made = await admin.call('createApiKey', {
    body: { name: `${name} key`, scopes: ['read', 'trade'], account_id },
  });
  const reader = await admin.call('createApiKey', { body: { name: `${name} reader`, scopes: ['read'], account_id } });
  return { participant: participant_id, account: account_id, key: made.key, keyId: made.key_id, readKey: reader.key };
}

async function factory(
  admin: TokenbourseClient,
  owner: Party,
  name: string,
  windowStart: string,
  odd: string,
  price: string,
) {
  const made = await admin.call('registerFactory', {
    body: {
      account_id: owner.account,
      name: `${name} works`,
      zone: 'USE',
      hardware: `${name} hardware`,
      power_mw: `31.415${odd}`,
      yields: [{ tier: 'HIGH', joules_per_mtok: 1_234_567, licence_ppm: 123_457 }],
      power_usd_per_mwh: `61.234${odd}`,
      equipment_usd_per_mwh: `912.345${odd}`,
      facility_usd_per_mwh: `312.345${odd}`,
    },
  });
  const offer = await admin.call('postOffer', {
    params: { factory_id: made.factory_id },
    body: {
      window_start_at: windowStart,
      quotes: [{ tier: 'HIGH', price_usd_per_mtok: price, quantity_mtok: '321.123' }],
    },
    key: owner.key,
  });
  return {
    factory: made.factory_id,
    offer: offer.offer_id,
    orders: offer.quotes.flatMap(({ order_id }) => order_id ?? []),
  };
}

/** Sets the scene on an exchange that has just been started. The attackers come first: low numbers stand in the API's examples. */
export async function setScene(exchange: ExchangeProcess): Promise<Scene> {
  const admin = exchange.client('admin');
  const open = await admin.call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '4' } });
  const { contract_id, window_start_at } = open.data.at(-1)!;
  const deposit = (account_id: string, amount_usd: string, reference: string) =>
    admin.call('deposit', { params: { account_id }, body: { amount_usd, reference }, idempotencyKey: reference });
  const order = (key: string, client_order_id: string, price_usd_per_mtok: string, quantity_mtok: string) =>
    admin.call('placeOrder', {
      body: { contract_id, client_order_id, side: 'BUY', quantity_mtok, price_usd_per_mtok },
      key,
    });

  const attacker = await party(admin, 'Mallory', 'CONSUMER');
  const maker = await party(admin, 'Mordred', 'FACTORY');
  await deposit(attacker.account, RESERVE_USD, 'mallory-wire-1');
  const own = await factory(admin, maker, 'Mordred', window_start_at, '111', '5.5');
  const ownOrder = await order(attacker.key, 'mallory-order-1', '1', '1');
  const victim = await party(admin, 'Zephyra', 'CONSUMER');
  const works = await party(admin, 'Quillon', 'FACTORY');
  await deposit(victim.account, CONSUMER_USD, 'zephyra-wire-1');
  const supply = await factory(admin, works, 'Quillon', window_start_at, '787', '5.4');
  const filled = await order(victim.key, 'zephyra-order-1', '6', '12.345');
  const resting = await order(victim.key, 'zephyra-order-2', '1.234', '23.456');

  // Nobody sells in this contract: these orders stay until the attack ends them.
  const quiet = (await admin.call('listContracts', { query: { tier: 'ULTRA', state: 'OPEN', limit: '4' } })).data.at(
    -1,
  )!;
  const spareOrders: string[] = [];
  for (let i = 0; i < SPARE_ORDERS; i++) {
    const body = { contract_id: quiet.contract_id, side: 'BUY' as const, quantity_mtok: '1', price_usd_per_mtok: '1' };
    spareOrders.push((await admin.call('placeOrder', { body, key: attacker.key })).order_id);
  }
  const spare = await admin.call('createApiKey', { body: { name: 'spare', scopes: ['read'] } });
  const revoked = await admin.call('createApiKey', {
    body: { name: 'revoked', scopes: ['read', 'trade', 'admin'], all_accounts: true },
  });
  await admin.call('revokeApiKey', { params: { key_id: revoked.key_id } });
  const adminOnly = await admin.call('createApiKey', { body: { name: 'admin alone', scopes: ['admin'] } });
  const unbound = await admin.call('createApiKey', { body: { name: 'unbound', scopes: ['read', 'trade'] } });

  const key = (kind: string, text: string, scopes: readonly string[], bound = false): Key => ({
    kind,
    authorization: `Bearer ${text}`,
    scopes: new Set(scopes),
    bound,
    wrong: false,
  });
  const wrong = (kind: string, authorization: string): Key => ({
    kind,
    authorization,
    scopes: new Set(),
    bound: true,
    wrong: authorization !== '',
  });
  const all = ['read', 'trade', 'admin'];
  return {
    keys: [
      key('admin', exchange.key('admin'), all),
      key('trade, all accounts', exchange.key('trade'), ['read', 'trade']),
      key('consumer', attacker.key, ['read', 'trade'], true),
      key('factory', maker.key, ['read', 'trade'], true),
      key('consumer, reads only', attacker.readKey, ['read'], true),
      key('unbound', unbound.key, ['read', 'trade'], true),
      key('admin alone', adminOnly.key, ['admin']),
      wrong('none', ''),
      wrong('revoked', `Bearer ${revoked.key}`),
      wrong('unknown', `Bearer tbk_${'A'.repeat(43)}`),
      wrong('almost', `Bearer ${exchange.key('admin').slice(0, -1)}`),
      wrong('doubled', `Bearer ${attacker.key}, Bearer ${victim.keyId}`),
      wrong('basic', `Basic ${Buffer.from('admin:admin').toString('base64')}`),
      wrong('bare', exchange.key('admin')),
      wrong('blank', 'Bearer '),
      wrong('long', `Bearer ${'k'.repeat(4_000)}`),
      wrong('prototype', 'Bearer __proto__'),
    ],
    ownIds: [
      ...[attacker.account, maker.account, attacker.participant, maker.participant, spare.key_id],
      ...[ownOrder.order_id, ...own.orders, own.factory, own.offer, contract_id, 'HIGH', 'USE'],
    ],
    spareIds: spareOrders,
    foreignIds: [
      ...[victim.account, works.account, victim.participant, works.participant, victim.keyId, works.keyId],
      ...[filled.order_id, resting.order_id, ...supply.orders, supply.factory, supply.offer],
      ...['zephyra-order-1', 'zephyra-order-2', 'zephyra-wire-1'],
    ],
    secrets: [
      ...[
        'Zephyra',
        'zephyra',
        'Quillon',
        '7654321.123',
        '7654247.',
        '31.415787',
        '61.234787',
        '912.345787',
        '312.345787',
      ],
      ...[victim.key, works.key, victim.account, works.account, victim.participant, works.participant],
      ...[victim.keyId, works.keyId, filled.order_id, resting.order_id, ...supply.orders, supply.factory, supply.offer],
    ],
    windowStart: window_start_at,
    victims: () => seenOf(admin, [victim, works], supply.factory),
  };
}

async function seenOf(admin: TokenbourseClient, parties: readonly Party[], factory_id: string): Promise<unknown> {
  // All that has been written by now, not what the read models have come to.
  const query = { min_seq: String((await admin.call('getReady', {})).writer.seq) };
  const seen: unknown[] = [];
  for (const { account } of parties) {
    const params = { account_id: account };
    const lists = [
      await admin.call('listPositions', { params, query }),
      await admin.call('listFills', { params, query }),
      await admin.call('getStatement', { params, query }),
      await admin.call('listOrders', { query: { ...query, account_id: account } }),
    ];
    const { as_of_seq: _, ...balance } = await admin.call('getBalances', { params, query });
    seen.push(balance, ...lists.map(({ data }) => data));
  }
  const factory = await admin.call('getFactory', { params: { factory_id } });
  const offers = await admin.call('listOffers', { params: { factory_id } });
  const keys = await admin.call('listApiKeys', { query: { limit: '1000' } });
  const own = keys.data.filter(({ account_id }) => parties.some(({ account }) => account === account_id));
  seen.push({ ...factory, as_of_seq: 0 }, offers.data, own);
  return seen;
}

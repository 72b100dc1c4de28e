// The exchange that the HTTP benchmarks load: a real server process with a market of its own, whose log is held against what was
// answered when it has stopped.

import { visitRecords, type MarketEvent, type RecordVisitor } from '@tokenbourse/domain';
import { originPosition, type LogReader } from '@tokenbourse/log';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { compileCheck, ROUTES, type PlacedOrder, type TokenbourseClient } from '@tokenbourse/protocol';
import { dataFolder, ExchangeProcess } from '../test/support/exchange-process';
import type { Answer } from './http-connection';
import type { OrdersOptions, Trader } from './http-orders';

const TRADERS = 16;
const OPEN_ORDERS_MOST = 10_000_000;
const RATE_LIMIT = '1000000';

export type LoadedMarket = Pick<OrdersOptions, 'host' | 'contract_id' | 'traders'>;

export class LoadedExchange {
  /** Orders and cancels that were acknowledged so far; the log must have as many. */
  acknowledged = { place: 0, cancel: 0 };

  private constructor(
    private readonly exchange: ExchangeProcess,
    private readonly folder: ReturnType<typeof dataFolder>,
    readonly market: LoadedMarket,
  ) {}

  static async start(): Promise<LoadedExchange> {
    const folder = dataFolder();
    const exchange = await ExchangeProcess.start(folder.path, { env: { TOKENBOURSE_RATE_LIMIT: RATE_LIMIT } });
    try {
      return new LoadedExchange(exchange, folder, await openMarket(exchange.client('admin')));
    } catch (error) {
      await exchange.kill();
      folder.remove();
      throw error;
    }
  }

  get port(): number {
    return Number(new URL(this.exchange.url).port);
  }

  get pid(): number {
    return this.exchange.pid;
  }

  get path(): string {
    return this.folder.path;
  }

  /** How long the engine knows a command's id; for older ones the read models have to be looked into. */
  async setIdempotencyWindow(seconds: number): Promise<void> {
    await setWindow(this.exchange.client('admin'), seconds);
  }

  /** Throws unless each answer is a new order as documented, under an id that was asked for once, and stands in the log. */
  async assertTaken(answers: readonly Answer[]): Promise<PlacedOrder[]> {
    const { accepts } = compileCheck(ROUTES.placeOrder.response);
    const logged = new Map<string, string>();
    for (const line of (await this.exchange.client('admin').call('readLog', {})).trimEnd().split('\n')) {
      const { identity, events } = JSON.parse(line) as {
        identity: { command_id: string } | null;
        events: MarketEvent[];
      };
      const accepted = events.find((event) => event.type === 'OrderAccepted');
      if (accepted) logged.set(identity!.command_id, `ord_${accepted.contract}_${accepted.order}`);
    }
    return answers.map(({ status, body }) => {
      const order: unknown = JSON.parse(body);
      if (status !== 201 || !accepts(order)) throw new Error(`no new order, but ${status}: ${body}`);
      if (logged.get(order.client_order_id ?? '') !== order.order_id) throw new Error(`not in the log: ${body}`);
      return order;
    });
  }

  /** Ends the server. Throws unless its log has as many orders and cancels, all under different ids, as were acknowledged. */
  async stop(): Promise<void> {
    const { code, output } = await this.exchange.stop();
    try {
      if (code !== 0) throw new Error(`the exchange ended with ${code}:\n${output}`);
      const log = await LmdbLogReader.open(this.folder.path);
      await assertLogged(log, this.acknowledged).finally(() => log.close());
    } finally {
      this.folder.remove();
    }
  }

  /** Ends the server at once, whatever it has written. */
  async abandon(): Promise<void> {
    await this.exchange.kill();
    this.folder.remove();
  }
}

async function setWindow(admin: TokenbourseClient, idempotency_window_seconds: number): Promise<void> {
  const body = { open_orders_per_account: OPEN_ORDERS_MOST, matches_per_command: 500, quotes_per_offer: 20 };
  await admin.call('setLimits', { body: { ...body, idempotency_window_seconds } });
}

/** A market with traders of both sides, and a contract that stays open. */
export async function openMarket(admin: TokenbourseClient): Promise<LoadedMarket> {
  await setWindow(admin, 3_600);
  const traders: Trader[] = [];
  for (let i = 0; i < TRADERS; i++) traders.push(await openTrader(admin, i, i % 2 === 0 ? 'BUY' : 'SELL'));
  const open = await admin.call('listContracts', { query: { tier: 'HIGH', state: 'OPEN', limit: '3' } });
  return { host: '127.0.0.1', contract_id: open.data.at(-1)!.contract_id, traders };
}

/** An account with money, power and a key of its own. */
async function openTrader(admin: TokenbourseClient, i: number, side: Trader['side']): Promise<Trader> {
  const role = side === 'SELL' ? 'FACTORY' : 'CONSUMER';
  const { participant_id } = await admin.call('registerParticipant', { body: { name: `p${i}`, role } });
  const { account_id } = await admin.call('openAccount', { body: { participant_id, name: `a${i}` } });
  await admin.call('deposit', { params: { account_id }, body: { amount_usd: '9000000000' } });
  if (side === 'SELL') {
    const costs = { power_usd_per_mwh: '50', equipment_usd_per_mwh: '900', facility_usd_per_mwh: '300' };
    const yields = [{ tier: 'HIGH', joules_per_mtok: 1_200_000, licence_ppm: 0 }];
    await admin.call('registerFactory', {
      body: { account_id, name: `f${i}`, zone: 'USE', hardware: 'GB300', power_mw: '100000', yields, ...costs },
    });
  }
  const { key } = await admin.call('createApiKey', { body: { name: `k${i}`, scopes: ['read', 'trade'], account_id } });
  return { key, side };
}

export interface Acknowledged {
  readonly place: number;
  readonly cancel: number;
}

/** Throws unless the log has as many orders and cancels, all under different ids, as were acknowledged. */
export async function assertLogged(log: LogReader, acknowledged: Acknowledged): Promise<void> {
  const ids = new Set<string>();
  let cancel = 0;
  let placing: string | undefined;
  const visitor: RecordVisitor = {
    begin: (_seq, _at, _cause, _of, identity) => {
      placing = identity?.command === 'PlaceOrder' ? identity.command_id : undefined;
    },
    event: ({ type }) => {
      if (type === 'OrderAccepted' && placing !== undefined) ids.add(placing);
      if (type === 'OrderCancelled' && placing === undefined) cancel += 1;
    },
    end: () => undefined,
  };
  for await (const { frame } of log.read(originPosition())) visitRecords(frame.payload, frame.firstSequence, visitor);
  const [logged, told] = [{ place: ids.size, cancel }, acknowledged].map((counts) => JSON.stringify(counts));
  if (logged !== told) throw new Error(`acknowledged: ${told}; logged: ${logged}`);
}

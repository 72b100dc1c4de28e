// The exchange as processes of their roles on one broker and one read store, loaded over HTTP; its log is held against what was
// acknowledged.

import { KafkaLogReader } from '@tokenbourse/log-kafka';
import { TokenbourseClient } from '@tokenbourse/protocol';

import { startOwnKafka, type OwnKafka } from '../test/support/brokers/kafka';
import { startOwnRedis, type OwnRedis } from '../test/support/brokers/redis';
import { Cluster, type ClusterTerms } from '../test/support/cluster';
import type { ClusterMember } from '../test/support/cluster-member';
import { Child } from './http-child';
import { assertLogged, openMarket, type LoadedMarket } from './http-exchange';
import type { ClosedLoad, LoadReport, OpenLoad } from './http-load';
import { logOptions } from './kafka-market';
import { processTimeUs } from './process-time';

/** A broker and a Redis on this machine. */
export class Brokers {
  private constructor(
    readonly kafka: OwnKafka,
    readonly redis: OwnRedis,
  ) {}

  static async start(): Promise<Brokers> {
    const kafka = await startOwnKafka(1);
    try {
      return new Brokers(kafka, await startOwnRedis());
    } catch (error) {
      await kafka.stop();
      throw error;
    }
  }

  get brokerPid(): number {
    return this.kafka.brokers[0]!.pid;
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.kafka.stop();
  }
}

type Wanted =
  | Pick<ClosedLoad, 'kind' | 'mix' | 'connections' | 'requests'>
  | Pick<OpenLoad, 'kind' | 'mix' | 'connections' | 'requests' | 'perSecond'>;

let loads = 0;

/** One market with its processes, and a process that loads it. */
export class LoadedCluster {
  private readonly load = new Child<ClosedLoad | OpenLoad, LoadReport>('http-load.js');
  private readonly acknowledged = { place: 0, cancel: 0 };

  private constructor(
    readonly cluster: Cluster,
    private readonly market: LoadedMarket,
  ) {}

  static async start(
    { kafka, redis }: Brokers,
    terms: Pick<ClusterTerms, 'engines' | 'outcomeWaitMs'> = {},
  ): Promise<LoadedCluster> {
    const cluster = await Cluster.start({ ...terms, kafka: kafka.addresses, redis: redis.url });
    try {
      return new LoadedCluster(cluster, await openMarket(cluster.client('admin')));
    } catch (error) {
      await cluster.kill();
      throw error;
    }
  }

  /** Throws unless every answer is a new order or a cancelled one. */
  async run(wanted: Wanted): Promise<LoadReport> {
    const seed = ++loads;
    const port = Number(new URL(this.api.url!).port);
    const wish = { ...this.market, ...wanted, port, seed, prefix: `load-${seed}-`, keepsAnswers: false };
    const report = await this.load.ask(wish as ClosedLoad | OpenLoad);
    const { 'place 201': place = 0, 'cancel 200': cancel = 0, ...others } = report.statuses;
    if (Object.keys(others).length > 0 || place + cancel !== wanted.requests)
      throw new Error(`answered ${JSON.stringify(report.statuses)} to ${wanted.requests} requests`);
    this.acknowledged.place += place;
    this.acknowledged.cancel += cancel;
    return report;
  }

  /** An order that rests; throws unless it is acknowledged. */
  async place(client_order_id: string): Promise<void> {
    const { contract_id, traders } = this.market;
    const client = new TokenbourseClient(this.api.url!, traders.find(({ side }) => side === 'BUY')!.key);
    const order = { side: 'BUY', quantity_mtok: '0.001', price_usd_per_mtok: '1.00' } as const;
    await client.call('placeOrder', { body: { contract_id, client_order_id, ...order } });
    this.acknowledged.place += 1;
  }

  get api(): ClusterMember {
    return this.cluster.apis[0]!;
  }

  get engine(): ClusterMember {
    return this.cluster.engines[0]!;
  }

  get projector(): ClusterMember {
    return this.cluster.projectors[0]!;
  }

  /** Processor time so far, by role; undefined where the system does not say. */
  usedUs(): { readonly [role: string]: number | undefined } {
    const { api, engine, projector } = this;
    return Object.fromEntries(
      Object.entries({ api, engine, projector }).map(([role, { pid, isRunning }]) => [
        role,
        isRunning ? processTimeUs(pid) : undefined,
      ]),
    );
  }

  /** Ends its processes. Throws unless its log has what was acknowledged, once. */
  async stop(): Promise<void> {
    this.load.close();
    const failed = await this.cluster.stop();
    if (failed.length > 0) throw new Error(`did not end well: ${failed.join(', ')}\n${this.cluster.lastWords()}`);
    const log = await KafkaLogReader.open(logOptions(this.cluster.terms.kafka, this.cluster.market));
    await assertLogged(log, this.acknowledged).finally(() => log.close());
  }

  async abandon(): Promise<void> {
    this.load.close();
    await this.cluster.kill();
  }
}

// Orders over HTTP where each role is a process of its own on Kafka and Redis: without the projector, with it, and two markets
// at once; beside the exchange in one process.

import type { Benchmark, Figure, Report, Setting } from './benchmark';
import { HttpSides } from './http-sides';
import { quantile } from './http-latency';
import { Brokers, LoadedCluster } from './kafka-cluster';
import { figureOf, sideBySide, type Candidate } from './measure';
import { processTimeUs } from './process-time';

const CONNECTIONS = 256;
const REQUESTS_MOST = 40_000;
/** At low load, from few connections. */
const LOW_RATE = 100;
const LOW_REQUESTS = 500;

class Markets {
  /** Microseconds per order, by process. */
  private readonly bills = new Map<string, number[]>();

  constructor(
    private readonly brokers: Brokers,
    readonly one: LoadedCluster,
    readonly other: LoadedCluster,
    readonly standalone: HttpSides,
  ) {}

  static async start(): Promise<Markets> {
    const brokers = await Brokers.start();
    const begun: LoadedCluster[] = [];
    try {
      for (let i = 0; i < 2; i++) begun.push(await LoadedCluster.start(brokers));
      return new Markets(brokers, begun[0]!, begun[1]!, await HttpSides.start());
    } catch (error) {
      for (const cluster of begun) await cluster.abandon();
      await brokers.stop();
      throw error;
    }
  }

  async all(requests: number): Promise<number> {
    const used = this.usedUs();
    const { seconds } = await this.one.run(closed(requests));
    const now = this.usedUs();
    for (const [process, after] of Object.entries(now)) {
      const before = used[process];
      if (before === undefined || after === undefined) continue;
      this.bills.set(process, [...(this.bills.get(process) ?? []), (after - before) / requests]);
    }
    return seconds;
  }

  async withoutProjector(requests: number): Promise<number> {
    const { projector } = this.one;
    projector.signal('SIGSTOP');
    try {
      return (await this.one.run(closed(requests))).seconds;
    } finally {
      projector.signal('SIGCONT');
      await projector.until('caught up', ({ status }) => status === 'READY');
    }
  }

  /** Half of the requests at each; until both have all their answers. */
  async both(requests: number): Promise<number> {
    const half = Math.floor(requests / 2);
    const reports = await Promise.all([this.one, this.other].map((market) => market.run(closed(half))));
    return Math.max(...reports.map(({ seconds }) => seconds));
  }

  figures(): Figure[] {
    return [...this.bills].map(([process, values]) => figureOf(`${process}, processor time per order`, 'µs', values));
  }

  async stop(): Promise<void> {
    try {
      await this.one.stop();
      await this.other.stop();
      await this.standalone.stop();
    } finally {
      await this.brokers.stop();
    }
  }

  async abandon(): Promise<void> {
    await Promise.all([this.one.abandon(), this.other.abandon(), this.standalone.abandon()]);
    await this.brokers.stop();
  }

  private usedUs(): { readonly [process: string]: number | undefined } {
    const { brokerPid, redis } = this.brokers;
    return { ...this.one.usedUs(), broker: processTimeUs(brokerPid), Redis: processTimeUs(redis.pid) };
  }
}

function closed(requests: number) {
  return { kind: 'closed', mix: 'orders', connections: CONNECTIONS, requests } as const;
}

async function measure(setting: Setting): Promise<Report> {
  const requests = Math.min(setting.operations, REQUESTS_MOST);
  setting.progress('kafka-http: starting the processes');
  const markets = await Markets.start();
  const figures: Figure[] = [];
  try {
    const add = (name: string, run: () => Promise<number>): Candidate => ({ name, operations: requests, run });
    const candidates = [
      add('api, engine and projector', () => markets.all(requests)),
      add('the same, the projector held', () => markets.withoutProjector(requests)),
      add('two markets at once, each with all its roles, together', () => markets.both(requests)),
      add('all in one process, on its own log', async () => {
        const { seconds } = await markets.standalone.run('exchange', closed(requests));
        return seconds;
      }),
    ];
    figures.push(...(await sideBySide('kafka-http', candidates, setting)), ...markets.figures());
    const low = await lowLoad(markets, setting);
    figures.push(...low);
  } catch (error) {
    await markets.abandon();
    throw error;
  }
  await markets.stop();
  return { figures, aims: [] };
}

/** From the moment at which a request was due; of orders that rest and their cancels alike. */
async function lowLoad({ one }: Markets, { runs, operations, progress }: Setting): Promise<Figure[]> {
  const requests = Math.min(LOW_REQUESTS, operations);
  const p50: number[] = [];
  const p99: number[] = [];
  for (let round = 0; round < runs; round++) {
    progress(`kafka-http: low load, run ${round + 1} of ${runs}`);
    const load = { kind: 'open', mix: 'orders and cancels', connections: 16, requests, perSecond: LOW_RATE } as const;
    const { latencies_ms } = await one.run(load);
    const all = [...latencies_ms.place, ...latencies_ms.cancel];
    p50.push(quantile(all, 0.5));
    p99.push(quantile(all, 0.99));
  }
  const name = `${LOW_RATE} orders and cancels per second, api, engine and projector`;
  return [figureOf(`${name}, p50`, 'ms', p50), figureOf(`${name}, p99`, 'ms', p99)];
}

export const kafkaHttp: Benchmark = {
  name: 'kafka-http',
  title: 'Orders over HTTP, roles on Kafka and Redis',
  method:
    'As http, but api, engine and projector are processes of their own on one broker and one Redis, all on this machine with the ' +
    'load, 256 connections that each wait for their answer; the same with the projector held meanwhile; two markets on the same ' +
    'brokers, each with processes and a load of its own; and beside them the exchange in one process. All answers must be 201, ' +
    'and at the end the logs must have every order that was acknowledged, once.',
  onlyByName: true,
  measure,
};

// The load, as a process of its own that is asked by message and says what it saw. It loads all candidates of a benchmark alike.

import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Connection, type Answer } from './http-connection';
import { Orders, type Kind, type OrdersOptions, type Wish } from './http-orders';
import type { TickerData } from './http-ticker';

interface Load extends OrdersOptions {
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
  /** Whether the answers are kept and sent back. */
  readonly keepsAnswers: boolean;
}

/** Closed: each connection sends its next request when the last is answered. */
export interface ClosedLoad extends Load {
  readonly kind: 'closed';
}

/** Open: so many requests per second whether answered or not; a request that finds all connections busy waits, and that counts. */
export interface OpenLoad extends Load {
  readonly kind: 'open';
  readonly perSecond: number;
}

export interface LoadReport {
  readonly seconds: number;
  /** How many answers of each kind had which status, e.g. "place 201". */
  readonly statuses: { readonly [kindAndStatus: string]: number };
  readonly answers: readonly Answer[];
  /** Of an open load, from the moment at which a request was due until its answer was read; ms, unsorted. */
  readonly latencies_ms: { readonly [K in Kind]: readonly number[] };
  /** How late requests were sent because the load's own process was late; ms, unsorted. */
  readonly lateness_ms: readonly number[];
}

class LoadRun {
  private readonly orders: Orders;
  private readonly statuses: Record<string, number> = {};
  private readonly answers: Answer[] = [];
  private readonly latencies: Record<Kind, number[]> = { place: [], cancel: [] };
  private readonly lateness: number[] = [];
  private connections: Connection[] = [];
  private answered = 0;
  private broken: (error: Error) => void = () => undefined;

  constructor(private readonly load: ClosedLoad | OpenLoad) {
    this.orders = new Orders(load);
  }

  async run(): Promise<LoadReport> {
    const { load } = this;
    this.connections = await Promise.all(
      Array.from({ length: load.connections }, () =>
        Connection.open(load.host, load.port, (error) => this.broken(error)),
      ),
    );
    const start = process.hrtime.bigint();
    try {
      await new Promise<void>((resolve, reject) => {
        this.broken = reject;
        if (load.kind === 'closed') this.runClosed(resolve);
        else this.runOpen(load, resolve);
      });
    } finally {
      for (const connection of this.connections) connection.close();
    }
    return {
      seconds: Number(process.hrtime.bigint() - start) / 1e9,
      statuses: this.statuses,
      answers: this.answers,
      latencies_ms: this.latencies,
      lateness_ms: this.lateness,
    };
  }

  private runClosed(done: () => void): void {
    const { load } = this;
    let sent = 0;
    this.connections.forEach((connection, i) => {
      const next = (): void => {
        if (sent === load.requests) return;
        sent += 1;
        const wish = this.orders.next(i % load.traders.length);
        connection.send(wish.text, (answer) => {
          this.take(wish, answer);
          if (this.answered === load.requests) done();
          else next();
        });
      };
      next();
    });
  }

  /** The moments at which requests are due are fixed before the first is sent. */
  private runOpen(load: OpenLoad, done: () => void): void {
    const firstNs = process.hrtime.bigint() + 20_000_000n;
    const data: TickerData = { firstNs, perSecond: load.perSecond, requests: load.requests };
    const ticker = new Worker(path.join(__dirname, 'http-ticker.js'), { workerData: data });
    const idle = this.connections.map((_, i) => i);
    let [due, sent] = [0, 0];
    const sinceDueMs = (request: number): number =>
      Number(process.hrtime.bigint() - firstNs) / 1e6 - (request * 1_000) / load.perSecond;
    const send = (): void => {
      while (sent < due && idle.length > 0) {
        const request = sent++;
        const i = idle.shift()!;
        const wish = this.orders.next(i % load.traders.length);
        this.connections[i]!.send(wish.text, (answer) => {
          this.latencies[wish.kind].push(sinceDueMs(request));
          this.take(wish, answer);
          idle.push(i);
          if (this.answered === load.requests) done();
          else send();
        });
      }
    };
    ticker.on('error', (error: Error) => this.broken(error));
    ticker.on('message', (nowDue: number) => {
      for (let request = due; request < nowDue; request++) this.lateness.push(sinceDueMs(request));
      due = nowDue;
      send();
    });
  }

  private take(wish: Wish, answer: Answer): void {
    const status = `${wish.kind} ${answer.status}`;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.answered += 1;
    this.orders.answered(wish, answer.body);
    if (this.load.keepsAnswers) this.answers.push(answer);
  }
}

if (require.main === module) {
  process.on('message', (load: ClosedLoad | OpenLoad) => {
    new LoadRun(load).run().then(
      (report) => process.send!({ report }),
      (error: unknown) => process.send!({ failure: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit(0));
}

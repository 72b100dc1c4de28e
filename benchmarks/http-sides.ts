// Both sides of an HTTP benchmark under one load: the exchange, and a bare Fastify that answers with the exchange's own answers.

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { compileCheck, ROUTES } from '@tokenbourse/protocol';
import type { BareAnswers } from './http-bare';
import { Child } from './http-child';
import { LoadedExchange } from './http-exchange';
import type { ClosedLoad, LoadReport, OpenLoad } from './http-load';
import type { Mix } from './http-orders';

export const SIDES = ['exchange', 'bare Fastify'] as const;
export type Side = (typeof SIDES)[number];

type Wanted =
  | Pick<ClosedLoad, 'kind' | 'mix' | 'connections' | 'requests'>
  | Pick<OpenLoad, 'kind' | 'mix' | 'connections' | 'requests' | 'perSecond'>;

/** Requests whose answers are checked one by one before anything is timed. */
const CHECKED = 200;
const FLUSHED_BYTES = 16 * 1024;

export class HttpSides {
  private loads = 0;

  private constructor(
    readonly exchange: LoadedExchange,
    private readonly load: Child<ClosedLoad | OpenLoad, LoadReport>,
    private readonly bare: Child<BareAnswers, number>,
    private barePort: number,
  ) {}

  /** Starts everything, and holds the first answers against schema and log. */
  static async start(): Promise<HttpSides> {
    const exchange = await LoadedExchange.start();
    const sides = new HttpSides(exchange, new Child('http-load.js'), new Child('http-bare.js'), 0);
    try {
      const { answers } = await sides.ask('exchange', closed('orders', CHECKED), true);
      const placed = await exchange.assertTaken(answers);
      const mixed = await sides.ask('exchange', closed('orders and cancels', CHECKED), true);
      const { accepts } = compileCheck(ROUTES.cancelOrder.response);
      const cancelled = mixed.answers
        .filter(({ status }) => status === 200)
        .map(({ body }) => JSON.parse(body) as unknown);
      if (!cancelled.every(accepts)) throw new Error('a cancel is answered in another way than documented');
      sides.barePort = await sides.bare.ask({ placed, cancelled });
      return sides;
    } catch (error) {
      await sides.abandon();
      throw error;
    }
  }

  /** Throws unless every answer is a new order or a cancelled one. */
  async run(side: Side, wanted: Wanted): Promise<LoadReport> {
    return this.ask(side, wanted, false);
  }

  /** Ends everything; throws where the log has not what was acknowledged. */
  async stop(): Promise<void> {
    this.load.close();
    this.bare.close();
    await this.exchange.stop();
  }

  async abandon(): Promise<void> {
    this.load.close();
    this.bare.close();
    await this.exchange.abandon();
  }

  pidOf(side: Side): number {
    return side === 'exchange' ? this.exchange.pid : this.bare.pid;
  }

  /** Milliseconds that the exchange's disk takes to write and flush 16 KB. */
  flushMs(times: number): number[] {
    const folder = mkdtempSync(path.join(this.exchange.path, 'flush-'));
    const file = openSync(path.join(folder, 'bytes'), 'w');
    const bytes = Buffer.alloc(FLUSHED_BYTES, 1);
    try {
      return Array.from({ length: times }, (_, i) => {
        const start = performance.now();
        writeSync(file, bytes, 0, bytes.length, i * FLUSHED_BYTES);
        fdatasyncSync(file);
        return performance.now() - start;
      });
    } finally {
      closeSync(file);
      rmSync(folder, { recursive: true });
    }
  }

  private async ask(side: Side, wanted: Wanted, keepsAnswers: boolean): Promise<LoadReport> {
    const { exchange } = this;
    const load = ++this.loads;
    const port = side === 'exchange' ? exchange.port : this.barePort;
    const report = await this.load.ask({
      ...exchange.market,
      ...wanted,
      port,
      seed: load,
      prefix: `load-${load}-`,
      keepsAnswers,
    });
    const { 'place 201': place = 0, 'cancel 200': cancel = 0, ...others } = report.statuses;
    if (Object.keys(others).length > 0 || place + cancel !== wanted.requests)
      throw new Error(`${side} answered ${JSON.stringify(report.statuses)} to ${wanted.requests} requests`);
    if (side === 'exchange') {
      exchange.acknowledged.place += place;
      exchange.acknowledged.cancel += cancel;
    }
    return report;
  }
}

function closed(mix: Mix, requests: number): Wanted {
  return { kind: 'closed', mix, connections: 16, requests };
}

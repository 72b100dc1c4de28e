// Orders over HTTP, durable and acknowledged, beside a bare Fastify that answers the same requests with the same bodies.

import type { Benchmark, Figure, Report, Setting } from './benchmark';
import { HttpSides, SIDES, type Side } from './http-sides';
import { atLeast, figureOf, named, sideBySide } from './measure';
import { processTimeUs } from './process-time';

const CONNECTIONS = [64, 256];
const REQUESTS_MOST = 40_000;
const HOUR_S = 3_600;
/** Shorter than any contract has traded: the engine may have forgotten an id, and the read models are looked into. */
const SHORT_WINDOW_S = 10;
const AGED = 'market older than its idempotency window';
const FLUSHES = 50;

async function measure(setting: Setting): Promise<Report> {
  const requests = Math.min(setting.operations, REQUESTS_MOST);
  const sides = await HttpSides.start();
  const billUs = new Map<Side, number[]>();
  const flushMs: number[] = [];
  const figures: Figure[] = [];
  const notes: string[] = [];
  const seconds = async (side: Side, connections: number): Promise<number> => {
    const before = processTimeUs(sides.pidOf(side));
    const report = await sides.run(side, { kind: 'closed', mix: 'orders', connections, requests });
    const after = processTimeUs(sides.pidOf(side));
    if (before !== undefined && after !== undefined)
      billUs.set(side, [...(billUs.get(side) ?? []), (after - before) / requests]);
    return report.seconds;
  };
  try {
    for (const aged of [false, true]) {
      await sides.exchange.setIdempotencyWindow(aged ? SHORT_WINDOW_S : HOUR_S);
      for (const connections of aged ? CONNECTIONS.slice(-1) : CONNECTIONS) {
        const candidates = SIDES.map((side) => ({
          name: `${side}, ${connections} connections${aged ? `, ${AGED}` : ''}`,
          operations: requests,
          run: () => seconds(side, connections),
        }));
        figures.push(...(await sideBySide('http', candidates, setting)));
        flushMs.push(...sides.flushMs(FLUSHES));
      }
      if (!aged) {
        for (const [side, values] of billUs) figures.push(figureOf(`${side}, processor time per order`, 'µs', values));
        if (billUs.size === 0) notes.push('this system does not say what processor time another process has used');
      }
    }
    figures.push(figureOf('the disk alone: 16 KB written and flushed', 'ms', flushMs));
  } catch (error) {
    await sides.abandon();
    throw error;
  }
  await sides.stop();
  const aims = CONNECTIONS.map((connections) => {
    const [ours, bare] = SIDES.map((side) => named(figures, `${side}, ${connections} connections`)!.median);
    return atLeast(`of bare Fastify's rate, ${connections} connections`, 0.6, ours! / bare!, '×');
  });
  return { figures, aims, notes };
}

export const http: Benchmark = {
  name: 'http',
  title: 'Orders over HTTP, durable and acknowledged',
  method:
    'POST /v1/orders from 16 accounts with keys of their own, a fifth of the orders meant to trade, from a load process with ' +
    'keep-alive connections that each wait for their answer. Beside it a bare Fastify process without checks or log that answers ' +
    'the same requests with answers taken from the exchange. The first answers are held against their schema and the log; all ' +
    'must be 201, and at the end the log must have every order that was acknowledged, once.',
  measure,
};

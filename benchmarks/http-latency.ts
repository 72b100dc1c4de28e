// How long an order and a cancel take at half of the sustainable rate, beside a bare Fastify at the same rate.

import type { Benchmark, Curve, Figure, Report, Setting } from './benchmark';
import type { LoadReport } from './http-load';
import type { Kind } from './http-orders';
import { HttpSides, SIDES } from './http-sides';
import { figureOf, median } from './measure';

const CONNECTIONS = 256;
const REQUESTS_MOST = 40_000;
const SUSTAINED_RUNS = 3;
const MIX = 'orders and cancels';
const KINDS: readonly Kind[] = ['place', 'cancel'];
const QUANTILES = [
  ['p50', 0.5],
  ['p99', 0.99],
  ['p99.9', 0.999],
  ['longest', 1],
] as const;

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

async function measure(setting: Setting): Promise<Report> {
  const requests = Math.min(setting.operations, REQUESTS_MOST);
  const sides = await HttpSides.start();
  const reports = SIDES.map((): LoadReport[] => []);
  const sustained: number[] = [];
  let perSecond: number;
  try {
    for (let run = 0; run <= SUSTAINED_RUNS; run++) {
      setting.progress(`latency: sustainable rate, run ${run} of ${SUSTAINED_RUNS}`);
      const { seconds } = await sides.run('exchange', { kind: 'closed', mix: MIX, connections: CONNECTIONS, requests });
      if (run > 0) sustained.push(requests / seconds);
    }
    perSecond = median(sustained) / 2;
    for (let round = 0; round <= setting.runs; round++) {
      for (const [i, side] of SIDES.entries()) {
        setting.progress(`latency: ${round === 0 ? 'warm-up' : `run ${round} of ${setting.runs}`}, ${side}`);
        const load = { kind: 'open', mix: MIX, connections: CONNECTIONS, requests, perSecond } as const;
        const report = await sides.run(side, load);
        if (round > 0) reports[i]!.push(report);
      }
    }
  } catch (error) {
    await sides.abandon();
    throw error;
  }
  await sides.stop();
  const figures: Figure[] = [figureOf('exchange, sustainable rate, 256 connections', 'per second', sustained)];
  const curves: Curve[] = [];
  for (const [i, side] of SIDES.entries()) {
    for (const kind of KINDS) {
      const rows = QUANTILES.map(([name, share]) => {
        const values = reports[i]!.map(({ latencies_ms }) => quantile(latencies_ms[kind], share));
        return figureOf(`${side}, ${kind}, ${name}`, 'ms', values);
      });
      figures.push(...rows);
      const points = rows.map(({ median }, j) => [QUANTILES[j]![1] * 100, median] as const);
      curves.push({ name: `${side}, ${kind}`, x: 'percent of requests', y: 'ms', points });
    }
  }
  const late = reports.flat().map(({ lateness_ms }) => quantile(lateness_ms, 0.99));
  figures.push(figureOf('lateness of the load itself, p99', 'ms', late));
  return {
    figures,
    aims: [],
    curves,
    notes: [`${Math.round(perSecond)} requests per second, half of the sustainable rate`],
  };
}

export const latency: Benchmark = {
  name: 'latency',
  title: 'Latency at half of the sustainable rate',
  method:
    'Orders that rest and their cancels, in turn, durable and acknowledged, sent by a load process at a constant rate whether the ' +
    'answers come or not, over 256 keep-alive connections. A latency is counted from the moment at which the request was due, so ' +
    'that waiting behind a slow one counts; the rate is half of what the same connections reach when each waits for its answer. ' +
    'Every answer must be a new or a cancelled order, and the log must have each of them once. Quantiles of each round; their median.',
  measure,
};

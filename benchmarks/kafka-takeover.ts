// How long a market takes no orders when the process of its engine is killed, and another one stands by.

import { setTimeout as pause } from 'node:timers/promises';

import type { Benchmark, Report, Setting } from './benchmark';
import { Brokers, LoadedCluster } from './kafka-cluster';
import { atMost, figureOf } from './measure';

/** An order is sent so often, whether the others have been answered or not. */
const EVERY_MS = 50;
const GIVE_UP_MS = 60_000;

/** Seconds from the kill to the first order that is acknowledged after it. */
async function takeover(market: LoadedCluster, round: number): Promise<number> {
  const { cluster } = market;
  const writer = await cluster.untilWriter();
  await market.run({ kind: 'closed', mix: 'orders', connections: 4, requests: 100 });
  const killedMs = performance.now();
  const gone = writer.kill();
  const seconds = await firstAcknowledged(market, round, killedMs);
  await gone;
  writer.spawn();
  await writer.ready();
  return seconds;
}

async function firstAcknowledged(market: LoadedCluster, round: number, sinceMs: number): Promise<number> {
  let firstMs: number | undefined;
  const sent: Promise<void>[] = [];
  const send = async (id: string): Promise<void> => {
    await market.place(id);
    firstMs ??= performance.now();
  };
  for (let order = 0; firstMs === undefined && performance.now() - sinceMs < GIVE_UP_MS; order++) {
    sent.push(send(`takeover-${round}-${order}`));
    await pause(EVERY_MS);
  }
  await Promise.all(sent);
  if (firstMs === undefined) throw new Error(`nobody has taken over:\n${market.cluster.lastWords()}`);
  return (firstMs - sinceMs) / 1e3;
}

async function measure({ runs, progress }: Setting): Promise<Report> {
  const brokers = await Brokers.start();
  const seconds: number[] = [];
  try {
    const market = await LoadedCluster.start(brokers, { engines: 2, outcomeWaitMs: GIVE_UP_MS });
    try {
      for (let round = 0; round < runs; round++) {
        progress(`kafka-takeover: kill ${round + 1} of ${runs}`);
        seconds.push(await takeover(market, round));
      }
    } catch (error) {
      await market.abandon();
      throw error;
    }
    await market.stop();
  } finally {
    await brokers.stop();
  }
  const figure = figureOf('from the kill to the first order acknowledged', 's', seconds);
  return { figures: [figure], aims: [atMost('taking over, the longest', 5, figure.most, 's')] };
}

export const kafkaTakeover: Benchmark = {
  name: 'kafka-takeover',
  title: 'An engine is killed, another takes over',
  method:
    'Two engines, an api and a projector, as processes with their standard settings. The process of the engine that writes is killed ' +
    'by kill -9 right after it has answered 100 orders; from then on an order is sent every 50 ms. Counted from the kill to the first ' +
    'answer 201. Then the killed one is started again, to stand by for the next round. At the end the log must have every ' +
    'acknowledged order, once.',
  onlyByName: true,
  measure,
};

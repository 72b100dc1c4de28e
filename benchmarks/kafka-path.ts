// The write path on Kafka without HTTP: clients, the relay of an API node, the commands topic, the engine, the events topic, and
// back to the client; beside kafkajs alone that only produces the commands.

import type { Benchmark, Report, Setting } from './benchmark';
import { quantile } from './http-latency';
import { BenchBroker, prepare } from './kafka-market';
import { rawly, rawlyAndBack } from './kafka-raw';
import { nowAndThen, waiting, WHERE, WritePath, type Side } from './kafka-write-path';
import { atLeast, atMost, figureOf, named, sideBySide, type Candidate } from './measure';
import { makeStream } from './stream';

/** Clients that wait for the answer to their command; and commands in a request of kafkajs. */
const WAITING = [1_024, 4_096] as const;
const OPERATIONS_MOST = 200_000;
/** At low load: one command every so often, whatever the answers do. */
const EVERY_MS = 5;
const SINGLY = 500;
const LOW_LOAD = 'a command every 5 ms';

const pathName = (clients: number, side: Side): string => `write path, ${clients} waiting, ${WHERE[side]}`;
const rawName = (clients: number): string => `kafkajs alone, producing a message per command, ${clients} waiting`;
const backName = (clients: number): string => `kafkajs alone, there and back, a message each way, ${clients} waiting`;

async function measure(setting: Setting): Promise<Report> {
  const operations = Math.min(setting.operations, OPERATIONS_MOST);
  const resting = Math.min(5_000, setting.largest);
  setting.progress('kafka-path: what must come out');
  const prepared = await prepare(makeStream({ seed: 1, operations, resting }), 1_024);
  const few = await prepare(makeStream({ seed: 2, operations: Math.min(operations, SINGLY), resting: 100 }), 1);
  const broker = await BenchBroker.start();
  const path = new WritePath(broker);
  try {
    const sizes = WAITING.filter((clients) => clients <= operations || clients === WAITING[0]);
    const candidates = sizes.flatMap((clients): Candidate[] => [
      { name: pathName(clients, 'own'), operations, run: () => path.run(prepared, 'own', waiting(clients)) },
      { name: pathName(clients, 'same'), operations, run: () => path.run(prepared, 'same', waiting(clients)) },
      { name: rawName(clients), operations, run: () => rawly(broker, prepared, clients) },
      { name: backName(clients), operations, run: () => rawlyAndBack(broker, prepared, clients) },
    ]);
    const figures = await sideBySide('kafka-path', candidates, setting);
    const quantiles: Record<'p50' | 'p99', number[]> = { p50: [], p99: [] };
    const bills = path.bills.figures();
    for (let round = 0; round <= setting.runs; round++) {
      setting.progress(`kafka-path: low load, run ${round} of ${setting.runs}`);
      const tookMs: number[] = [];
      await path.run(few, 'own', nowAndThen(tookMs, EVERY_MS));
      if (round === 0) continue;
      quantiles.p50.push(quantile(tookMs, 0.5));
      quantiles.p99.push(quantile(tookMs, 0.99));
    }
    const low = Object.entries(quantiles).map(([name, values]) => figureOf(`${LOW_LOAD}, ${name}`, 'ms', values));
    const beside = (clients: number, peer: string): number =>
      named(figures, pathName(clients, 'own'))!.median / named(figures, peer)!.median;
    const aims = sizes.flatMap((clients) =>
      [backName(clients), rawName(clients)].map((peer) => atLeast(`beside ${peer}`, 2, beside(clients, peer), '×')),
    );
    return {
      figures: [...figures, ...bills, ...low],
      aims: [...aims, atMost(`${LOW_LOAD}, p50`, 10, low[0]!.median, 'ms')],
    };
  } finally {
    path.close();
    await broker.stop();
  }
}

export const kafkaPath: Benchmark = {
  name: 'kafka-path',
  title: 'The write path on Kafka',
  method:
    'One broker on this machine, all in-sync replicas asked for, one request outstanding. Clients each wait for the answer to their ' +
    "command; a relay as in an API node publishes what waits, the engine decides it and appends, and the log's own reader brings the " +
    'answers. No HTTP, no projector. After each run the log is read again: every command once, in order, with the events that the ' +
    'sequencer in memory gives it, in the record that its client was told. Beside it kafkajs alone, a message ' +
    'per command, what waits in one request: there and back, where what reads a command answers it at once by a message of its own, ' +
    'undecided and unchecked, all in one process; and producing alone, where a client waits for no more than the acknowledgement.',
  onlyByName: true,
  measure,
};

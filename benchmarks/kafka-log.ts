// The log on Kafka alone: the frames that the real sequencer makes of a stream, appended and read again; beside kafkajs itself
// producing one message per command, on the same broker.

import { KafkaEventLog, KafkaLogReader } from '@tokenbourse/log-kafka';

import type { Benchmark } from './benchmark';
import { appendAll, BenchBroker, prepare, type Prepared } from './kafka-market';
import { rawly } from './kafka-raw';
import { sideBySide, type Candidate } from './measure';
import { makeStream } from './stream';

/** Commands in a frame, or in a request of kafkajs. */
const TOGETHER = [256, 1_024] as const;
/** Frames that are on their way at once. */
const IN_FLIGHT = [1, 4] as const;

async function appending(broker: BenchBroker, { before, frames }: Prepared, inFlight: number): Promise<number> {
  const log = await KafkaEventLog.open((await broker.newMarket()).log);
  await appendAll(log, before, 16);
  const start = performance.now();
  await appendAll(log, frames, inFlight);
  const seconds = (performance.now() - start) / 1e3;
  await log.close();
  return seconds;
}

async function reading(broker: BenchBroker, { before, frames }: Prepared): Promise<number> {
  const { log: options } = await broker.newMarket();
  const log = await KafkaEventLog.open(options);
  await appendAll(log, before, 16);
  const from = await log.tip();
  await appendAll(log, frames, 16);
  await log.close();
  const start = performance.now();
  const reader = await KafkaLogReader.open({ ...options, from, recentBytes: 0 });
  const seconds = (performance.now() - start) / 1e3;
  await reader.close();
  return seconds;
}

export const kafkaLog: Benchmark = {
  name: 'kafka-log',
  title: 'The log on Kafka',
  method:
    'One broker on this machine, all in-sync replicas asked for. Commands whose records were appended and seen to count by the ' +
    "log's own reader, in frames that the real sequencer made; records read and verified from the topic; and kafkajs itself " +
    'producing the commands, a message each, one request at a time.',
  onlyByName: true,
  async measure(setting) {
    const { operations, largest } = setting;
    const stream = makeStream({ seed: 1, operations, resting: Math.min(5_000, largest) });
    const broker = await BenchBroker.start();
    try {
      const candidates: Candidate[] = [];
      for (const together of TOGETHER) {
        const prepared = await prepare(stream, together);
        const add = (name: string, run: () => Promise<number>): unknown => candidates.push({ name, operations, run });
        for (const inFlight of IN_FLIGHT) {
          const name = `appended, frames of ${together}, ${inFlight} in flight`;
          add(name, () => appending(broker, prepared, inFlight));
        }
        add(`read and verified, frames of ${together}`, () => reading(broker, prepared));
        add(`kafkajs alone, a message per command, by ${together}`, () => rawly(broker, prepared, together));
      }
      return { figures: await sideBySide('kafka-log', candidates, setting), aims: [] };
    } finally {
      await broker.stop();
    }
  },
};

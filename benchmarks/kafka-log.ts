// The log on Kafka alone: the frames that the real sequencer makes of a stream, appended and read again; beside kafkajs itself
// producing one message per command, on the same broker.

import { recordsFromJson, recordsToJson, type Command } from '@tokenbourse/domain';
import { MemoryEventLog, lastSequence, originPosition, type Frame } from '@tokenbourse/log';
import {
  ensureTopics,
  KafkaEventLog,
  KafkaLogReader,
  marketTopics,
  type KafkaLogOptions,
} from '@tokenbourse/log-kafka';
import { Sequencer } from '@tokenbourse/sequencer';
import { Kafka, logLevel } from 'kafkajs';

import { startOwnKafka } from '../test/support/brokers/kafka';
import type { Benchmark } from './benchmark';
import { Commands, marketFor, opening } from './engine-market';
import { MarketClock } from './market-clock';
import { sideBySide, type Candidate } from './measure';
import { makeStream, type Stream } from './stream';

/** Commands in a frame, or in a request of kafkajs. */
const TOGETHER = [256, 1_024] as const;
/** Frames that are on their way at once. */
const IN_FLIGHT = [1, 4] as const;
const ALL_REPLICAS = -1;
const STATED = { replication: 1, commandsKeptMs: 86_400_000 };

interface Prepared {
  readonly commands: readonly Command[];
  /** Before the clock starts. */
  readonly before: readonly Frame[];
  readonly frames: readonly Frame[];
}

/** What the sequencer writes when `waiting` commands wait for their outcomes. */
async function prepare(stream: Stream, waiting: number): Promise<Prepared> {
  const log = new MemoryEventLog();
  const sequencer = new Sequencer({ openLog: async () => log, clock: new MarketClock(), inboxLimit: 1_000_000 });
  await sequencer.start();
  for (const command of opening(marketFor(stream))) await sequencer.submit(command);
  const source = new Commands(stream, true);
  const commands = Array.from({ length: stream.size }, (_, index) => source.next(index + 1));
  const submit = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at += waiting) {
      await Promise.all(commands.slice(at, Math.min(to, at + waiting)).map((command) => sequencer.submit(command)));
    }
  };
  await submit(0, stream.filling);
  const filled = sequencer.status().sequence;
  await submit(stream.filling, stream.size);
  const all: Frame[] = [];
  for await (const { frame } of log.read(originPosition())) all.push(frame);
  await sequencer.stop();
  return {
    commands: commands.slice(stream.filling),
    before: all.filter((frame) => lastSequence(frame) <= filled),
    frames: all.filter((frame) => lastSequence(frame) > filled),
  };
}

/** A market of its own for each run. */
class Broker {
  private runs = 0;

  constructor(readonly brokers: string[]) {}

  async newMarket(): Promise<string> {
    this.runs += 1;
    const market = `run-${this.runs}`;
    await ensureTopics({ brokers: this.brokers }, market, STATED);
    return market;
  }

  options(market: string): KafkaLogOptions {
    const text = { toText: recordsToJson, fromText: recordsFromJson };
    return { settings: { brokers: this.brokers }, topic: marketTopics(market).events, market, text };
  }
}

async function appendAll(log: KafkaEventLog, frames: readonly Frame[], inFlight: number): Promise<void> {
  const waiting: Promise<unknown>[] = [];
  for (const frame of frames) {
    waiting.push(log.append(frame));
    if (waiting.length >= inFlight) await waiting.shift();
  }
  await Promise.all(waiting);
}

async function appending(broker: Broker, { before, frames }: Prepared, inFlight: number): Promise<number> {
  const log = await KafkaEventLog.open(broker.options(await broker.newMarket()));
  await appendAll(log, before, 16);
  const start = performance.now();
  await appendAll(log, frames, inFlight);
  const seconds = (performance.now() - start) / 1e3;
  await log.close();
  return seconds;
}

async function reading(broker: Broker, { before, frames }: Prepared): Promise<number> {
  const options = broker.options(await broker.newMarket());
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

async function rawly(broker: Broker, { commands }: Prepared, together: number): Promise<number> {
  const topic = marketTopics(await broker.newMarket()).commands;
  const producer = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const start = performance.now();
  for (let at = 0; at < commands.length; at += together) {
    const messages = commands.slice(at, at + together).map((command) => ({ value: JSON.stringify(command) }));
    await producer.send({ topic, acks: ALL_REPLICAS, messages });
  }
  const seconds = (performance.now() - start) / 1e3;
  await producer.disconnect();
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
    const kafka = await startOwnKafka(1);
    try {
      const broker = new Broker(kafka.addresses);
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
      await kafka.stop();
    }
  },
};

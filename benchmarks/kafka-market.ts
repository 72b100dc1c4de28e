// What the benchmarks on Kafka share: a broker of their own with a fresh market for each run, the frames and commands of a stream,
// and what each command must come to.

import {
  recordsFromJson,
  recordsToJson,
  visitRecords,
  type Command,
  type CommandIdentity,
  type MarketEvent,
} from '@tokenbourse/domain';
import {
  MemoryEventLog,
  lastSequence,
  originPosition,
  type Frame,
  type LogReader,
  type Position,
} from '@tokenbourse/log';
import {
  ensureTopics,
  KafkaEventLog,
  KafkaLogReader,
  marketTopics,
  type KafkaLogOptions,
  type KafkaSettings,
  type MarketTopics,
} from '@tokenbourse/log-kafka';
import { Sequencer, type Outcome } from '@tokenbourse/sequencer';

import { startOwnKafka, type OwnKafka } from '../test/support/brokers/kafka';
import { Commands, marketFor, opening } from './engine-market';
import { MarketClock } from './market-clock';
import type { Stream } from './stream';

/** One replica, and otherwise what the roles ask for where nothing is said. */
export const STATED = { replication: 1, commandsKeptMs: 168 * 3_600_000 };
const APPENDED_AT_ONCE = 16;

export interface Prepared {
  readonly commands: readonly Command[];
  /** The events that answer each command, as text. */
  readonly expected: readonly string[];
  /** Before the clock starts. */
  readonly before: readonly Frame[];
  /** Of the commands. */
  readonly frames: readonly Frame[];
}

/** What the sequencer in memory makes of a stream when `waiting` commands wait for their outcomes. */
export async function prepare(stream: Stream, waiting: number): Promise<Prepared> {
  const log = new MemoryEventLog();
  const sequencer = new Sequencer({ openLog: async () => log, clock: new MarketClock(), inboxLimit: 1_000_000 });
  await sequencer.start();
  for (const command of opening(marketFor(stream))) await sequencer.submit(command);
  const source = new Commands(stream, true);
  const commands = Array.from({ length: stream.size }, (_, index) => source.next(index + 1));
  const expected: string[] = [];
  const submit = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at += waiting) {
      for (const answer of await sequencer.submitAll(commands.slice(at, Math.min(to, at + waiting)))) {
        if (answer instanceof Error) throw answer;
        expected.push(eventsText(answer.events));
      }
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
    expected: expected.slice(stream.filling),
    before: all.filter((frame) => lastSequence(frame) <= filled),
    frames: all.filter((frame) => lastSequence(frame) > filled),
  };
}

function eventsText(events: readonly MarketEvent[]): string {
  return JSON.stringify(events, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

export async function appendAll(log: KafkaEventLog, frames: readonly Frame[], inFlight: number): Promise<void> {
  const waiting: Promise<unknown>[] = [];
  for (const frame of frames) {
    waiting.push(log.append(frame));
    if (waiting.length >= inFlight) await waiting.shift();
  }
  await Promise.all(waiting);
}

export interface KafkaMarket {
  readonly name: string;
  readonly topics: MarketTopics;
  readonly log: KafkaLogOptions;
}

export const CLIENTS = ['kafkajs', '@platformatic/kafka'] as const;
export type Client = (typeof CLIENTS)[number];

/** How brokers are reached by that client, which is loaded where it is asked for. */
export async function settingsBy(client: Client, brokers: readonly string[]): Promise<KafkaSettings> {
  if (client === 'kafkajs') return { brokers };
  const { PlatformaticPartition } = await import('./platformatic-partition');
  return { brokers, partition: (settings, topic) => new PlatformaticPartition(settings, topic) };
}

/** What a market's log is opened with, by whatever process. */
export function logOptions(brokers: readonly string[], market: string, from?: Position): KafkaLogOptions {
  const text = { toText: recordsToJson, fromText: recordsFromJson };
  return { settings: { brokers }, topic: marketTopics(market).events, market, text, ...(from && { from }) };
}

/** One broker on this machine, and a market of its own for each run. */
export class BenchBroker {
  private runs = 0;

  private constructor(private readonly kafka: OwnKafka) {}

  static async start(): Promise<BenchBroker> {
    return new BenchBroker(await startOwnKafka(1));
  }

  get addresses(): readonly string[] {
    return this.kafka.addresses;
  }

  get pid(): number {
    return this.kafka.brokers[0]!.pid;
  }

  async newMarket(): Promise<KafkaMarket> {
    this.runs += 1;
    const name = `run-${this.runs}`;
    await ensureTopics({ brokers: this.addresses }, name, STATED);
    return { name, topics: marketTopics(name), log: logOptions(this.addresses, name) };
  }

  /** A market whose log begins with these frames; and the position behind them. */
  async openedMarket(before: readonly Frame[]): Promise<KafkaMarket & { readonly opened: Position }> {
    const market = await this.newMarket();
    const log = await KafkaEventLog.open(market.log);
    await appendAll(log, before, APPENDED_AT_ONCE);
    const opened = await log.tip();
    await log.close();
    return { ...market, opened };
  }

  stop(): Promise<void> {
    return this.kafka.stop();
  }
}

/**
 * Reads the log behind `opened` again. Throws unless it has each command once, in the stream's order, with the expected events, in
 * the record that its client was told.
 */
export async function assertDecided(
  { log: options }: KafkaMarket,
  opened: Position,
  { expected }: Pick<Prepared, 'expected'>,
  told: ArrayLike<number>,
): Promise<void> {
  const log = await KafkaLogReader.open({ ...options, from: opened });
  try {
    const found = await decidedIn(log, opened);
    if (found.length !== expected.length)
      throw new Error(`the log has ${found.length} commands, not ${expected.length}`);
    for (const [index, { sequence, events }] of found.entries()) {
      if (eventsText(events) !== expected[index]) {
        throw new Error(`command ${index} came to ${eventsText(events)}, not ${expected[index]}`);
      }
      if (told[index] !== sequence) throw new Error(`command ${index} was told record ${told[index]}, not ${sequence}`);
    }
  } finally {
    await log.close();
  }
}

async function decidedIn(log: LogReader, from: Position): Promise<Outcome[]> {
  const found: Outcome[] = [];
  let taken: MarketEvent[] | undefined;
  const visitor = {
    begin: (sequence: number, at_us: number, _cause: string, _of: number, identity: CommandIdentity | null) => {
      // An engine that wonders whether anybody writes asks the topic by a command of its own.
      taken = identity === null || identity.command === 'Ping' ? undefined : [];
      if (taken !== undefined) found.push({ sequence, at_us, events: taken });
    },
    event: (event: MarketEvent) => void taken?.push(event),
    end: () => undefined,
  };
  for await (const { frame } of log.read(from)) visitRecords(frame.payload, frame.firstSequence, visitor);
  return found;
}

// The write path on Kafka without HTTP: clients, the relay of an API node, the commands topic, the engine, the events topic, and
// back to the client; beside kafkajs alone that only produces the commands.

import { KafkaCommandsTopic, KafkaEventLog } from '@tokenbourse/log-kafka';
import type { Position } from '@tokenbourse/log';
import { CommandRelay, SystemClock, type Outcome } from '@tokenbourse/sequencer';

import type { Benchmark, Figure, Report, Setting } from './benchmark';
import { Child } from './http-child';
import { quantile } from './http-latency';
import { EngineHere, type EngineHost, type EngineReport, type EngineWish } from './kafka-engine';
import { assertDecided, BenchBroker, prepare, rawly, type KafkaMarket, type Prepared } from './kafka-market';
import { atLeast, atMost, figureOf, named, sideBySide, type Candidate } from './measure';
import { processTimeUs } from './process-time';
import { makeStream } from './stream';

/** Clients that wait for the answer to their command; and commands in a request of kafkajs. */
const WAITING = [1_024, 4_096] as const;
const OPERATIONS_MOST = 200_000;
const LOOK_MS = 5;
/** At low load: one command every so often, whatever the answers do. */
const EVERY_MS = 5;
const SINGLY = 500;
const LOW_LOAD = 'a command every 5 ms';
const INBOX_LIMIT = 8_192;

type Side = 'own' | 'same';
const WHERE: { readonly [S in Side]: string } = {
  own: 'engine in a process of its own',
  same: 'all in one process',
};

/** Sends commands through a relay, and notes the record that each was told. */
type Sending = (relay: CommandRelay, commands: Prepared['commands'], told: Float64Array) => Promise<void>;

function noted({ events, sequence }: Outcome, index: number, told: Float64Array): void {
  if (events.length === 0) throw new Error(`command ${index} has an answer without events`);
  told[index] = sequence;
}

const waiting =
  (clients: number): Sending =>
  async (relay, commands, told) => {
    let next = 0;
    const client = async (): Promise<void> => {
      while (next < commands.length) {
        const index = next++;
        noted(await relay.submit(commands[index]!), index, told);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  };

/** At a constant rate; how long each answer took. */
const nowAndThen =
  (tookMs: number[]): Sending =>
  async (relay, commands, told) => {
    const startMs = performance.now();
    const answers = commands.map(async (command, index) => {
      await new Promise((due) => setTimeout(due, startMs + index * EVERY_MS - performance.now()));
      const sentMs = performance.now();
      noted(await relay.submit(command), index, told);
      tookMs.push(performance.now() - sentMs);
    });
    await Promise.all(answers);
  };

/** Processor time per command, by process. */
class Bills {
  private readonly byProcess = new Map<string, number[]>();

  note(process: string, us: number | undefined): void {
    if (us !== undefined) this.byProcess.set(process, [...(this.byProcess.get(process) ?? []), us]);
  }

  figures(): Figure[] {
    return [...this.byProcess].map(([name, values]) => figureOf(`${name}, processor time per command`, 'µs', values));
  }
}

class WritePath {
  readonly bills = new Bills();
  private readonly hosts: { readonly [S in Side]: EngineHost } = {
    own: new Child<EngineWish, EngineReport>('kafka-engine.js'),
    same: new EngineHere(),
  };

  constructor(private readonly broker: BenchBroker) {}

  /** Seconds from the first command to the last answer. Throws unless every command came to what it should. */
  async run(prepared: Prepared, side: Side, send: Sending): Promise<number> {
    const market = await this.broker.openedMarket(prepared.before);
    const host = this.hosts[side];
    const start = { brokers: this.broker.addresses, market: market.name };
    const before = (await host.ask({ start })).processorUs;
    const told = new Float64Array(prepared.commands.length);
    const brokerBefore = processTimeUs(this.broker.pid);
    const { seconds, processorUs } = await this.send(market, prepared, told, send);
    const brokerAfter = processTimeUs(this.broker.pid);
    const after = (await host.ask({ stop: true })).processorUs;
    if (side === 'own') {
      const each = (us: number): number => us / prepared.commands.length;
      this.bills.note('clients and relay', each(processorUs));
      this.bills.note('engine', each(after - before));
      if (brokerBefore !== undefined && brokerAfter !== undefined)
        this.bills.note('broker', each(brokerAfter - brokerBefore));
    }
    await assertDecided(market, market.opened, prepared, told);
    return seconds;
  }

  close(): void {
    for (const host of Object.values(this.hosts)) host.close();
  }

  private async send(
    { name: market, topics, log, opened }: KafkaMarket & { readonly opened: Position },
    { commands }: Prepared,
    told: Float64Array,
    send: Sending,
  ): Promise<{ seconds: number; processorUs: number }> {
    const topic = new KafkaCommandsTopic({ settings: log.settings, topic: topics.commands, market, node: 'bench-api' });
    const openLog = (): Promise<KafkaEventLog> => KafkaEventLog.open({ ...log, from: opened });
    const relay = new CommandRelay({ commands: topic, openLog, clock: new SystemClock(), inboxLimit: INBOX_LIMIT });
    relay.start();
    try {
      while (!relay.status().ready) await new Promise((looked) => setTimeout(looked, LOOK_MS));
      const processor = process.cpuUsage();
      const start = performance.now();
      await send(relay, commands, told);
      const seconds = (performance.now() - start) / 1e3;
      const { user, system } = process.cpuUsage(processor);
      return { seconds, processorUs: user + system };
    } finally {
      await relay.stop();
      await topic.close();
    }
  }
}

const pathName = (clients: number, side: Side): string => `write path, ${clients} waiting, ${WHERE[side]}`;
const rawName = (together: number): string => `kafkajs alone, a message per command, by ${together}`;

async function measure(setting: Setting): Promise<Report> {
  const operations = Math.min(setting.operations, OPERATIONS_MOST);
  const resting = Math.min(5_000, setting.largest);
  setting.progress('kafka-path: what must come out');
  const prepared = await prepare(makeStream({ seed: 1, operations, resting }), 1_024);
  const few = await prepare(makeStream({ seed: 2, operations: Math.min(operations, SINGLY), resting: 100 }), 1);
  const broker = await BenchBroker.start();
  const path = new WritePath(broker);
  try {
    const candidates = WAITING.flatMap((clients): Candidate[] => [
      { name: pathName(clients, 'own'), operations, run: () => path.run(prepared, 'own', waiting(clients)) },
      { name: pathName(clients, 'same'), operations, run: () => path.run(prepared, 'same', waiting(clients)) },
      { name: rawName(clients), operations, run: () => rawly(broker, prepared, clients) },
    ]);
    const figures = await sideBySide('kafka-path', candidates, setting);
    const quantiles: Record<'p50' | 'p99', number[]> = { p50: [], p99: [] };
    const bills = path.bills.figures();
    for (let round = 0; round <= setting.runs; round++) {
      setting.progress(`kafka-path: low load, run ${round} of ${setting.runs}`);
      const tookMs: number[] = [];
      await path.run(few, 'own', nowAndThen(tookMs));
      if (round === 0) continue;
      quantiles.p50.push(quantile(tookMs, 0.5));
      quantiles.p99.push(quantile(tookMs, 0.99));
    }
    const low = Object.entries(quantiles).map(([name, values]) => figureOf(`${LOW_LOAD}, ${name}`, 'ms', values));
    const beside = (clients: number): number =>
      named(figures, pathName(clients, 'own'))!.median / named(figures, rawName(clients))!.median;
    return {
      figures: [...figures, ...bills, ...low],
      aims: [
        ...WAITING.map((clients) => atLeast(`beside kafkajs alone, ${clients} waiting`, 2, beside(clients), '×')),
        atMost(`${LOW_LOAD}, p50`, 10, low[0]!.median, 'ms'),
      ],
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
    'sequencer in memory gives it, in the record that its client was told. Beside it kafkajs alone producing the same commands, ' +
    'a message each, as many in a request as clients wait.',
  onlyByName: true,
  measure,
};

// The write path on Kafka, run once: a fresh market, an engine here or in a process of its own, a relay as in an API node, and
// clients that send a stream's commands through it.

import type { Position } from '@tokenbourse/log';
import { KafkaCommandsTopic, KafkaEventLog } from '@tokenbourse/log-kafka';
import { CommandRelay, SystemClock, type Outcome } from '@tokenbourse/sequencer';

import type { Figure } from './benchmark';
import { Child } from './http-child';
import { EngineHere, type EngineHost, type EngineReport, type EngineWish } from './kafka-engine';
import {
  assertDecided,
  settingsBy,
  type BenchBroker,
  type Client,
  type KafkaMarket,
  type Prepared,
} from './kafka-market';
import { figureOf } from './measure';
import { processTimeUs } from './process-time';

const LOOK_MS = 5;
const INBOX_LIMIT = 8_192;

export type Side = 'own' | 'same';
export const WHERE: { readonly [S in Side]: string } = {
  own: 'engine in a process of its own',
  same: 'all in one process',
};

/** Sends commands through a relay, and notes the record that each was told. */
export type Sending = (relay: CommandRelay, commands: Prepared['commands'], told: Float64Array) => Promise<void>;

function noted({ events, sequence }: Outcome, index: number, told: Float64Array): void {
  if (events.length === 0) throw new Error(`command ${index} has an answer without events`);
  told[index] = sequence;
}

export const waiting =
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
export const nowAndThen =
  (tookMs: number[], everyMs: number): Sending =>
  async (relay, commands, told) => {
    const startMs = performance.now();
    const answers = commands.map(async (command, index) => {
      await new Promise((due) => setTimeout(due, startMs + index * everyMs - performance.now()));
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

export class WritePath {
  readonly bills = new Bills();
  private readonly hosts: { readonly [S in Side]: EngineHost } = {
    own: new Child<EngineWish, EngineReport>('kafka-engine.js'),
    same: new EngineHere(),
  };

  constructor(private readonly broker: BenchBroker) {}

  /** Seconds from the first command to the last answer. Throws unless every command came to what it should. */
  async run(prepared: Prepared, side: Side, send: Sending, client: Client = 'kafkajs'): Promise<number> {
    const market = await this.broker.openedMarket(prepared.before);
    const host = this.hosts[side];
    const settings = await settingsBy(client, this.broker.addresses);
    const start = { brokers: this.broker.addresses, market: market.name, client };
    const before = (await host.ask({ start })).processorUs;
    const told = new Float64Array(prepared.commands.length);
    const brokerBefore = processTimeUs(this.broker.pid);
    const { seconds, processorUs } = await this.send(
      { ...market, log: { ...market.log, settings } },
      prepared,
      told,
      send,
    );
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

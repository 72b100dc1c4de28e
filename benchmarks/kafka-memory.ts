// What the processes of the roles have in memory while ten million commands pass through them. The clients are in this process,
// behind a relay as an API node has one: over HTTP it would take an hour.

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { HOUR_US, type Command } from '@tokenbourse/domain';
import { KafkaCommandsTopic, KafkaEventLog, marketTopics } from '@tokenbourse/log-kafka';
import { CommandRelay, SystemClock } from '@tokenbourse/sequencer';

import { Cluster } from '../test/support/cluster';
import type { Benchmark, Curve, Figure, Report } from './benchmark';
import { Commands, marketFor, opening } from './engine-market';
import { Brokers } from './kafka-cluster';
import { logOptions } from './kafka-market';
import { figureOf } from './measure';
import { makeStream, type Stream } from './stream';

const ROLES = ['engine', 'projector', 'api'] as const;
const WAITING = 2_048;
const LOOKS = 10;
const PATIENCE_MS = 600_000;
const LOOK_MS = 100;
const WINDOW_HOURS = [20, 21, 22, 23, 24];

/** Resident memory of a process in MB; undefined where the system does not say. */
function residentMb(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
  } catch {
    return undefined;
  }
}

/** A window of that length, the next of which is as far away as can be: the real clock goes on, and no contract may close by chance. */
function farWindowUs(): number {
  const nowUs = Date.now() * 1_000;
  const away = (hours: number): number => hours * HOUR_US - (nowUs % (hours * HOUR_US));
  return HOUR_US * WINDOW_HOURS.reduce((best, hours) => (away(hours) > away(best) ? hours : best));
}

/** The market of the stream, as it is opened by a clock that nobody holds. */
function openingOf(stream: Stream, market: string): Command[] {
  const window_us = farWindowUs();
  return opening(marketFor(stream)).map((command) => {
    if (command.type !== 'OpenMarket') return command;
    const horizon_us = 2 * window_us;
    return { ...command, market, window_us, horizon_us, open_lead_us: horizon_us };
  });
}

class Clients {
  private readonly topic: KafkaCommandsTopic;
  readonly relay: CommandRelay;

  constructor(brokers: readonly string[], market: string) {
    const log = logOptions(brokers, market);
    this.topic = new KafkaCommandsTopic({
      settings: log.settings,
      topic: marketTopics(market).commands,
      market,
      node: 'bench',
    });
    const openLog = (): Promise<KafkaEventLog> => KafkaEventLog.open(log);
    const commands = this.topic;
    this.relay = new CommandRelay({ commands, openLog, clock: new SystemClock(), waitMs: PATIENCE_MS });
    this.relay.start();
  }

  /** Throws where one is refused. */
  async submit(command: Command): Promise<void> {
    const [event] = (await this.relay.submit(command)).events;
    if (event === undefined || event.type.endsWith('Rejected'))
      throw new Error(`${JSON.stringify(command)} came to ${JSON.stringify(event)}`);
  }

  async stop(): Promise<void> {
    await this.relay.stop();
    await this.topic.close();
  }
}

class Memory {
  /** MB by process, at each look. */
  readonly seen = new Map<string, [commands: number, mb: number][]>();

  constructor(
    private readonly brokers: Brokers,
    private readonly cluster: Cluster,
  ) {}

  look(commands: number): void {
    const { brokerPid, redis } = this.brokers;
    const pids = [...this.cluster.members.map(({ role, pid }) => [role, pid] as const)];
    for (const [name, pid] of [...pids, ['broker', brokerPid] as const, ['Redis', redis.pid] as const]) {
      const mb = residentMb(pid);
      if (mb !== undefined) this.seen.set(name, [...(this.seen.get(name) ?? []), [commands, mb]]);
    }
  }
}

async function measure({
  events: operations,
  largest,
  progress,
}: Parameters<Benchmark['measure']>[0]): Promise<Report> {
  const stream = makeStream({ seed: 1, operations, resting: Math.min(5_000, largest) });
  const brokers = await Brokers.start();
  const cluster = new Cluster({ kafka: brokers.kafka.addresses, redis: brokers.redis.url });
  const memory = new Memory(brokers, cluster);
  const notes: string[] = [];
  try {
    const engine = cluster.add('engine');
    engine.spawn();
    await engine.ready();
    const clients = new Clients(brokers.kafka.addresses, cluster.market);
    while (!clients.relay.status().ready) await pause(20);
    for (const command of openingOf(stream, cluster.market)) await clients.submit(command);
    for (const role of ['projector', 'api'] as const) cluster.add(role).spawn();
    await cluster.ready();
    memory.look(0);
    const source = new Commands(stream, true);
    let next = 1;
    const client = async (): Promise<void> => {
      while (next <= stream.size) {
        const id = next++;
        await clients.submit(source.next(id));
        if (id % Math.ceil(stream.size / LOOKS) === 0) memory.look(id);
        if (id % 1_000 === 0) progress(`kafka-memory: ${id} of ${stream.size} commands`);
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: WAITING }, client));
    const perSecond = Math.round((stream.size * 1e3) / (performance.now() - start));
    notes.push(`${perSecond} commands per second on the way`);
    const last = clients.relay.status().sequence;
    progress('kafka-memory: until the projector has it all');
    const lag = await lagOfReadStore(cluster, last);
    if (lag > 0) notes.push(`the read store was still ${lag} records behind after ${PATIENCE_MS / 60_000} minutes`);
    memory.look(stream.size);
    await clients.stop();
    await cluster.stop();
  } catch (error) {
    await cluster.kill();
    throw error;
  } finally {
    await brokers.stop();
  }
  return { ...reported(memory, stream.size), notes };
}

/** Records that the read store is behind when it has had time to store all. */
async function lagOfReadStore({ projectors: [projector] }: Cluster, last: number): Promise<number> {
  let stored = 0;
  for (const giveUpMs = performance.now() + PATIENCE_MS; performance.now() < giveUpMs; await pause(LOOK_MS)) {
    const health = await projector!.health();
    stored = health?.readers.find(({ reader }) => reader === 'read store')?.as_of_seq ?? stored;
    if (stored >= last) return 0;
  }
  return last - stored;
}

function reported({ seen }: Memory, commands: number): { figures: Figure[]; curves: Curve[]; aims: [] } {
  const names = [...ROLES, 'broker', 'Redis'].filter((name) => seen.has(name));
  const figures = names.map((name) => {
    const last = seen.get(name)!.at(-1)![1];
    return figureOf(`${name}, after ${commands.toLocaleString('en-US')} commands`, 'MB', [last]);
  });
  const curves = names.map((name): Curve => ({ name, x: 'commands', y: 'MB', points: seen.get(name)! }));
  return { figures, curves, aims: [] };
}

export const kafkaMemory: Benchmark = {
  name: 'kafka-memory',
  title: 'Memory of the roles',
  method:
    'Ten million commands (as many as --events says), each with an id of its own within the idempotency window, from clients ' +
    'behind a relay in the process of the benchmark through one engine, with a projector and an api beside, as processes with their ' +
    'standard settings. Resident memory of each as Linux counts it, before, on the way, and when the projector has stored all.',
  onlyByName: true,
  measure,
};

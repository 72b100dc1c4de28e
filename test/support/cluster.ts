// An exchange of several processes against real brokers and a real read store: any number of each role, started as operators
// start them, each with its own name, port, data folder and output.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TokenbourseClient } from '@tokenbourse/protocol';
import { ClusterMember, type ClusterRole } from './cluster-member';
import { dataFolder } from './exchange-process';

export interface ClusterTerms {
  /** HOST:PORT of brokers, and the read store's URL. */
  readonly kafka: readonly string[];
  readonly redis: string;
  /** A new one without it, so that clusters share brokers and see nothing of each other. */
  readonly market?: string;
  readonly apis?: number;
  readonly engines?: number;
  readonly projectors?: number;
  readonly takeoverMs?: number;
  readonly outcomeWaitMs?: number;
  readonly drainMs?: number;
  readonly snapshotRecords?: number;
  readonly replication?: number;
  /** The compiled program that those run who are there at first, where it is another build's. */
  readonly main?: string;
}

/** Where one of them departs from the others: behind a proxy, say. */
export interface OwnTerms {
  readonly kafka?: readonly string[];
  readonly redis?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly main?: string;
}

const KEYS = { admin: 'admin-key-of-the-cluster', trade: 'trade-key-of-the-cluster', none: '' };
/** Where nothing listens. */
const NOBODY = 'http://127.0.0.1:65535';
const LOOK_MS = 25;
const LAST_LINES = 15;

let clusters = 0;

export class Cluster {
  readonly market: string;
  readonly members: ClusterMember[] = [];
  /** API nodes that run, and are not told to clients. */
  readonly withoutClients = new Set<ClusterMember>();
  private readonly folder = dataFolder();
  private readonly counts: Partial<Record<ClusterRole, number>> = {};
  private asked = 0;

  constructor(readonly terms: ClusterTerms) {
    this.market = terms.market ?? `m${process.pid}-${Date.now().toString(36)}-${++clusters}`;
  }

  /** All of them, ready. */
  static async start(terms: ClusterTerms): Promise<Cluster> {
    const cluster = new Cluster(terms);
    try {
      for (const [role, count] of [
        ['engine', terms.engines ?? 1],
        ['projector', terms.projectors ?? 1],
        ['api', terms.apis ?? 1],
      ] as const)
        for (let i = 0; i < count; i++) cluster.add(role, { main: terms.main }).spawn();
      await cluster.ready();
      return cluster;
    } catch (error) {
      await cluster.kill();
      throw error;
    }
  }

  get apis(): ClusterMember[] {
    return this.of('api');
  }

  get engines(): ClusterMember[] {
    return this.of('engine');
  }

  get projectors(): ClusterMember[] {
    return this.of('projector');
  }

  /** Another one, that is not started yet. */
  add(role: ClusterRole, own: OwnTerms = {}): ClusterMember {
    const count = (this.counts[role] = (this.counts[role] ?? 0) + 1);
    const { terms, market } = this;
    const options: Record<string, string | number | undefined> = {
      role,
      market,
      kafka: (own.kafka ?? terms.kafka).join(','),
      'kafka-replication': terms.replication ?? 1,
      redis: role === 'engine' ? undefined : (own.redis ?? terms.redis),
      'takeover-ms': terms.takeoverMs,
      'outcome-wait-ms': terms.outcomeWaitMs,
      'drain-ms': terms.drainMs,
      'snapshot-records': terms.snapshotRecords,
    };
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const name = `${role}-${count}`;
    const member = new ClusterMember({
      name,
      role,
      data: join(this.folder.path, name),
      args: [...given.flatMap(([option, value]) => [`--${option}`, String(value)]), ...(own.args ?? [])],
      env: {
        TOKENBOURSE_ADMIN_KEY: KEYS.admin,
        TOKENBOURSE_TRADE_KEY: KEYS.trade,
        TOKENBOURSE_RATE_LIMIT: '10000000',
        ...own.env,
      },
      main: own.main,
    });
    this.members.push(member);
    return member;
  }

  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
  }

  /** Kills what still runs of it, and starts it; resolves when it is ready. */
  async restart(member: ClusterMember): Promise<void> {
    await member.kill();
    member.spawn();
    await member.ready();
  }

  /** Tells clients of it no more, and stops it as Ctrl-C does; it is none of the cluster's then. Returns its exit code. */
  async retire(member: ClusterMember): Promise<number | null> {
    this.members.splice(this.members.indexOf(member), 1);
    return member.stop();
  }

  /** The engine that says of itself that it writes; undefined where none does, or several. */
  async writer(): Promise<ClusterMember | undefined> {
    const states = await Promise.all(this.engines.map((engine) => engine.health()));
    const writing = this.engines.filter((_, i) => states[i]?.writer.state === 'WRITING');
    return writing.length === 1 ? writing[0] : undefined;
  }

  async untilWriter(patienceMs = 60_000): Promise<ClusterMember> {
    for (const giveUpMs = performance.now() + patienceMs; performance.now() < giveUpMs; await pause(LOOK_MS)) {
      const writer = await this.writer();
      if (writer !== undefined) return writer;
    }
    const states = await Promise.all(this.engines.map((engine) => engine.health()));
    const said = states.map((state, i) => `${this.engines[i]!.name}: ${JSON.stringify(state?.writer)}`);
    throw new Error(`no engine writes, or several say so:\n${said.join('\n')}\n${this.lastWords()}`);
  }

  /** Of `api`, else of each that runs in turn. */
  client(kind: 'admin' | 'trade' | 'none' = 'admin', api?: ClusterMember): TokenbourseClient {
    return new TokenbourseClient(api?.url ?? this.url(), KEYS[kind]);
  }

  /** What a load needs to know. */
  get servers(): { url(): string; readonly adminKey: string; readonly many: true } {
    return { url: () => this.url(), adminKey: KEYS.admin, many: true };
  }

  /** The end of what each has written. */
  lastWords(): string {
    const words = this.members.map((member) => {
      const lines = member.output().trim().split('\n').slice(-LAST_LINES);
      return [`${member.name}${member.isRunning ? '' : ` (ended: ${member.end})`}:`, ...lines].join('\n  ');
    });
    return words.join('\n');
  }

  /** Keeps all that each has written, for who looks for the reason of a failure. Returns the folder. */
  keepOutputs(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-outputs-'));
    for (const member of this.members) writeFileSync(join(folder, `${member.name}.log`), member.output());
    return folder;
  }

  /** As Ctrl-C does, all at once. Returns the names of those that did not end with 0. */
  async stop(): Promise<string[]> {
    const running = this.members.filter(({ isRunning }) => isRunning);
    const codes = await Promise.all(running.map((member) => member.stop()));
    this.folder.remove();
    return running.flatMap(({ name }, i) => (codes[i] === 0 ? [] : [`${name}: ${codes[i]}`]));
  }

  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    this.folder.remove();
  }

  /** Of one that runs, another one each time; of nobody's where none does, so that a client meets nothing. */
  private url(): string {
    const urls = this.apis.flatMap((api) => (this.withoutClients.has(api) ? [] : (api.url ?? [])));
    return urls.length === 0 ? NOBODY : urls[(this.asked += 1) % urls.length]!;
  }

  private of(wanted: ClusterRole): ClusterMember[] {
    return this.members.filter(({ role }) => role === wanted);
  }
}

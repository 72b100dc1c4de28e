// The exchange as several processes on this machine, for a look: a broker, Redis and one process per role, started in turn, and all
// of them ended when one of them ends or Ctrl-C comes.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerOptions } from '../options';
import { Child, type ChildTerms } from './child';

const ROOT = path.resolve(__dirname, '../../../../..');
const SCRIPTS = path.join(ROOT, 'scripts/brokers');
const MAIN = path.join(__dirname, '../main.js');
const ROLES = ['engine', 'projector', 'api'] as const;
/** A clean stop that takes longer hangs. */
const STOP_MS = 20_000;
/** Brokers that are asked for names and passwords elsewhere; these ask for none. */
const OF_OTHER_BROKERS = ['TOKENBOURSE_KAFKA_USER', 'TOKENBOURSE_KAFKA_PASSWORD', 'TOKENBOURSE_REDIS_PASSWORD'];

export interface LocalClusterTerms {
  readonly options: ServerOptions;
  /** Options for all roles, as they were given. */
  readonly passedOn: readonly string[];
  readonly print: (line: string) => void;
}

export class LocalCluster {
  /** Resolves with the first that ends without having been asked to. */
  readonly failed: Promise<Error>;
  private fail!: (error: Error) => void;
  private readonly children: Child[] = [];
  private readonly folder: string;
  private stopped: Promise<void> | undefined;

  constructor(private readonly terms: LocalClusterTerms) {
    this.failed = new Promise((fail) => (this.fail = fail));
    const { data } = terms.options;
    this.folder = data === '' ? mkdtempSync(path.join(tmpdir(), 'tokenbourse-cluster-')) : path.resolve(data);
  }

  /** Resolves when the API answers. @throws ChildEnded */
  async start(): Promise<void> {
    const { options, print } = this.terms;
    print('Starts a broker, Redis and one process per role; Ctrl-C ends all of them.');
    const kept = options.data === '' ? [] : ['--data', path.join(this.folder, 'kafka')];
    const kafka = this.spawn('kafka', [path.join(SCRIPTS, 'kafka.js'), ...kept], 'input');
    const redis = this.spawn('redis', [path.join(SCRIPTS, 'redis.js')], 'input');
    const [address, url] = await Promise.all([
      kafka.said(/"addresses":\["([^"]+)"/).then(([, text]) => text),
      redis.said(/"url":"([^"]+)"/).then(([, text]) => text),
    ]);
    const metrics = await metricsPorts(options.metricsPort);
    const roles = ROLES.map((role, i) => this.spawn(role, this.roleArgs(role, address, url, metrics[i]), 'channel'));
    const urls = await Promise.all(roles.map((role) => role.said(/(?:listens on|health is at) (http:\/\/[^\s/]+)/)));
    const host = new URL(urls[0]![1]).hostname;
    print(`The market "${options.market}" runs on this machine, with its data in ${this.folder}:`);
    const line = (name: string, pid: number | undefined, text: string): void =>
      print(`  ${name.padEnd(10)} process ${String(pid).padEnd(8)} ${text}`);
    roles.forEach(({ pid }, i) => {
      const [role, at] = [ROLES[i]!, urls[i]![1]];
      const is = role === 'api' ? `${at}, described at ${at}/docs` : `${at}/v1/health/ready`;
      line(role, pid, `${is}, metrics at http://${host}:${metrics[i]}/metrics`);
    });
    line('kafka', kafka.pid, address);
    line('redis', redis.pid, url);
  }

  /** Those that ask first, those who are asked last. */
  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    for (const names of [['api'], ['engine', 'projector'], ['redis', 'kafka']]) {
      const next = this.children.filter(({ name }) => names.includes(name));
      await Promise.all(next.map((child) => child.stop(STOP_MS)));
    }
    if (this.terms.options.data === '') rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(name: string, args: readonly string[], tie: ChildTerms['tie']): Child {
    if (this.stopped !== undefined) throw new Error('it has been stopped while it started');
    const env = { ...process.env };
    for (const variable of OF_OTHER_BROKERS) delete env[variable];
    const { print } = this.terms;
    const child = new Child({ name, args: ['--enable-source-maps', ...args], env, tie, print });
    this.children.push(child);
    void child.ended.then((how) => {
      if (this.stopped === undefined) this.fail(child.endedBy(how));
    });
    return child;
  }

  private roleArgs(role: (typeof ROLES)[number], kafka: string, redis: string, metricsPort: number): string[] {
    const { options, passedOn } = this.terms;
    const brokers = ['--kafka', kafka, '--kafka-replication', '1', '--kafka-tls', 'off', '--kafka-sasl', 'off'];
    const store = role === 'engine' ? [] : ['--redis', redis, '--redis-tls', ''];
    const port = role === 'api' ? options.port : 0;
    const own = ['--role', role, '--port', String(port), '--data', path.join(this.folder, role)];
    const demo = role === 'api' && options.demo ? ['--demo'] : [];
    return [MAIN, ...passedOn, ...own, ...brokers, ...store, '--metrics-port', String(metricsPort), ...demo];
  }
}

/** The one that was asked for and those behind it, else free ones. */
async function metricsPorts(wanted: number): Promise<number[]> {
  if (wanted !== 0) return ROLES.map((_, i) => wanted + i);
  const servers = await Promise.all(
    ROLES.map(
      () =>
        new Promise<ReturnType<typeof createServer>>((listening) => {
          const server = createServer().listen(0, '127.0.0.1', () => listening(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

// A real Kafka for tests: the one that the run shares, or brokers of a test's own that it may kill.
import { join, resolve } from 'node:path';
import { sharedBroker } from './keeper';

const ROOT = resolve(__dirname, __dirname.includes(`${join('dist', 'test')}`) ? '../../../..' : '../../..');

/** One broker's process on this machine. */
export interface OwnBroker {
  readonly id: number;
  readonly port: number;
  /** For a proxy to go to, where the broker was started with the proxy's own port. */
  readonly proxiedPort: number;
  readonly pid: number;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** After it has ended: on the same port, with the same data. */
  start(): void;
}

export interface OwnKafka {
  readonly addresses: string[];
  readonly brokers: readonly OwnBroker[];
  /** Resolves when `expected` brokers answer; all of them without it. */
  ready(expected?: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Addresses of the broker that all tests of a run share, `host:port` each; use topics of your own. The first to ask has it found:
 * TOKENBOURSE_TEST_KAFKA in the environment, else Docker, else started on this machine.
 * @throws Error with one line that says what to install
 */
export async function sharedKafka(): Promise<string[]> {
  return (await sharedBroker('kafka')).addresses;
}

/**
 * Brokers of the caller's own, on this machine; stop them.
 * @param proxyPorts of proxies, one per broker: a client that comes through one stays behind it
 */
export async function startOwnKafka(count: 1 | 3, proxyPorts: number[] = []): Promise<OwnKafka> {
  const { startBrokers } = (await import(join(ROOT, 'scripts/brokers/kafka-brokers.js'))) as {
    startBrokers(count: number, proxyPorts: number[]): Promise<OwnKafka>;
  };
  return startBrokers(count, proxyPorts);
}

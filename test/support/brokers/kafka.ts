// A real Kafka for tests: the one that the run shares, or brokers of a test's own that it may kill.
import { join, resolve } from 'node:path';
import { sharedBroker } from './keeper';

const ROOT = resolve(__dirname, __dirname.includes(`${join('dist', 'test')}`) ? '../../../..' : '../../..');

/** One broker's process on this machine. */
export interface OwnBroker {
  readonly id: number;
  readonly port: number;
  /** The third listener's: for a proxy to go to, or guarded. */
  readonly thirdPort: number;
  readonly pid: number;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** After it has ended: on the same port, with the same data. */
  start(): void;
}

export interface OwnKafka {
  readonly addresses: string[];
  readonly brokers: readonly OwnBroker[];
  /** What signed the certificates of guarded listeners, as PEM. */
  readonly ca?: string;
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

/** What the third listener of each broker is for. */
export interface ThirdListener {
  /** Of proxies, one per broker: a client that comes through one stays behind it. */
  readonly proxyPorts?: readonly number[];
  /** TLS, and this name and password by PLAIN or SCRAM-SHA-512. */
  readonly guard?: { readonly username: string; readonly password: string };
}

/** Brokers of the caller's own, on this machine; stop them. */
export async function startOwnKafka(count: 1 | 3, third: ThirdListener = {}): Promise<OwnKafka> {
  const { startBrokers } = (await import(join(ROOT, 'scripts/brokers/kafka-brokers.js'))) as {
    startBrokers: typeof startOwnKafka;
  };
  return startBrokers(count, third);
}

// A real Redis for tests: the one that the run shares, or one of a test's own that it may kill.
import { join, resolve } from 'node:path';
import { sharedBroker } from './keeper';

const ROOT = resolve(__dirname, __dirname.includes(`${join('dist', 'test')}`) ? '../../../..' : '../../..');

export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** Of its process; 0 where it does not run. */
  readonly pid: number;
  /** What signed its certificate, as PEM; undefined without TLS. */
  readonly ca: string | undefined;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** After it has ended: at the same address, and empty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface OwnRedisOptions {
  readonly password?: string;
  readonly tls?: boolean;
  /** More of redis-server's own arguments. */
  readonly args?: readonly string[];
}

/**
 * URL of the Redis that all tests of a run share; use a market of your own. The first to ask has it found: TOKENBOURSE_TEST_REDIS in the
 * environment, else Docker, else started on this machine.
 * @throws Error with one line that says what to install
 */
export async function sharedRedis(): Promise<string> {
  return (await sharedBroker('redis')).addresses[0];
}

/** A Redis of the caller's own, on this machine, that keeps nothing on disk; stop it. */
export async function startOwnRedis(options: OwnRedisOptions = {}): Promise<OwnRedis> {
  const { startRedis } = (await import(join(ROOT, 'scripts/brokers/redis-server.js'))) as {
    startRedis(options: OwnRedisOptions): Promise<OwnRedis>;
  };
  return startRedis(options);
}

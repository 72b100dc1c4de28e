// A connection to Redis as the read store wants it: a command fails soon where Redis is away, and the next one may succeed.

import { readFileSync } from 'node:fs';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { reasonOf } from '@tokenbourse/projections';

export interface RedisConnection {
  /** `redis://[user:password@]host[:port][/number]`, or `rediss://` for TLS; several, by commas, are nodes of one cluster. */
  readonly url: string;
  /** Instead of the one in the URL. */
  readonly password?: string;
  /** File with the certificates, as PEM, that sign the server's; the system's without it. */
  readonly caFile?: string;
  /** The addresses are nodes of a cluster, even if there is only one. */
  readonly cluster?: boolean;
}

const CONNECT_MS = 2_000;
/** A script over a large market may take a while; Redis that is silent for longer is away. */
const COMMAND_MS = 5_000;
const RECONNECT_MS_MAX = 500;

/** @throws Error in one line about a URL or a file that is wrong */
export function connectRedis({ url, password, caFile, cluster = false }: RedisConnection): Redis | Cluster {
  const urls = url.split(',').map(parse);
  const [{ protocol, username, pathname, password: inUrl }] = urls;
  const database = pathname.replace(/^\//, '');
  if (!/^\d*$/.test(database)) throw new Error(`a Redis URL ends with a database's number, not "${pathname}"`);
  const secret = password ?? decodeURIComponent(inUrl);
  const options: RedisOptions = {
    username: decodeURIComponent(username) || undefined,
    password: secret || undefined,
    tls: protocol === 'rediss:' ? { ca: caFile === undefined ? undefined : readFileSync(caFile) } : undefined,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: true,
    retryStrategy: (times) => Math.min(20 * 2 ** Math.min(times, 10), RECONNECT_MS_MAX),
  };
  const nodes = urls.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6379) }));
  if (!cluster && nodes.length === 1) return quiet(new Redis({ ...options, ...nodes[0], db: Number(database || 0) }));
  return quiet(
    new Cluster(nodes, {
      redisOptions: options,
      clusterRetryStrategy: (times) => Math.min(20 * 2 ** Math.min(times, 10), RECONNECT_MS_MAX),
    }),
  );
}

/** Why the connection was lost last. */
const troubles = new WeakMap<Redis | Cluster, string>();

/** What went wrong is said by the command that fails. */
function quiet<R extends Redis | Cluster>(redis: R): R {
  return redis.on('error', (error: Error) => troubles.set(redis, error.message || error.name)) as R;
}

/** Why a command failed: of one that waited for a connection in vain, what was wrong with that. */
export function whyFailed(redis: Redis | Cluster, error: unknown): string {
  if (error instanceof Error && error.name === 'MaxRetriesPerRequestError')
    return troubles.get(redis) ?? 'the connection was lost';
  const ofNode = (error as { lastNodeError?: Error | null }).lastNodeError;
  return ofNode ? `${reasonOf(error)} (${ofNode.message})` : reasonOf(error);
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '') return url;
  // A URL may hold a password: it isn't repeated.
  throw new Error('a Redis address is redis://HOST:PORT, or rediss://HOST:PORT for TLS');
}

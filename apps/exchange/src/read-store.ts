// The read store of the roles beyond one machine, as their options name it.

import type { Cluster, Redis } from 'ioredis';
import { connectRedis, RedisReadModels } from '@tokenbourse/projections-redis';
import type { RedisOptions, ServerOptions } from './options';

export interface ReadStoreConnection {
  readonly redis: Redis | Cluster;
  readonly models: RedisReadModels;
}

/** Doesn't wait for it. @throws Error in one line about a wrong address or file */
export function openReadStore({
  market,
  retention,
  redis: { url, password, authorities },
}: Pick<ServerOptions, 'market' | 'retention'> & { readonly redis: RedisOptions }): ReadStoreConnection {
  const redis = connectRedis({ url, password: password || undefined, caFile: authorities || undefined });
  return { redis, models: new RedisReadModels({ redis, market, retention }) };
}

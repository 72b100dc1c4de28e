// Whether a Redis can hold the read models: it must forget nothing by itself.

import { Redis, type Cluster } from 'ioredis';

/** The oldest that the tests run on. */
const OLDEST: readonly [number, number] = [7, 0];
/** What it is set to may be changed while it runs. */
const LOOK_EVERY_MS = 5_000;

/** A Redis that is no good as a read store, until somebody changes it. */
export class UnsuitableRedis extends Error {
  override readonly name = 'UnsuitableRedis';
  readonly code = 'UNSUITABLE_REDIS';
}

/** What one node says of itself. */
export interface NodeFacts {
  /** What is wrong with it, and what would be right; empty where nothing is. */
  readonly fault: string;
  /** Keys that it has thrown away since its start, and that may have been the read models'. */
  readonly evicted: number;
}

/** @param info the answer to INFO */
export function factsIn(info: string, isCluster: boolean): NodeFacts {
  const field = (name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1].trim() ?? '';
  const version = field('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const policy = field('maxmemory_policy');
  // What has no time to live, and that is all that is read, is safe from these policies.
  const isSafe = policy.startsWith('volatile-');
  const evicted = isSafe ? 0 : Number(field('evicted_keys') || 0);
  const faults: string[] = [];
  if (version !== '' && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])))
    faults.push(`it is version ${version}, ${OLDEST.join('.')} or newer is needed`);
  if (field('redis_mode') === 'cluster' && !isCluster)
    faults.push('it is a node of a cluster: name several of its nodes, with commas between');
  if (policy.startsWith('allkeys-') && Number(field('maxmemory')) > 0)
    faults.push(`its maxmemory-policy is ${policy}, by which it forgets read models: set noeviction`);
  return { fault: faults.join('; '), evicted };
}

/** Looks at the read store's Redis now and then. What may have been forgotten is given up: it is then written anew. */
export class Suitability {
  private lookAtMs = 0;
  private evicted = 0;

  constructor(
    private readonly redis: Redis | Cluster,
    private readonly prefix: string,
  ) {}

  /** The next check looks. */
  lookAgain(): void {
    this.lookAtMs = 0;
  }

  /** @throws UnsuitableRedis; an error of ioredis where it does not answer */
  async check(): Promise<void> {
    const { redis, prefix } = this;
    if (performance.now() < this.lookAtMs) return;
    const { faults, evicted } = await this.look();
    const hasForgotten = evicted > this.evicted;
    if (faults.length > 0) await redis.set(`${prefix}progress`, faults.join('; '), 'PX', 2 * LOOK_EVERY_MS);
    if (faults.length > 0 || hasForgotten) await redis.del(`${prefix}meta`);
    this.evicted = evicted;
    if (faults.length > 0) throw new UnsuitableRedis(faults.join('; '));
    this.lookAtMs = performance.now() + LOOK_EVERY_MS;
  }

  private async look(): Promise<{ faults: string[]; evicted: number }> {
    const { redis } = this;
    const isCluster = !(redis instanceof Redis);
    const faults: string[] = [];
    let evicted = 0;
    for (const node of isCluster ? await masters(redis) : [redis]) {
      const facts = factsIn(await infoOf(node), isCluster);
      evicted += facts.evicted;
      if (facts.fault !== '') faults.push(`Redis at ${addressOf(node)} is no read store: ${facts.fault}`);
    }
    return { faults, evicted };
  }
}

/** A cluster's nodes are known once it has answered. */
async function masters(cluster: Cluster): Promise<Redis[]> {
  await cluster.ping();
  return cluster.nodes('master');
}

/** Nothing where this user may not ask: then nothing is found wrong. */
async function infoOf(node: Redis): Promise<string> {
  try {
    return await node.info();
  } catch (error) {
    if (/^(NOPERM|ERR unknown command)/.test((error as Error).message)) return '';
    throw error;
  }
}

function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

// A whole read store written anew beside the one that is read, and taken into use when it is complete.

import { randomBytes } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Position } from '@tokenbourse/log';
import { RINGS, HASHES, GROUPS, OWN_FORM } from './layout';
import { BUILDING_MS, TAKE_OVER, WRITE_PART } from './scripts';
import { storedOf, type Stored } from './stored';
import type { MarketModels, ReadStore } from '@tokenbourse/projections';
import { Writes } from './writes';

const PART_KEYS = 2_000;
const PART_ARGUMENTS = 10_000;

export interface Content {
  readonly models: MarketModels;
  readonly store: ReadStore;
  readonly position: Position;
  readonly idHex: string;
  readonly atUs: number;
  readonly version: string;
  /** False when the fold went on, e.g. because all is to end. */
  readonly isStill: () => boolean;
  /** Arguments of the operation that writes them. */
  readonly milestones: readonly (string | number)[];
}

/** The store was emptied, this builder was too slow, or its fold went on: what it has written is not to be used. */
class BuildLost extends Error {
  constructor() {
    super('the read store could not be written whole: it was emptied meanwhile, or the fold went on');
    this.name = 'BuildLost';
  }
}

/** Writes all documents; the fold must stand still meanwhile. Returns where the store stands then: elsewhere, if another was faster. */
export async function buildGeneration(
  redis: Redis | Cluster,
  prefix: string,
  content: Content,
  expected: Stored,
): Promise<Stored & { readonly own: boolean }> {
  const generation = randomBytes(6).toString('hex');
  const building = `${prefix}building:${generation}`;
  await redis.set(building, 1, 'PX', BUILDING_MS);
  const total = Math.max(1, content.store.count());
  let done = 0;
  const send = async (args: readonly (string | number)[], documents: number): Promise<void> => {
    if (!content.isStill()) throw new BuildLost();
    const head = [`${prefix}${generation}:`, content.position.sequence];
    if ((await WRITE_PART.run(redis, [`${prefix}meta`, building], [...head, ...args])) !== 1) throw new BuildLost();
    done += documents;
    const percent = Math.min(99, Math.floor((done / total) * 100));
    await redis.set(`${prefix}progress`, `it is being rebuilt from the log, ${percent} % done`, 'PX', BUILDING_MS);
  };
  try {
    for (const { args, documents } of parts(content)) await send(args, documents);
    if (content.milestones.length > 0) await send(content.milestones, 0);
    if (!content.isStill()) throw new BuildLost();
    const { sequence, place } = content.position;
    const before = expected.generation === '' ? ['', '', ''] : [expected.generation, expected.sequence, expected.id];
    const after = [generation, sequence, content.idHex, place, content.atUs, content.version];
    const now = storedOf(await TAKE_OVER.run(redis, [`${prefix}meta`, building], [...before, ...after]));
    return { ...now, own: now.generation === generation };
  } finally {
    await redis.del(building).catch(() => undefined);
  }
}

function* parts({ models, store }: Content): Iterable<{ args: (string | number)[]; documents: number }> {
  const rings = new Map<string, { owners(): Iterable<number>; get(owner: number): { first: number } | undefined }>([
    ['trades', models.tape.tapes],
    ['contract_candles', models.candles.ofContracts],
    ['tier_candles', models.candles.ofTiers],
    ['fills', models.fills.fills],
    ['ledger', models.ledger.movements],
  ]);
  let writes = new Writes(models, store, 0);
  let documents = 0;
  for (const name of [...Object.values(GROUPS).flat(), ...HASHES, ...OWN_FORM, ...RINGS]) {
    const ring = rings.get(name);
    // A ring's rows are written whole from its first one on.
    const keys = ring === undefined ? store.keysOf(name) : firstRows(ring);
    for (const slice of slices(keys, ring === undefined ? PART_KEYS : 1)) {
      writes.take(name, slice);
      documents += slice.length;
      if (writes.operations.size < PART_ARGUMENTS) continue;
      yield { args: writes.args(), documents };
      writes = new Writes(models, store, 0);
      documents = 0;
    }
  }
  yield { args: writes.args(), documents };
}

function* firstRows(ring: {
  owners(): Iterable<number>;
  get(owner: number): { first: number } | undefined;
}): Iterable<string> {
  for (const owner of ring.owners()) yield `${owner}/${ring.get(owner)!.first}`;
}

function* slices<T>(items: Iterable<T>, size: number): Iterable<T[]> {
  let slice: T[] = [];
  for (const item of items) {
    if (slice.push(item) < size) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

/** Drops generations that nobody reads and nobody builds, whoever may take one into use meanwhile. */
export async function sweep(redis: Redis | Cluster, prefix: string): Promise<void> {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis];
  // In this order: one that is no longer built is either the one that is read, or will never be.
  const isKept = async (generation: string): Promise<boolean> =>
    (await redis.exists(`${prefix}building:${generation}`)) === 1 ||
    (await redis.hget(`${prefix}meta`, 'generation')) === generation;
  const kept = new Map<string, boolean>();
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  for (const node of nodes) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
      cursor = next;
      for (const key of keys) {
        const generation = /^([0-9a-f]{12}):/.exec(key.slice(prefix.length))?.[1];
        if (generation === undefined) continue;
        if (!kept.has(generation)) kept.set(generation, await isKept(generation));
        if (!kept.get(generation)) await redis.unlink(key);
      }
    } while (cursor !== '0');
  }
}

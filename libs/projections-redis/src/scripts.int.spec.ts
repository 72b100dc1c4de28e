// The rule by which no record counts twice and none is taken back: a script writes only where the store stands as its writer saw it.

import { sharedRedis } from '../../../test/support/brokers/redis';
import { connectRedis } from './connect';
import { TAKE_OVER, WRITE_BATCH, WRITE_PART } from './scripts';
import { look } from './stored';

let redis: ReturnType<typeof connectRedis>;
beforeAll(async () => (redis = connectRedis({ url: await sharedRedis() })));
afterAll(() => redis.disconnect());

let prefix: string;
let stores = 0;
beforeEach(() => (prefix = `{scripts-${process.pid}-${++stores}}:`));

/** What a store with one document holds: where it stands, and who wrote the document. */
const held = async (generation: string): Promise<unknown> => {
  const { sequence, id } = await look(redis, prefix);
  return { sequence, id, document: await redis.hget(`${prefix}${generation}:documents`, '1') };
};

/** @param seen where the writer believes the store to stand */
async function write(
  seen: { generation: string; sequence: number; id: string },
  to: { sequence: number; id: string },
  document: string,
): Promise<unknown> {
  const { generation, sequence, id } = seen;
  const head = [`${prefix}${generation}:`, to.sequence, generation, sequence, id, to.id, to.sequence, 1_000];
  return WRITE_BATCH.run(redis, [`${prefix}meta`], [...head, 'HSET', 'documents', 2, '1', document]);
}

async function takeOver(
  seen: { generation: string; sequence: number | ''; id: string },
  next: { generation: string; sequence: number; id: string },
): Promise<unknown> {
  const [meta, building] = [`${prefix}meta`, `${prefix}building:${next.generation}`];
  await redis.set(building, '1');
  const operations = ['HSET', 'documents', 2, '1', `of ${next.generation}`];
  await WRITE_PART.run(redis, [meta, building], [`${prefix}${next.generation}:`, next.sequence, ...operations]);
  const expected = [seen.generation, seen.sequence, seen.id];
  const given = [next.generation, next.sequence, next.id, next.sequence, 1_000, 'v'];
  return TAKE_OVER.run(redis, [meta, building], [...expected, ...given]);
}

const EMPTY = { generation: '', sequence: '', id: '' } as const;
const AT_10 = { generation: 'g', sequence: 10, id: 'a' };

describe('a batch', () => {
  beforeEach(() => takeOver(EMPTY, AT_10));

  it('is written with its position where the store stands as it was seen', async () => {
    expect(await write(AT_10, { sequence: 12, id: 'b' }, 'first')).toEqual(['g', '12', 'b', '12', '1000', 'v', '1']);
    expect(await held('g')).toEqual({ sequence: 12, id: 'b', document: 'first' });
  });

  it.each([
    ['that comes once more', AT_10, { sequence: 12, id: 'b' }],
    ['that was held up until another had written on', AT_10, { sequence: 11, id: 'c' }],
    ['that goes farther from the place before', AT_10, { sequence: 14, id: 'd' }],
    ['of another chain', { ...AT_10, sequence: 12, id: 'x' }, { sequence: 14, id: 'd' }],
    ['of another generation', { generation: 'h', sequence: 12, id: 'b' }, { sequence: 14, id: 'd' }],
  ])('%s writes nothing, and is told where the store stands', async (_, seen, to) => {
    await write(AT_10, { sequence: 12, id: 'b' }, 'first');
    expect(await write(seen, to, 'second')).toEqual(['g', '12', 'b', '12', '1000', 'v']);
    expect(await held('g')).toEqual({ sequence: 12, id: 'b', document: 'first' });
    expect(await redis.hget(`${prefix}h:documents`, '1')).toBeNull();
  });
});

describe('a generation written anew', () => {
  it('takes over where the store stands as its builder saw it', async () => {
    await takeOver(EMPTY, AT_10);
    await takeOver(AT_10, { generation: 'h', sequence: 11, id: 'b' });
    expect(await held('h')).toEqual({ sequence: 11, id: 'b', document: 'of h' });
  });

  it.each([
    ['where the store was written on', AT_10],
    ['where there was none', EMPTY],
    ['of another chain', { ...AT_10, sequence: 12, id: 'x' }],
  ])('%s meanwhile does not', async (_, seen) => {
    await takeOver(EMPTY, AT_10);
    await write(AT_10, { sequence: 12, id: 'b' }, 'first');
    await takeOver(seen, { generation: 'h', sequence: 11, id: 'c' });
    expect(await held('g')).toEqual({ sequence: 12, id: 'b', document: 'first' });
  });

  it('does not where its builder gave no sign of life for too long', async () => {
    await takeOver(EMPTY, AT_10);
    const [meta, building] = [`${prefix}meta`, `${prefix}building:h`];
    const given = ['h', 11, 'b', 11, 1_000, 'v'];
    await TAKE_OVER.run(redis, [meta, building], ['g', 10, 'a', ...given]);
    expect(await WRITE_PART.run(redis, [meta, building], [`${prefix}h:`, 11])).toBe(0);
    expect(await held('g')).toEqual({ sequence: 10, id: 'a', document: 'of g' });
  });
});

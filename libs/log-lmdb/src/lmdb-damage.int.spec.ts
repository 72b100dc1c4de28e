/** Damage to the log's file, frame by frame and byte by byte: found, named, never skipped. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Frame, encodeFrame, hex, lastSequence, originPosition, sealFrame } from '@tokenbourse/log';
import { appendAll, collect } from '../../log/src/event-log.contract';
import { sampleChain } from '../../log/src/sample-chain';
import { Environment, keyOf, openEnvironment } from './environment';
import { LmdbEventLog } from './lmdb-log';
import { LmdbLogReader } from './lmdb-reader';
import { temporaryFolders } from './temporary-folder';

const temporaryFolder = temporaryFolders();
const chain = sampleChain({ frames: 12, payloadBytes: (index) => (index % 3 === 0 ? 9000 + index : 60) });

async function makeLog(frames: readonly Frame[]): Promise<string> {
  const path = join(temporaryFolder(), 'data');
  const log = await LmdbEventLog.open(path);
  await Promise.all(frames.map((frame) => log.append(frame)));
  await log.close();
  return path;
}

/** Alters what is stored behind the log's back. */
async function tamper(path: string, change: (env: Environment) => void): Promise<void> {
  const env = openEnvironment(join(path, 'log'), false);
  env.transactionSync(() => change(env));
  await env.close();
}

async function changeFrame(path: string, place: number, change: (bytes: Buffer) => Uint8Array): Promise<void> {
  await tamper(path, (env) => {
    env.putSync(keyOf(place), change(Buffer.from(env.getBinary(keyOf(place)) as Uint8Array)));
  });
}

function flipped(at: (bytes: Buffer) => number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    bytes[at(bytes)] ^= 0x10;
    return bytes;
  };
}

describe('a damaged frame', () => {
  it.each<[string, (bytes: Buffer) => Uint8Array, string]>([
    ['torn in its payload', (bytes) => bytes.subarray(0, bytes.length - 40), 'torn'],
    ['torn to nothing but a beginning', (bytes) => bytes.subarray(0, 20), 'torn'],
    ['with a byte appended', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]), 'torn'],
    ['with a flipped byte in its magic', flipped(() => 1), 'bad magic'],
    ['with a flipped byte in its predecessor', flipped(() => 20), 'digest of bytes differs'],
    ['with a flipped byte in its header', flipped(() => 45), 'digest of bytes differs'],
    ['with a flipped byte in its payload', flipped(() => 90), 'digest of bytes differs'],
    ['with a flipped byte in its id', flipped((bytes) => bytes.length - 1), 'digest of bytes differs'],
    [
      'replaced by the frame of another history',
      () => encodeFrame(sampleChain({ frames: 7, seed: 8 })[6]),
      'foreign predecessor',
    ],
    ['replaced by an earlier one', () => encodeFrame(chain[2]), 'foreign predecessor'],
    [
      'replaced by one that leaves a sequence number out',
      () => encodeFrame(sealFrame({ ...chain[6], firstSequence: chain[6].firstSequence + 1 }, chain[6].payload)),
      'sequence gap',
    ],
  ])('%s is named by place and sequence, after the frames before it', async (_case, change, what) => {
    const path = await makeLog(chain);
    await changeFrame(path, 7, change);
    const log = await LmdbEventLog.open(path);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { position } of log.read(originPosition())) seen.push(position.place);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'FRAME_DAMAGED',
      place: 7,
      sequence: chain[6].firstSequence,
      what,
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    await log.close();
  });

  it('replaced by another sound continuation is found at the frame after it', async () => {
    const path = await makeLog(chain);
    await changeFrame(path, 7, () => encodeFrame(sealFrame(chain[6], Buffer.from('forged'))));
    const reader = await LmdbLogReader.open(path);
    await expect(collect(reader)).rejects.toMatchObject({ place: 8, what: 'foreign predecessor' });
    await reader.close();
  });

  it('that is missing is named by a reader, and keeps the log from being written', async () => {
    for (const place of [1, 7, 11]) {
      const path = await makeLog(chain);
      await tamper(path, (env) => void env.removeSync(keyOf(place)));
      const reader = await LmdbLogReader.open(path);
      await expect(collect(reader)).rejects.toMatchObject({
        code: 'FRAME_DAMAGED',
        place,
        sequence: chain[place - 1].firstSequence,
        what: 'missing',
      });
      await reader.close();
      await expect(LmdbEventLog.open(path)).rejects.toMatchObject({ code: 'FRAME_DAMAGED', place, what: 'missing' });
    }
  });

  it('at the end keeps the log from being written, and tip() from being told', async () => {
    const changes: [(bytes: Buffer) => Uint8Array, string][] = [
      [flipped((bytes) => bytes.length - 1), 'digest of bytes differs'],
      [(bytes) => bytes.subarray(0, 100), 'torn'],
      [() => encodeFrame(sampleChain({ frames: 12, seed: 5 })[11]), 'foreign predecessor'],
    ];
    for (const [change, what] of changes) {
      const path = await makeLog(chain);
      await changeFrame(path, 12, change);
      const damage = { code: 'FRAME_DAMAGED', place: 12, sequence: chain[11].firstSequence, what };
      await expect(LmdbEventLog.open(path)).rejects.toMatchObject(damage);
      const reader = await LmdbLogReader.open(path);
      if (what !== 'foreign predecessor') await expect(reader.tip()).rejects.toMatchObject(damage);
      await expect(collect(reader)).rejects.toMatchObject(damage);
      await reader.close();
    }
  });

  it('lost with all after it shows to whoever has read further', async () => {
    const path = await makeLog(chain);
    let log = await LmdbEventLog.open(path);
    const tip = await log.tip();
    await log.close();
    await tamper(path, (env) => [10, 11, 12].forEach((place) => env.removeSync(keyOf(place))));
    log = await LmdbEventLog.open(path);
    await expect(collect(log, tip)).rejects.toMatchObject({
      code: 'POSITION_PAST_END',
      tipSequence: lastSequence(chain[8]),
    });
    await appendAll(log, sampleChain({ frames: 3, after: chain[8], seed: 6 }));
    await expect(collect(log, tip)).rejects.toMatchObject({ code: 'POSITION_FOREIGN' });
    await log.close();
  });
});

describe('a damaged file', () => {
  const many = sampleChain({
    frames: 400,
    payloadBytes: (index) => (index % 5 === 0 ? 5000 + index * 10 : 100 + index),
  });
  let folder: string;
  let image: Buffer;

  beforeAll(async () => {
    const temporary = join(process.env.TMPDIR ?? '/tmp', `tokenbourse-damage-${process.pid}`);
    folder = join(temporary, 'data');
    const log = await LmdbEventLog.open(folder);
    for (const frame of many) await log.append(frame); // one transaction each: many pages are free or old
    await log.close();
    image = readFileSync(join(folder, 'log/data.mdb'));
  });

  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  function withFile(bytes: Uint8Array): string {
    const path = join(temporaryFolder(), 'data');
    cpSync(folder, path, { recursive: true });
    rmSync(join(path, 'log/lock.mdb'));
    writeFileSync(join(path, 'log/data.mdb'), bytes);
    return path;
  }

  /** Opens for writing, reads all, appends, reads all again. The code of the error, or how many frames there were. */
  async function outcomeOf(path: string): Promise<string> {
    let log: LmdbEventLog | undefined;
    try {
      log = await LmdbEventLog.open(path);
      const found = await collect(log);
      const same = found.every(({ frame }, index) => hex(frame.id) === hex(many[index].id));
      if (!same || found.length !== many.length) return `${found.length} frames, ${same ? 'same' : 'other'}`;
      await appendAll(log, sampleChain({ frames: 2, after: many[many.length - 1] }));
      return (await collect(log)).length === many.length + 2 ? 'whole' : 'lost by appending';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    } finally {
      await log?.close();
    }
  }

  it('is whole when nothing is changed', async () => {
    expect(await outcomeOf(withFile(image))).toBe('whole');
  });

  it('truncated anywhere is refused by name', async () => {
    for (const part of [
      0,
      1,
      100,
      4095,
      4096,
      8191,
      8192,
      10_000,
      image.length >> 2,
      image.length >> 1,
      image.length - 100_000,
    ]) {
      const path = withFile(image.subarray(0, part));
      expect([part, await outcomeOf(path)]).toEqual([part, 'LOG_DAMAGED']);
      await expect(LmdbLogReader.open(path)).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
    }
  });

  it('of noise, of zeros, or gone is refused by name', async () => {
    const noise = Buffer.from(image).map((_, index) => (Math.imul(index, 2_654_435_761) >>> 13) & 0xff);
    for (const bytes of [noise, Buffer.alloc(image.length), Buffer.from('not a log'), Buffer.alloc(0)]) {
      expect(await outcomeOf(withFile(bytes))).toBe('LOG_DAMAGED');
    }
    const path = withFile(image);
    rmSync(join(path, 'log/data.mdb'));
    expect(await outcomeOf(path)).toBe('LOG_DAMAGED');
    await expect(LmdbLogReader.open(path)).rejects.toMatchObject({ code: 'LOG_DAMAGED', message: /missing or empty/ });
  });

  it('with a flipped bit or a page of noise is refused, or gives every frame: 160 seeded damages', async () => {
    let state = 20_261_121;
    const random = (below: number): number => {
      state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const kindOf = (page: number): number => image.readUInt16LE(page * 4096 + 18);
    const pages = [...Array(image.length / 4096).keys()].filter(
      (page) => page < 2 || (Number(image.readBigUInt64LE(page * 4096)) === page && [1, 2, 4].includes(kindOf(page))),
    );
    const outcomes = new Map<string, number>();
    for (let damage = 0; damage < 160; damage++) {
      const bytes = Buffer.from(image);
      const page = damage % 4 === 0 ? random(2) : pages[random(pages.length)];
      if (damage % 10 === 9) for (let at = 0; at < 4096; at++) bytes[page * 4096 + at] = random(256);
      else bytes[page * 4096 + random(page < 2 ? 176 : 64)] ^= 1 << random(8);
      const outcome = await outcomeOf(withFile(bytes));
      expect([damage, outcome]).toEqual([damage, expect.stringMatching(/^(whole|LOG_DAMAGED|FRAME_DAMAGED)$/)]);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(outcomes.get('LOG_DAMAGED')).toBeGreaterThan(40);
    expect(outcomes.get('whole')).toBeGreaterThan(15); // bits that nobody reads: slack, old pages
  });

  it('is refused before it is mapped when its newest meta page is an older one', async () => {
    const bytes = Buffer.from(image);
    const newest = bytes.readBigUInt64LE(152) > bytes.readBigUInt64LE(4096 + 152) ? 0 : 4096;
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(newest + 152) - 2n, newest + 152); // hides the last transaction
    expect(await outcomeOf(withFile(bytes))).toBe('LOG_DAMAGED');
  });
});

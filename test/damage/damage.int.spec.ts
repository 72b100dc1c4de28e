// Damage to each byte region of a data folder: every start is refused with a line that names the place, or comes to the very
// state of the undamaged folder, with a word about what it passed over. Never a wrong state.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamFor, type Stream } from '@tokenbourse/agents';
import { encodeFrame, originPosition, type PlacedFrame } from '@tokenbourse/log';
import { LmdbLogReader } from '@tokenbourse/log-lmdb';
import { verifyFolder } from '../../apps/operator/src/verification/verification';
import { runMarket, saveReadModels, takeSnapshot } from '../../apps/operator/testing/market-folder';
import { tradingDay } from '../../libs/audit/testing/trading-day';
import { temporaryFolders } from '../../libs/log-lmdb/src/temporary-folder';
import { frameRegions, modelRegions, pageRegions, snapshotRegions, type Region } from './regions';
import type { StartOutcome } from './start';
import { StartProcess, type StartCrash } from './start-process';

jest.setTimeout(120_000);

/** Ways to damage a region, each with an offset of its own. */
const TRIES = 6;
const PAGE_ROUNDS = 2;
const original = join(process.env.TMPDIR ?? '/tmp', `tokenbourse-regions-${process.pid}`);
const temporaryFolder = temporaryFolders();
const LOG = 'log/data.mdb';

let image: Buffer;
let frames: PlacedFrame[];
let whole: { state: string; models: string };
let stream: Stream;
const starts = new StartProcess();
const startOn = (path: string): Promise<StartOutcome | StartCrash> => starts.startOn(path);

beforeAll(async () => {
  const { steps } = tradingDay(3, 300);
  const [one, two] = [Math.floor(steps.length / 3), Math.floor((2 * steps.length) / 3)];
  await runMarket(original, steps.slice(0, one));
  await takeSnapshot(original);
  await saveReadModels(original);
  await runMarket(original, steps.slice(one, two));
  await takeSnapshot(original);
  await saveReadModels(original);
  await runMarket(original, steps.slice(two));
  image = readFileSync(join(original, LOG));
  const log = await LmdbLogReader.open(original);
  frames = [];
  for await (const placed of log.read(originPosition())) frames.push(placed);
  await log.close();
  const outcome = await startOn(copy());
  if ('crashed' in outcome || outcome.refused !== undefined) throw new Error(JSON.stringify(outcome));
  whole = { state: outcome.state, models: outcome.models };
});

beforeEach(() => (stream = streamFor(20_261_125, expect.getState().currentTestName ?? '')));

afterAll(() => {
  starts.end();
  rmSync(original, { recursive: true, force: true });
});

function copy(): string {
  const path = join(temporaryFolder(), 'data');
  cpSync(original, path, { recursive: true });
  rmSync(join(path, 'log/lock.mdb'), { force: true });
  return path;
}

/** A copy of the folder in which one file has other bytes. */
function folderWith(file: string, bytes: Uint8Array): string {
  const path = copy();
  writeFileSync(join(path, file), bytes);
  return path;
}

/** One flipped bit, a garbled stretch, zeros, or an end, within the region. */
function damaged(bytes: Buffer, { from, to }: Region, attempt: number): { bytes: Buffer; how: string } {
  const at = from + stream.index(to - from);
  const length = Math.min(to - at, 1 + stream.index(16));
  const changed = Buffer.from(bytes);
  if (attempt % TRIES === TRIES - 1) return { bytes: changed.subarray(0, at), how: `cut at ${at}` };
  if (attempt % TRIES === TRIES - 2) changed.fill(0, at, at + length);
  else if (attempt % TRIES === TRIES - 3) for (let i = 0; i < length; i++) changed[at + i] = stream.index(256);
  else changed[at] = changed[at]! ^ (1 << stream.index(8));
  return { bytes: changed, how: `${length} bytes at ${at}` };
}

/** Refused with the place, or the undamaged state. Returns which. */
function judge(outcome: StartOutcome | StartCrash, what: string, place: RegExp): 'refused' | 'whole' {
  if ('crashed' in outcome) throw new Error(`${what}: the start ended its process with ${outcome.crashed}`);
  if (outcome.refused !== undefined) {
    expect([what, outcome.refused]).toEqual([what, expect.stringMatching(place)]);
    expect([what, outcome.refused.includes('\n')]).toEqual([what, false]);
    return 'refused';
  }
  expect([what, outcome.state, outcome.models]).toEqual([what, whole.state, whole.models]);
  return 'whole';
}

const IN_LOG = /data\.mdb is damaged, .+: |frame \d+ .*is damaged, /;

describe('the log', () => {
  type Count = { refused: number; whole: number };

  async function tryIn(count: Count, bytes: Buffer, what: string): Promise<void> {
    if (!bytes.equals(image)) count[judge(await startOn(folderWith(LOG, bytes)), what, IN_LOG)] += 1;
  }

  /** The file with a frame in another form. Pages that were written over leave copies of it, which nobody reads. */
  function withFrame({ frame }: PlacedFrame, changed: Buffer): Buffer {
    const original = Buffer.from(encodeFrame(frame));
    const bytes = Buffer.from(image);
    for (let at = bytes.indexOf(original); at >= 0; at = bytes.indexOf(original, at + 1)) changed.copy(bytes, at);
    return bytes;
  }

  const regionsOf = ({ frame, position }: PlacedFrame): Region[] =>
    frameRegions(`frame ${position.place}`, encodeFrame(frame).length);
  const flippedIn = (placed: PlacedFrame, region: Region, attempt: number): { bytes: Buffer; how: string } => {
    const { bytes, how } = damaged(Buffer.from(encodeFrame(placed.frame)), region, attempt % (TRIES - 1));
    return { bytes: withFrame(placed, bytes), how };
  };

  it('in each region of its pages', async () => {
    const count = { refused: 0, whole: 0 };
    for (const region of pageRegions(image)) {
      for (let attempt = 0; attempt < PAGE_ROUNDS * TRIES; attempt++) {
        const { bytes, how } = damaged(image, region, attempt);
        await tryIn(count, bytes, `${region.name}, ${how}`);
      }
    }
    expect(count.refused).toBeGreaterThan(40);
  });

  it('in each field of the frames behind the newest snapshot: always refused', async () => {
    const count = { refused: 0, whole: 0 };
    for (const placed of frames.slice(-2)) {
      for (const region of regionsOf(placed)) {
        for (let attempt = 0; attempt < TRIES; attempt++) {
          const { bytes, how } = flippedIn(placed, region, attempt);
          await tryIn(count, bytes, `${region.name}, ${how}`);
        }
      }
    }
    expect(count.whole).toBe(0);
    expect(count.refused).toBeGreaterThan(80);
  });

  it('in an old frame is not met by a start that needs it no more; verify finds it', async () => {
    const [old] = frames.slice(2, 3) as [PlacedFrame];
    for (const region of regionsOf(old)) {
      const { bytes, how } = flippedIn(old, region, 0);
      const folder = folderWith(LOG, bytes);
      expect(judge(await startOn(folder), `${region.name}, ${how}`, IN_LOG)).toBe('whole');
      const { sound, stopped } = await verifyFolder(folder);
      expect([region.name, sound, stopped]).toEqual([region.name, false, expect.stringContaining('frame 3 can')]);
    }
  });

  it('in an old frame that is needed, for snapshots or read models are lost, is refused by its number', async () => {
    const [old] = frames.slice(2, 3) as [PlacedFrame];
    const { bytes } = flippedIn(old, regionsOf(old)[7]!, 0);
    for (const lost of ['snapshots', 'read-models']) {
      const folder = folderWith(LOG, bytes);
      for (const name of readdirSync(join(folder, lost))) rmSync(join(folder, lost, name));
      expect(judge(await startOn(folder), `${lost} lost`, /frame 3 .*is damaged, digest/)).toBe('refused');
    }
  });
});

describe('what the log can replace', () => {
  it.each([
    ['snapshots', snapshotRegions],
    ['read-models', modelRegions],
  ])(
    '%s, in each region: the start comes to the same, and names the newest file where that is damaged',
    async (part, regionsOf) => {
      const files = readdirSync(join(original, part)).sort();
      const isNewest = (name: string): boolean => name === files.at(-1);
      for (const name of files) {
        const bytes = readFileSync(join(original, part, name));
        for (const region of regionsOf(bytes)) {
          for (let attempt = 0; attempt < TRIES; attempt++) {
            const change = damaged(bytes, region, attempt);
            if (change.bytes.equals(bytes)) continue;
            const outcome = await startOn(folderWith(join(part, name), change.bytes));
            const what = `${name}, ${region.name}, ${change.how}`;
            expect(judge(outcome, what, /never/)).toBe('whole');
            const record = Number(/\d+/.exec(name)![0]);
            const warnings = 'warnings' in outcome ? outcome.warnings : [];
            const told = warnings.some((line) => line.includes(name) || line.includes(`snapshot of record ${record} `));
            const isPassedOver = warnings.some((line) => /passed over|not used/.test(line));
            expect([what, told && isPassedOver]).toEqual([what, isNewest(name)]);
          }
        }
      }
    },
  );

  it('all of them gone or garbled together', async () => {
    const folder = copy();
    for (const part of ['snapshots', 'read-models']) {
      for (const name of readdirSync(join(folder, part))) writeFileSync(join(folder, part, name), 'nothing of ours');
    }
    expect(judge(await startOn(folder), 'all garbled', /never/)).toBe('whole');
  });
});

describe('the other files', () => {
  it('the marker: refused by its name, or the same market', async () => {
    const bytes = readFileSync(join(original, 'tokenbourse.json'));
    const region = { name: 'marker', from: 0, to: bytes.length };
    const count = { refused: 0, whole: 0 };
    for (let attempt = 0; attempt < 10 * TRIES; attempt++) {
      const change = damaged(bytes, region, attempt);
      const place = /tokenbourse\.json|format version|holds market/;
      count[judge(await startOn(folderWith('tokenbourse.json', change.bytes)), `marker, ${change.how}`, place)] += 1;
    }
    expect(count.refused).toBeGreaterThan(30);
  });

  it('LMDB’s lock file holds nothing that a start needs', async () => {
    const lock = readFileSync(join(original, 'log/lock.mdb'));
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(lock.length, 0xff), lock.subarray(0, 100), Buffer.from('?')]) {
      expect(judge(await startOn(folderWith('log/lock.mdb', bytes)), 'lock file', /never/)).toBe('whole');
    }
  });
});

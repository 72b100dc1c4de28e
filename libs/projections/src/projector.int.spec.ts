// The projector keeps in step with a log, goes on from saved documents, and never answers from a wrong state.

import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FrameDamaged, MemoryEventLog, MemoryMedium, originPosition, type LogReader } from '@tokenbourse/log';
import { contentDigest } from './digest';
import { appendRecords } from './testing/frames';
import { InProcessReadModels } from './in-process';
import { ModelFiles } from './model-files';
import { Projector, type ProjectorOptions } from './projector';
import { randomMarket } from './testing/random-market';
import { DEFAULT_RETENTION } from './retention';
import { MarketScript } from './testing/market-script';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'models-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** All records of a log folded from the first one on. */
async function rebuilt(log: LogReader): Promise<InProcessReadModels> {
  const models = new InProcessReadModels(DEFAULT_RETENTION);
  for await (const { frame } of log.read(originPosition())) models.applyPayload(frame.payload, frame.firstSequence);
  return models;
}

interface Started {
  readonly models: InProcessReadModels;
  readonly projector: Projector;
  readonly events: string[];
}

function start(log: LogReader, options: Partial<ProjectorOptions> = {}): Started {
  const events: string[] = [];
  const models = new InProcessReadModels();
  const files = new ModelFiles(folder);
  const projector = new Projector({ log, models, files, onEvent: (message) => events.push(message), ...options });
  void projector.run();
  return { models, projector, events };
}

async function filled(
  seed: number,
  steps = 200,
): Promise<{ log: MemoryEventLog; script: MarketScript; medium: MemoryMedium }> {
  const medium = new MemoryMedium();
  const log = new MemoryEventLog(medium);
  const script = randomMarket(seed, steps);
  await appendRecords(log, script.records);
  return { log, script, medium };
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen within two seconds');
}

const digestOf = (models: InProcessReadModels): string => contentDigest(models.store);

describe('the projector', () => {
  test('reads the log to its end, then follows it', async () => {
    const { log, script } = await filled(1);
    const { models, projector } = start(log);
    await until(async () => (await models.status()).ready);
    expect((await models.status()).as_of_seq).toBe(script.sequence);
    const answer = models.totals({ min_seq: script.sequence + 2 });
    script.deposit(4, 5_000_000);
    script.deposit(4, 6_000_000);
    await appendRecords(log, script.records.slice(-2), 1);
    expect((await answer).as_of_seq).toBe(script.sequence);
    expect(await projector.stop(script.sequence)).toBe(true);
    await expect(models.totals()).rejects.toMatchObject({ code: 'NOT_READY' });
  });

  test('goes on from what it saved, and has what a rebuild has', async () => {
    const { log, script } = await filled(2);
    const first = start(log);
    expect(await first.projector.stop(script.sequence)).toBe(true);
    const saved = digestOf(first.models);

    const reads: number[] = [];
    const counted = counting(log, reads);
    script.deposit(4, 5_000_000);
    await appendRecords(log, script.records.slice(-1));
    const second = start(counted);
    await until(async () => (await second.models.status()).as_of_seq === script.sequence);
    expect(second.events).toEqual([expect.stringMatching(/^the read models go on from record \d+ /)]);
    expect(reads).toEqual([script.sequence - 1]);
    await second.projector.stop(script.sequence);

    expect(digestOf(await rebuilt(log))).toBe(digestOf(second.models));
    const files = new ModelFiles(folder);
    const contents = [];
    for (const file of await files.list()) {
      const models = new InProcessReadModels(DEFAULT_RETENTION);
      const { sequence } = await files.load(file, models);
      contents.push([sequence, digestOf(models)]);
    }
    expect(contents).toEqual([
      [script.sequence, digestOf(second.models)],
      [script.sequence - 1, saved],
    ]);
  });

  test('saves now and then while it follows, and keeps two files', async () => {
    const { log, script } = await filled(3, 300);
    const { projector } = start(log, { saveEveryRecords: 50 });
    await projector.stop(script.sequence);
    const files = readdirSync(folder);
    expect(files).toHaveLength(2);
    expect(files.sort()[1]).toBe(`models-${String(script.sequence).padStart(16, '0')}.tbm`);
  });

  test.each<[string, (file: string) => void, RegExp]>([
    ['a flipped byte', (file) => flip(file, 2_000), /is damaged/],
    ['a flipped digit of the checksum', (file) => flip(file, readFileSync(file).length - 10), /is damaged/],
    ['a torn end', (file) => writeFileSync(file, readFileSync(file).subarray(0, -30)), /is damaged/],
    ['a longer end', (file) => appendFileSync(file, 'x'), /is damaged: it goes on behind its checksum/],
    ['an empty file', (file) => writeFileSync(file, ''), /is damaged: it ends before its checksum/],
    [
      'another format',
      (file) => replace(file, '"format":1', '"format":2'),
      /has format 2, this program reads format 1/,
    ],
    ['another model version', (file) => replace(file, '"depth":1', '"depth":2'), /other versions of the models/],
    ['another position', (file) => replace(file, /"id":"[0-9a-f]{8}/, '"id":"00000000'), /is damaged/],
  ])('a saved file with %s is named, and the log is read instead', async (_, damage, message) => {
    const { log, script } = await filled(4);
    const first = start(log);
    await first.projector.stop(script.sequence);
    damage((await new ModelFiles(folder).list())[0]);
    const second = start(log);
    await until(async () => (await second.models.status()).ready);
    expect(second.events).toHaveLength(1);
    expect(second.events[0]).toMatch(message);
    expect(second.events[0]).toContain(folder);
    expect(digestOf(second.models)).toBe(digestOf(first.models));
    await second.projector.stop(script.sequence);
  });

  test('saved under another retention, it is not used', async () => {
    const { log, script } = await filled(5);
    await start(log).projector.stop(script.sequence);
    const models = new InProcessReadModels({ ...DEFAULT_RETENTION, trades_of_market: 3 });
    const { events, projector } = start(log, { models });
    await until(async () => (await models.status()).ready);
    expect(events[0]).toMatch(/another retention/);
    expect((await models.trades()).data.length).toBeLessThanOrEqual(3);
    await projector.stop(script.sequence);
  });

  test('saved from another log, it is not used', async () => {
    const one = await filled(6);
    await start(one.log).projector.stop(one.script.sequence);
    const other = await filled(7, 400);
    const { models, events, projector } = start(other.log);
    await until(async () => (await models.status()).ready);
    expect(events[0]).toMatch(/is not of this log|past the log's end/);
    expect(digestOf(models)).toBe(digestOf(await rebuilt(other.log)));
    await projector.stop(other.script.sequence);
  });

  test('at a damaged frame it stops, is not ready, and names it', async () => {
    const { log, medium, script } = await filled(8);
    medium.frames[4][120] ^= 1;
    const { models, events } = start(log);
    await until(async () => events.length > 0);
    expect(await models.status()).toMatchObject({ ready: false, reason: expect.stringContaining('frame 5') as string });
    await expect(models.totals()).rejects.toMatchObject({ code: 'NOT_READY' });
    expect(script.sequence).toBeGreaterThan(35);
    await expect(rebuilt(log)).rejects.toThrow(FrameDamaged);
  });

  test('at a record that this version can’t fold it stops, and saves nothing', async () => {
    const { log, script } = await filled(9);
    script.write([{ type: 'SplitRuleSet', version: 2, rule: '{}' }], 'SetSplitRule');
    await appendRecords(log, script.records.slice(-1));
    const { models, projector } = start(log);
    await until(async () => /version 2/.test((await models.status()).reason));
    expect(await projector.stop(script.sequence)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a failed save is told and costs no answer', async () => {
    const { log, script } = await filled(10);
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const { models, projector, events } = start(log, {
      files: new ModelFiles(join(blocked, 'x')),
      saveEveryRecords: 20,
    });
    await until(async () => (await models.status()).ready);
    expect((await models.totals()).as_of_seq).toBe(script.sequence);
    expect(await projector.stop(script.sequence)).toBe(false);
    expect(events[0]).toMatch(/can't be looked for: ENOTDIR/);
    expect(events[1]).toMatch(/could not be saved: ENOTDIR/);
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] ^= 1;
  writeFileSync(file, bytes);
}

function replace(file: string, what: string | RegExp, by: string): void {
  const text = readFileSync(file, 'latin1');
  const changed = text.replace(what, by);
  if (changed === text) throw new Error('nothing was damaged');
  writeFileSync(file, changed, 'latin1');
}

/** Notes from which record on the log was followed. */
function counting(log: LogReader, reads: number[]): LogReader {
  return {
    read: (from, options) => log.read(from, options),
    follow: (from, signal) => {
      reads.push(from.sequence);
      return log.follow(from, signal);
    },
    tip: () => log.tip(),
    locate: (sequence) => log.locate(sequence),
    close: () => log.close(),
  };
}

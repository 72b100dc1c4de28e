// A disk that is full, or no longer ours to write, under a running exchange: nothing false is acknowledged, what can be
// read is read, and service comes back by itself when the cause is gone.

import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as disk from '../disk/disk';
import { DiskTrial } from '../disk/trial';
import { dataFolder } from '../support/exchange-process';

const SEED = 41;
const OPTIONS = {
  args: ['--no-demo', '--snapshot-records', '100'],
  env: { TOKENBOURSE_RATE_LIMIT: '10000000' },
};
const MORE = 60;
/** No page behind the first two can be written. */
const NOTHING_BYTES = 8_192;

jest.setTimeout(120_000);

const clean: (() => void)[] = [];
afterEach(() => {
  for (const one of clean.splice(0).reverse()) one();
});

/** A folder for one exchange, on a file system of its own where its size is given. */
function folder(kilobytes?: number): string {
  const { path, remove } = dataFolder();
  clean.push(remove);
  if (kilobytes === undefined) return path;
  const small = join(path, '..', 'disk');
  mkdirSync(small);
  disk.mountSmall(small, kilobytes);
  clean.push(() => disk.unmount(small));
  return join(small, 'data');
}

async function start(data: string, user?: number): Promise<DiskTrial> {
  const trial = await DiskTrial.start(data, { ...OPTIONS, user }, SEED);
  clean.push(() => trial.exchange.signal('SIGKILL'));
  return trial;
}

/** Load before; refusals for that reason while it lasts, and reads; then service again, by itself, and a sound log. */
async function refuseFor(trial: DiskTrial, reason: RegExp, begin: () => void, end: () => unknown): Promise<void> {
  await trial.loadMore(MORE);
  begin();
  await trial.loadUntilRefused(reason);
  await trial.read();
  await end();
  await trial.until('ready again', async () => (await trial.ready()).status === 'READY');
  await trial.loadMore(MORE);
  expect((await trial.ready()).writer.recoveries).toBeGreaterThan(0);
  await expectWhole(trial);
}

async function expectWhole(trial: DiskTrial): Promise<void> {
  const { accepted, ...end } = await trial.finish();
  expect(end).toEqual({ faults: [], sound: true });
  expect(accepted).toBeGreaterThan(10);
}

describe('a full disk', () => {
  (disk.mayMount ? it : it.skip)('of a small size, mounted for the test', async () => {
    const data = folder(32_768);
    const ballast = join(data, '..', 'ballast');
    const fill = (): void => disk.fillWith(ballast, 0);
    await refuseFor(await start(data), /disk full/, fill, () => rmSync(ballast));
  });

  // A write that is refused in LMDB's midst, not foreseen before: its package may end the process then. What counts holds.
  (disk.mayLimit ? it : it.skip)('or what comes near to one, files that may not grow, loses nothing', async () => {
    const trial = await start(folder());
    await trial.loadMore(MORE);
    const { pid } = trial.exchange;
    disk.limitFiles(pid, NOTHING_BYTES);
    await trial.loadUntil('a refusal, or its end', () => {
      const detail = trial.load.lastRefusal?.problem.detail ?? '';
      return detail.includes('medium failed') || trial.exchange.end !== undefined;
    });
    if (trial.exchange.end === undefined) disk.limitFiles(pid, undefined);
    await trial.until('ready again, or its end', async () => {
      const ready = await trial.ready().catch(() => undefined);
      return ready?.status === 'READY' || trial.exchange.end !== undefined;
    });
    await trial.killAndRestart();
    await trial.loadMore(MORE);
    await expectWhole(trial);
  });

  (disk.mayMount ? it : it.skip)('for snapshots and read models alone keeps no order from being taken', async () => {
    const data = folder();
    const trial = await start(data);
    const small = ['snapshots', 'read-models'].map((part) => join(data, part));
    for (const path of small) {
      disk.mountSmall(path, 4);
      clean.push(() => disk.unmount(path));
    }
    await trial.loadUntil('word of both failures', () =>
      [/no snapshot of record \d+: .*ENOSPC/, /read models could not be saved: ENOSPC/].every((word) =>
        word.test(trial.exchange.output()),
      ),
    );
    await trial.until('nothing half written takes the room there is', () =>
      small.every((path) => readdirSync(path).length === 0),
    );
    for (const path of small) disk.resizeSmall(path, 8_192);
    await trial.loadUntil('both saved', () =>
      small.every((path) => readdirSync(path).some((name) => /\.tb[sm]$/.test(name))),
    );
    expect(trial.load.refusals).toBe(0);
    await expectWhole(trial);
  });
});

describe('the right to write, lost while it runs', () => {
  (disk.mayMakeImmutable ? it : it.skip)('to the log, though it is open: the file is made immutable', async () => {
    const data = folder();
    const log = join(data, 'log/data.mdb');
    clean.push(() => disk.setImmutable(log, false));
    const trial = await start(data);
    await refuseFor(
      trial,
      /no permission/,
      () => disk.setImmutable(log, true),
      () => disk.setImmutable(log, false),
    );
  });

  (disk.reachable ? it : it.skip)('to its folders, by their modes, for a user whom modes hold back', async () => {
    const data = folder();
    if (disk.plainUser !== undefined) chownSync(join(data, '..'), disk.plainUser, disk.plainUser);
    const trial = await start(data, disk.plainUser);
    const setMode = (mode: number, ...parts: string[]): void =>
      parts.forEach((part) => chmodSync(join(data, part), mode));
    clean.push(() => setMode(0o755, 'snapshots', 'read-models', 'log'));
    setMode(0o000, 'snapshots', 'read-models');
    await trial.loadUntil('word of the failures', () =>
      [/no snapshot of record \d+: .*EACCES/, /read models could not be saved: EACCES/].every((word) =>
        word.test(trial.exchange.output()),
      ),
    );
    expect(trial.load.refusals).toBe(0); // orders need neither
    const give = (): void => setMode(0o755, 'log', 'snapshots', 'read-models');
    await refuseFor(trial, /no permission to (read|write) \S+\/log\b/, () => setMode(0o000, 'log'), give);
  });
});

// Which folders are taken as data folders, and how others are refused.

import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDataFolder, openDataFolder } from './data-folder';
import { LmdbEventLog } from './lmdb-log';
import { LmdbLogReader } from './lmdb-reader';
import { temporaryFolders } from './temporary-folder';

const temporaryFolder = temporaryFolders();
/** A process has no TypeScript compiler, so it is started from `dist`, which is built before the tests. */
const APPENDING_PROCESS = join(__dirname, '../../../dist/libs/log-lmdb/src', 'appending-process.js');
const NOBODY = 65534;

const isRoot = process.getuid?.() === 0;

/** Opens and closes the log in a process that has no rights of root, and says how that ended. */
function openWithoutRights(path: string): string {
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const process_ = spawnSync(process.execPath, [APPENDING_PROCESS, 'open', path], {
    ...user,
    encoding: 'utf8',
  });
  return process_.stdout + process_.stderr;
}

describe('data folder', () => {
  it('is made when missing, parents too, with its parts and a marker', async () => {
    const path = join(temporaryFolder(), 'a/b/data');
    const folder = openDataFolder(path, 'main');
    expect(readdirSync(path).sort()).toEqual(['log', 'read-models', 'snapshots', 'tokenbourse.json']);
    const marker = JSON.parse(readFileSync(join(path, 'tokenbourse.json'), 'utf8'));
    expect(marker).toEqual({
      product: 'tokenbourse',
      format_version: 1,
      market: 'main',
      created_at: folder.createdAt,
      log_started: false,
    });
    expect(openDataFolder(path, 'main')).toEqual(folder);
    expect(findDataFolder(path)).toEqual(folder);
  });

  it('is taken when empty, also when a first start died while it wrote the marker', async () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'tokenbourse.json.new'), '{"prod');
    expect(openDataFolder(path, 'main').market).toBe('main');
  });

  it.each<[string, string, RegExp]>([
    ['a foreign folder', 'NOT_OUR_FOLDER', /no tokenbourse\.json in it, but "letters\.txt"/],
    ['a marker that is not JSON', 'NOT_OUR_FOLDER', /is not JSON/],
    ['a marker of another product', 'NOT_OUR_FOLDER', /product "other"/],
    ['a marker without a version', 'NOT_OUR_FOLDER', /format_version undefined/],
    ['a marker without a market', 'NOT_OUR_FOLDER', /lacks market/],
    ['a newer version', 'NEWER_VERSION', /format version 2, this build knows versions up to 1/],
    ['another market', 'MARKET_MISMATCH', /holds market "west", not "main"/],
  ])('refuses %s', async (what, code, message) => {
    const path = temporaryFolder();
    const marker = { product: 'tokenbourse', format_version: 1, market: 'main', created_at: 'x', log_started: false };
    const markers: Record<string, string | undefined> = {
      'a marker that is not JSON': '{',
      'a marker of another product': JSON.stringify({ ...marker, product: 'other' }),
      'a marker without a version': JSON.stringify({ ...marker, format_version: undefined }),
      'a marker without a market': JSON.stringify({ ...marker, market: undefined }),
      'a newer version': JSON.stringify({ product: 'tokenbourse', format_version: 2 }),
      'another market': JSON.stringify({ ...marker, market: 'west' }),
    };
    if (markers[what] === undefined) writeFileSync(join(path, 'letters.txt'), 'dear sir');
    else writeFileSync(join(path, 'tokenbourse.json'), markers[what]);
    const before = readdirSync(path);
    await expect(LmdbEventLog.open(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(LmdbLogReader.open(path, { market: 'main' })).rejects.toMatchObject({ code });
    expect(readdirSync(path)).toEqual(before);
  });

  it('refuses a file, and a path through a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')]) {
      await expect(LmdbEventLog.open(path)).rejects.toMatchObject({ code: 'NOT_A_FOLDER' });
    }
    await expect(LmdbLogReader.open(file)).rejects.toMatchObject({ code: 'NOT_A_FOLDER' });
  });

  it('tells a reader that there is nothing to read, and makes nothing', async () => {
    const path = temporaryFolder();
    await expect(LmdbLogReader.open(join(path, 'missing'))).rejects.toMatchObject({ code: 'NO_DATA_FOLDER' });
    await expect(LmdbLogReader.open(path)).rejects.toMatchObject({ code: 'NO_DATA_FOLDER' });
    expect(readdirSync(path)).toEqual([]);
    openDataFolder(path, 'main');
    await expect(LmdbLogReader.open(path)).rejects.toMatchObject({
      code: 'NO_DATA_FOLDER',
      message: /has no log in it/,
    });
  });

  describe('without permission', () => {
    // Root passes every permission bit; another user can take its place only where that user may read this repository.
    const reachable = !isRoot || openWithoutRights(join(__dirname, 'no-such')).includes('NO_PERMISSION');
    const attempt = reachable ? it : it.skip;

    attempt.each<[string, string, number, string]>([
      ['to look into it', '.', 0o000, 'read'],
      ['to write in it', '.', 0o555, 'write'],
      ['to write to its log folder', 'log', 0o555, 'write'],
      ['to write the log file', 'log/data.mdb', 0o444, 'write'],
      ['to read the log file', 'log/data.mdb', 0o000, 'read'],
      ['to read the marker', 'tokenbourse.json', 0o000, 'read'],
    ])('%s names the path and the right', async (_case, part, mode, action) => {
      const parent = temporaryFolder();
      const path = join(parent, 'data');
      await (await LmdbEventLog.open(path)).close();
      chmodSync(parent, 0o777);
      for (const folder of ['.', 'log', 'snapshots', 'read-models']) chmodSync(join(path, folder), 0o777);
      for (const file of ['log/data.mdb', 'log/lock.mdb', 'tokenbourse.json']) chmodSync(join(path, file), 0o666);
      expect(openWithoutRights(path)).toBe('open 0\n');
      chmodSync(join(path, part), mode);
      const named = part === '.' && action === 'read' ? join(path, 'tokenbourse.json') : join(path, part);
      expect(openWithoutRights(path)).toContain(`ended NO_PERMISSION  no permission to ${action} ${named}; give user`);
      chmodSync(join(path, part), 0o777);
      expect(openWithoutRights(path)).toBe('open 0\n');
    });

    attempt('to make it names the path', () => {
      const parent = temporaryFolder();
      chmodSync(parent, 0o555);
      expect(openWithoutRights(join(parent, 'data'))).toContain(
        `NO_PERMISSION  no permission to create ${join(parent, 'data')}`,
      );
      chmodSync(parent, 0o755);
    });
  });
});

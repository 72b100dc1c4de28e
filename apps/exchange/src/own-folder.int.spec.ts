// Folders of processes of one kind beside each other: no two hold the same, and the dead hold none.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compiled } from '../../../test/support/compiled';
import { takeFolder } from './own-folder';

let parent: string;
beforeEach(() => (parent = mkdtempSync(path.join(tmpdir(), 'own-folder-'))));
afterEach(() => rmSync(parent, { recursive: true }));

/** Takes a folder in another process, which dies with it. */
function takenByOther(): string {
  const script = `process.stdout.write(require(process.argv[1]).takeFolder(process.argv[2], 'engine').path); process.kill(process.pid, 'SIGKILL')`;
  const { stdout } = spawnSync(process.execPath, ['-e', script, compiled('apps/exchange/src/own-folder'), parent]);
  return stdout.toString();
}

test('each takes the first that nobody holds, and gives it back', () => {
  const [first, second] = [takeFolder(parent, 'engine'), takeFolder(parent, 'engine')];
  expect([first, second].map((folder) => path.basename(folder.path))).toEqual(['engine-1', 'engine-2']);
  expect(takeFolder(parent, 'projector').path).toBe(path.join(parent, 'projector-1'));
  first.release();
  expect(takeFolder(parent, 'engine').path).toBe(first.path);
  expect(readdirSync(first.path)).toEqual(['owner']);
});

test('what a killed process held is free', () => {
  const folder = takenByOther();
  expect(path.basename(folder)).toBe('engine-1');
  expect(readdirSync(folder)).toEqual(['owner']);
  expect(takeFolder(parent, 'engine').path).toBe(folder);
  expect(takenByOther()).toBe(path.join(parent, 'engine-2'));
});

test('an owner that can not be seen from here holds its folder for as long as it touches it', () => {
  const folder = takenByOther();
  const file = path.join(folder, 'owner');
  const owner = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...owner, namespace: 'pid:[of another container]' }));
  const second = takeFolder(parent, 'engine');
  expect(second.path).not.toBe(folder);
  const longAgo = Date.now() / 1_000 - 120;
  utimesSync(file, longAgo, longAgo);
  expect(takeFolder(parent, 'engine').path).toBe(folder);
});

test('a folder whose owner file says nothing is free', () => {
  mkdirSync(path.join(parent, 'engine-1'));
  writeFileSync(path.join(parent, 'engine-1', 'owner'), 'half a rec');
  expect(takeFolder(parent, 'engine').path).toBe(path.join(parent, 'engine-1'));
});

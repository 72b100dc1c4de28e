// Ways to make a real disk refuse: a small file system of its own where this user may mount one, a limit on the size of
// files, an immutable file, a user without rights. Each says whether it works here.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from '../support/compiled';

const NOBODY = 65534;

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A file system of so many kilobytes in memory, at `path`. False where this user may not mount. */
export function mountSmall(path: string, kilobytes: number): boolean {
  return runs('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=777`, 'tmpfs', path);
}

export function resizeSmall(path: string, kilobytes: number): void {
  execFileSync('mount', ['-o', `remount,size=${kilobytes}k`, path]);
}

export function unmount(path: string): void {
  execFileSync('umount', ['-l', path]);
}

/** Fills the file system of `file` with it, but for `spare` bytes. */
export function fillWith(file: string, spare: number): void {
  const { bavail, bsize } = statfsSync(join(file, '..'));
  const bytes = Buffer.alloc(Math.max(0, bavail * bsize - spare));
  const handle = openSync(file, 'w');
  for (let at = 0; at < bytes.length; at += writeSync(handle, bytes, at));
  closeSync(handle);
}

/**
 * Files that the process writes may grow to so many bytes, at most; undefined lets them grow again.
 * @param user whose process it is, where it isn't ours
 */
export function limitFiles(pid: number, bytes: number | undefined, user?: number): void {
  const limit = `--fsize=${bytes ?? 'unlimited'}:unlimited`;
  execFileSync('prlimit', ['--pid', String(pid), limit], { stdio: 'pipe', uid: user, gid: user });
}

/** An immutable file can't be written even through a handle that is open for writing. */
export function setImmutable(file: string, isSo: boolean): boolean {
  return runs('chattr', isSo ? '+i' : '-i', file);
}

function probe(what: (folder: string) => boolean): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-probe-'));
  try {
    return what(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const mayMount = probe((folder) => {
  if (!mountSmall(folder, 64)) return false;
  unmount(folder);
  return true;
});

export const mayLimit = runs('prlimit', '--pid', String(process.pid), '--fsize=unlimited:unlimited');

export const mayMakeImmutable = probe((folder) => {
  const file = join(folder, 'file');
  const handle = openSync(file, 'w');
  try {
    if (!setImmutable(file, true)) return false;
    writeSync(handle, 'written though it must not be');
    return false;
  } catch {
    return true;
  } finally {
    setImmutable(file, false);
    closeSync(handle);
  }
});

/** A user that modes hold back: root is held back by none. */
export const plainUser = process.getuid?.() === 0 ? NOBODY : undefined;

function mayRead(user: number, file: string): boolean {
  try {
    execFileSync('cat', [file], { stdio: 'ignore', uid: user, gid: user });
    return true;
  } catch {
    return false;
  }
}

/** Another user can take root's place only where it may read this repository. */
export const reachable = plainUser === undefined || mayRead(plainUser, compiled('apps/exchange/src/main'));

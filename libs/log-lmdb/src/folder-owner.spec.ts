// Whether the owner of a folder lives.

import { FolderOwner, holdFile, judgeOwner, letGoOfFile, parseOwner, thisOwner } from './folder-owner';

const FILE = '4711';
const onLinux = process.platform === 'linux';

describe('who owns a data folder', () => {
  const me = thisOwner(FILE);

  it.each<[string, Partial<FolderOwner>, string]>([
    ['a copied file has no owner', { file: '12', pid: process.ppid }, 'dead'],
    ['an owner from before the machine was started', { boot: 'another', pid: process.ppid }, 'dead'],
    ['a process that is gone', { pid: 2 ** 22 + 7, started: '1' }, 'dead'],
    ['what this thread has left without holding it', {}, 'dead'],
    ['another thread of this process', { thread: me.thread + 1 }, 'alive'],
    ...(onLinux
      ? ([
          ['a living process that got the number of the owner', { pid: 1 }, 'dead'],
          ['this process under the number of an earlier one', { started: '1' }, 'dead'],
          ['a process in another container', { namespace: 'pid:[1]', pid: process.ppid }, 'unsure'],
        ] as [string, Partial<FolderOwner>, string][])
      : []),
  ])('%s: %j is %s', (_case, other, verdict) => {
    expect(judgeOwner({ ...me, ...other }, FILE)).toBe(verdict);
  });

  it('is this thread while it holds the file', () => {
    holdFile(FILE);
    expect(judgeOwner(me, FILE)).toBe('alive');
    letGoOfFile(FILE);
    expect(judgeOwner(me, FILE)).toBe('dead');
  });

  it('is nobody in a record that is none', () => {
    for (const text of ['', '{}', 'null', '{"pid":"7"}', 'noise'])
      expect(parseOwner(Buffer.from(text))).toBeUndefined();
    expect(parseOwner(Buffer.from(JSON.stringify(me)))).toEqual(me);
  });
});

// The follower in a thread of its own, and what it is told to load to open the log.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { compiled } from '../../../test/support/compiled';
import { FollowerThread } from './follower-thread';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'follower-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function threadWith(opener: string): FollowerThread {
  const file = path.join(folder, 'opener.js');
  writeFileSync(file, `exports.openReader = ${opener};`);
  const workerFile = compiled('libs/sequencer/src/follower.worker');
  return new FollowerThread({ workerFile, opener: file, openerOptions: null, snapshotFolder: folder });
}

it('answers and ends while the log can not be opened', async () => {
  const thread = threadWith('() => new Promise(() => setInterval(() => undefined, 1_000))');
  expect(await thread.status()).toMatchObject({ state: 'STARTING', reason: 'the log is being opened' });
  expect(await thread.snapshot()).toBeUndefined();
  expect(await thread.stop(5)).toBeUndefined();
  expect(await thread.status()).toMatchObject({ state: 'FAILED', reason: 'it has been stopped' });
});

it('says why there is no log', async () => {
  const thread = threadWith('() => Promise.reject(new Error("the folder is gone"))');
  while ((await thread.status()).state !== 'FAILED') await new Promise((turned) => setTimeout(turned, 10));
  expect(await thread.status()).toMatchObject({
    state: 'FAILED',
    reason: expect.stringContaining('the folder is gone'),
  });
  expect(await thread.stop(5)).toBeUndefined();
});

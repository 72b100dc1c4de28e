// `| head` on any command: no stack trace, and the exit code that it would have had.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** Runs a script whose output nobody reads; what it says on standard error, and how it ends. */
async function unread(...command: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

const run = join('scripts', 'run.js');

test.each([
  [run, 'apps/simulator/src/soak', '--seeds', '2'],
  [run, 'apps/exchange/src/main', '--help'],
  [run, 'apps/operator/src/replay', '--help'],
  [run, 'benchmarks/main', 'book-5k', '--operations', '1000', '--runs', '1', '--no-java'],
  [run, 'test/kill/main', '--help'],
])('%s %s ends well', async (...command) => {
  expect(await unread(...command)).toEqual({ code: 0, said: expect.not.stringMatching(/EPIPE|^ +at /m) });
});

test('a command that fails says so by its exit code all the same', async () => {
  expect((await unread(run, 'apps/operator/src/verify', '--data', 'no-such-folder', '--json')).code).toBe(1);
});

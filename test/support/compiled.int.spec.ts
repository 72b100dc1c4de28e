// Worker threads and child processes run compiled files, started as the product starts them.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DEFAULT_TIERS } from '@tokenbourse/domain';
import { compiled } from './compiled';

const EXPECTED = `tiers: ${DEFAULT_TIERS.map(({ name }) => name).join(' ')}`;

describe('compiled files', () => {
  it('run in a worker thread that is named beside its starter', async () => {
    const worker = new Worker(join(__dirname, 'echo.js'));
    const [said] = (await once(worker, 'message')) as [string];
    await worker.terminate();
    expect(said).toBe(EXPECTED);
  });

  it('run in a process of their own', () => {
    expect(execFileSync(process.execPath, [compiled('test/support/echo')], { encoding: 'utf8' })).toBe(EXPECTED);
  });

  it('are asked for by a name that must be right', () => {
    expect(() => compiled('test/support/no-such-file')).toThrow('no-such-file.js does not exist');
  });
});

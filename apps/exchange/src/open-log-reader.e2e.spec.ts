// The readers' threads give way to the writer's.

import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { dataFolder, ExchangeProcess } from '../../../test/support/exchange-process';

/** Niceness of a process's threads: the 19th field of stat, counted behind the name in brackets. */
function nicenesses(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('follower and projector have a lower priority than the writer', async () => {
  const folder = dataFolder();
  const exchange = await ExchangeProcess.start(folder.path);
  await exchange.client('none').call('getReady', {});
  const own = getPriority(exchange.pid);
  const lower = nicenesses(exchange.pid).filter((niceness) => niceness > own);
  const expected = Math.min(own + 5, 19);
  expect(lower).toEqual(expected === own ? [] : [expected, expected]);
  await exchange.stop();
  folder.remove();
});

// kill -9 of the running server, 25 times: what clients were told is kept outside and held against the log afterwards.

import { killRun } from '../kill/kill-run';
import { dataFolder } from '../support/exchange-process';

const TERMS = { times: 25, seed: 20_261_125, clients: 8 };

test('nothing acknowledged is lost or doubled in 25 kills under load, while writing, saving, starting and stopping', async () => {
  const folder = dataFolder();
  const count = await killRun({ data: folder.path, ...TERMS });
  folder.remove();
  expect(count.kills).toBeGreaterThanOrEqual(TERMS.times);
  for (const moment of ['load', 'write', 'snapshot', 'frozen', 'start'] as const) {
    expect([moment, (count.byMoment[moment] ?? 0) > 0]).toEqual([moment, true]);
  }
  expect(count.acknowledged - count.refusedByMarket).toBeGreaterThan(200);
  expect(count.inDoubt).toBeGreaterThan(10);
}, 600_000);

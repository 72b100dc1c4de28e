// Projectors as processes, killed in the midst of their batches, again and again: the read store is right, and never goes back.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LmdbEventLog } from '@tokenbourse/log-lmdb';
import { InProcessReadModels } from '@tokenbourse/projections';
import { sharedRedis } from '../../../test/support/brokers/redis';
import { compiled } from '../../../test/support/compiled';
import { appendRecords } from '../../projections/src/testing/frames';
import { randomIntegers, randomMarket } from '../../projections/src/testing/random-market';
import { connectRedis } from './connect';
import { RedisReadModels } from './redis-read-models';
import { differences, everyQuestion } from './testing/questions';

const KILLS = 6;

test('kill -9 of projectors between and within batches', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'projected-'));
  const [url, market] = [await sharedRedis(), `killed-${process.pid}`];
  const log = await LmdbEventLog.open(folder);
  const redis = connectRedis({ url });
  const readers = new RedisReadModels({ redis, market });
  const processes: ChildProcess[] = [];
  const start = (): ChildProcess => {
    const file = compiled('libs/projections-redis/src/testing/projector-process');
    const child = spawn(process.execPath, [file, folder, url, market], { stdio: ['ignore', 'ignore', 'inherit'] });
    processes.push(child);
    return child;
  };
  try {
    const script = randomMarket(21, 1_500);
    const { records } = script;
    const random = randomIntegers(21);
    const part = Math.ceil(records.length / KILLS);
    const running = [start(), start()];
    let last = -1;
    for (let at = 0; at < records.length; at += part) {
      const end = Math.min(at + part, records.length);
      for (let from = at; from < end; from += 5) {
        await appendRecords(log, records.slice(from, Math.min(from + 5, end)), 5);
        const { ready, as_of_seq } = await readers.status();
        if (ready) expect(as_of_seq).toBeGreaterThanOrEqual(last);
        if (ready) last = as_of_seq;
      }
      await pause(random(30));
      running.shift()!.kill('SIGKILL');
      running.push(start());
    }
    for (let i = 0; (await readers.status()).as_of_seq !== script.sequence; i++) {
      if (i > 3_000) throw new Error(`it stands at ${JSON.stringify(await readers.status())}`);
      await pause(10);
    }
    const rebuilt = new InProcessReadModels();
    for (const record of records) rebuilt.apply(record);
    const all = everyQuestion(script);
    const asked = Array.from({ length: 600 }, () => all[random(all.length)]);
    expect((await differences(rebuilt, readers, asked, 1)).slice(0, 2)).toEqual([]);
  } finally {
    for (const child of processes) child.kill('SIGKILL');
    redis.disconnect();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 90_000);

/**
 * A process of its own, for tests: `append FOLDER` appends frames without end and prints the sequence number of each one that
 * was acknowledged; `hold FOLDER` opens and waits; `open FOLDER` opens and closes. Prints what ended it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Frame, originPosition } from '@tokenbourse/log';
import { sampleChain } from '../../log/src/sample-chain';
import { LmdbEventLog } from './lmdb-log';

async function run([mode, folder]: string[]): Promise<void> {
  const log = await LmdbEventLog.open(folder);
  const tip = await log.tip();
  console.log(`open ${tip.sequence}`);
  if (mode === 'open') return log.close();
  if (mode === 'hold') {
    setInterval(() => undefined, 1000);
    return;
  }
  let last: Frame | undefined;
  const from = tip.sequence > 0 ? await log.locate(tip.sequence) : originPosition();
  for await (const { frame } of log.read(from)) last = frame;
  for (let index = 0; ; index++) {
    const [frame] = sampleChain({
      frames: 1,
      after: last,
      seed: process.pid + index,
      payloadBytes: () => (index % 9) * 3000,
    });
    const appended = log.append(frame);
    await nextTurn();
    console.log(`acknowledged ${(await appended).sequence}`);
    last = frame;
  }
}

run(process.argv.slice(2)).catch((error: Error & { code?: string; reason?: string }) => {
  console.log(`ended ${error.code} ${error.reason ?? ''} ${error.message}`);
  process.exit(1);
});

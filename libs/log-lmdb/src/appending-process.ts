/**
 * A process of its own, for tests: `append FOLDER` appends frames without end and prints the sequence number of each one that
 * was acknowledged; `hold FOLDER` opens and waits; `open FOLDER` opens and closes. Prints what ended it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Frame, NO_ANSWERS, ORIGIN, lastSequence, originPosition, sealFrame } from '@tokenbourse/log';
import { LmdbEventLog } from './lmdb-log';

async function run([mode, folder]: string[]): Promise<void> {
  const log = await LmdbEventLog.open(folder);
  const tip = await log.tip();
  print(`open ${tip.sequence}`);
  if (mode === 'open') return log.close();
  if (mode === 'hold') {
    setInterval(() => undefined, 1000);
    return;
  }
  let last: Frame | undefined;
  const from = tip.sequence > 0 ? await log.locate(tip.sequence) : originPosition();
  for await (const { frame } of log.read(from)) last = frame;
  for (let index = 0; ; index++) {
    const header = {
      predecessor: last?.id ?? ORIGIN,
      firstSequence: last ? lastSequence(last) + 1 : 1,
      recordCount: 1 + (index % 3),
      digest: index,
      answers: NO_ANSWERS,
    };
    const frame = sealFrame(header, new Uint8Array((index % 9) * 3000).fill(index));
    const appended = log.append(frame);
    await nextTurn();
    print(`acknowledged ${(await appended).sequence}`);
    last = frame;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

run(process.argv.slice(2)).catch((error: Error & { code?: string; reason?: string }) => {
  print(`ended ${error.code} ${error.reason ?? ''} ${error.message}`);
  process.exit(1);
});

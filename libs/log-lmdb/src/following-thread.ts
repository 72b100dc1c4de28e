/** A thread of its own, for tests: follows the log of `workerData.folder` and posts the sequence number after each frame. */
import { parentPort, workerData } from 'node:worker_threads';
import { originPosition } from '@tokenbourse/log';
import { LmdbLogReader } from './lmdb-reader';

async function run(): Promise<void> {
  const reader = await LmdbLogReader.open((workerData as { folder: string }).folder);
  const end = new AbortController();
  parentPort!.on('message', (message) => (message === 'wake' ? reader.wake() : end.abort()));
  parentPort!.postMessage('open');
  for await (const { position } of reader.follow(originPosition(), end.signal))
    parentPort!.postMessage(position.sequence);
  await reader.close();
  parentPort!.close();
}

void run();

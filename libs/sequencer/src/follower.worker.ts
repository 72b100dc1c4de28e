// The follower's thread. Whoever starts it names the module that opens the log for reading: this library knows no
// medium.

import { parentPort, workerData } from 'node:worker_threads';

import type { LogReader } from '@tokenbourse/log';

import { Follower } from './follower';
import type { FollowerRequest, FollowerWorkerData } from './follower-thread';
import { SnapshotFiles } from './snapshot-files';

interface OpenerModule {
  openReader(options: unknown): Promise<LogReader & { wake?(): void }>;
}

async function main(data: FollowerWorkerData): Promise<void> {
  const port = parentPort!;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module's name is known at run time only
  const opener = require(data.opener) as OpenerModule;
  const log = await opener.openReader(data.openerOptions);
  const follower = new Follower({
    log,
    snapshots: new SnapshotFiles(data.snapshotFolder),
    everyRecords: data.everyRecords,
    onEvent: (message) => port.postMessage({ kind: 'event', message }),
  });
  port.on('message', (request: FollowerRequest) => {
    switch (request.kind) {
      case 'wake':
        log.wake?.();
        return;
      case 'status':
        port.postMessage({ kind: 'answer', id: request.id, answer: follower.status() });
        return;
      case 'snapshot':
        port.postMessage({ kind: 'answer', id: request.id, answer: follower.snapshot() });
        return;
      case 'stop':
        log.wake?.();
        void follower.stop(request.sequence).then((hash) => {
          port.postMessage({ kind: 'answer', id: request.id, answer: hash });
          port.close();
        });
        return;
    }
  });
  await follower.run();
}

void main(workerData as FollowerWorkerData);

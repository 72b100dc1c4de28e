// The follower's thread. Whoever starts it names the module that opens the log for reading: this library knows no
// medium.

import { parentPort, workerData } from 'node:worker_threads';

import type { LogReader } from '@tokenbourse/log';

import { Follower, type FollowerStatus } from './follower';
import type { FollowerRequest, FollowerWorkerData } from './follower-thread';
import { SnapshotFiles } from './snapshot-files';

const OPENING: FollowerStatus = {
  state: 'STARTING',
  reason: 'the log is being opened',
  sequence: 0,
  snapshot_sequence: 0,
};

interface WakeableLog extends LogReader {
  wake?(): void;
}

interface OpenerModule {
  openReader(options: unknown): Promise<WakeableLog>;
}

async function main(data: FollowerWorkerData): Promise<void> {
  const port = parentPort!;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module's name is known at run time only
  const opener = require(data.opener) as OpenerModule;
  let log: WakeableLog | undefined = undefined;
  let follower: Follower | undefined = undefined;
  const answer = (id: number, given: unknown): void => port.postMessage({ kind: 'answer', id, answer: given });
  // Opening may take as long as brokers are away: who asks meanwhile is answered.
  port.on('message', (request: FollowerRequest) => {
    switch (request.kind) {
      case 'wake':
        log?.wake?.();
        return;
      case 'status':
        return answer(request.id, follower?.status() ?? OPENING);
      case 'snapshot':
        return answer(request.id, follower?.snapshot());
      case 'stop':
        if (follower === undefined) return answer(request.id, undefined);
        log?.wake?.();
        void follower.stop(request.sequence).then((hash) => {
          answer(request.id, hash);
          port.close();
        });
        return;
    }
  });
  log = await opener.openReader(data.openerOptions);
  follower = new Follower({
    log,
    snapshots: new SnapshotFiles(data.snapshotFolder),
    everyRecords: data.everyRecords,
    onEvent: (message) => port.postMessage({ kind: 'event', message }),
  });
  await follower.run();
}

void main(workerData as FollowerWorkerData);

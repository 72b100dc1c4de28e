// The log on LMDB passes what every event log must.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEventLog } from '../../log/src/event-log.contract';
import { LmdbEventLog } from './lmdb-log';
import { LmdbLogReader } from './lmdb-reader';

describeEventLog('LMDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbourse-log-'));
  return {
    open: () => LmdbEventLog.open(join(folder, 'data')),
    openReader: () => LmdbLogReader.open(join(folder, 'data')),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

// What `npm run verify` says of an exchange's data folder, also while the exchange runs.

import { execFile } from 'node:child_process';
import { compiled } from '../support/compiled';

export interface Verdict {
  readonly sound: boolean;
  readonly state_hash: string | null;
  readonly [part: string]: unknown;
}

export function verdictOf(data: string): Promise<Verdict> {
  return new Promise((done, failed) => {
    const args = [compiled('apps/operator/src/verify'), '--data', data, '--json'];
    execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout !== '') done(JSON.parse(stdout) as Verdict);
      else failed(error ?? new Error(stderr));
    });
  });
}

// Says which tiers it knows, from a worker thread or from a process of its own: what compiled.int.spec.ts starts.
import { isMainThread, parentPort } from 'node:worker_threads';
import { DEFAULT_TIERS } from '@tokenbourse/domain';

const said = `tiers: ${DEFAULT_TIERS.map(({ name }) => name).join(' ')}`;
if (isMainThread) process.stdout.write(said);
else parentPort?.postMessage(said);

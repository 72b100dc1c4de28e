// What a start does with a data folder, in this process and without a port: log and state as the sequencer recovers them,
// read models as the projector begins them.

import { join } from 'node:path';
import { LmdbEventLog, LmdbLogReader } from '@tokenbourse/log-lmdb';
import { contentDigest, InProcessReadModels, ModelFiles, Projector } from '@tokenbourse/projections';
import { recover, SnapshotFiles, stateHash } from '@tokenbourse/sequencer';

/** A start that was refused, by its one line; or what it came to, and the warnings that it gave. */
export type StartOutcome =
  | { readonly refused: string; readonly code: string }
  | { readonly refused: undefined; readonly state: string; readonly models: string; readonly warnings: string[] };

/** Throws only what no start may end with: an error without a code, which is a bug. */
export async function startOn(folder: string): Promise<StartOutcome> {
  const warnings: string[] = [];
  try {
    const state = await recoverState(folder, warnings);
    return { refused: undefined, state, models: await beginModels(folder, warnings), warnings };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code !== 'string') throw error;
    return { refused: message, code };
  }
}

async function recoverState(folder: string, warnings: string[]): Promise<string> {
  const log = await LmdbEventLog.open(folder);
  try {
    const recovery = await recover(log, new SnapshotFiles(join(folder, 'snapshots')));
    warnings.push(...recovery.warnings);
    return stateHash(recovery.fold.state);
  } finally {
    await log.close();
  }
}

class ModelsUnmade extends Error {
  readonly code = 'READ_MODELS_FAILED';
}

async function beginModels(folder: string, warnings: string[]): Promise<string> {
  const log = await LmdbLogReader.open(folder);
  try {
    const models = new InProcessReadModels();
    const files = new ModelFiles(join(folder, 'read-models'));
    const onEvent = (message: string): number => warnings.push(message);
    const projector = new Projector({ log, models, files, onEvent });
    const { sequence } = await log.tip().catch(() => ({ sequence: 0 }));
    const running = projector.run();
    for (;;) {
      const status = await models.status();
      if (status.failed) throw new ModelsUnmade(status.reason);
      if (status.ready && status.as_of_seq >= sequence) break;
      await new Promise((turned) => setImmediate(turned));
    }
    const digest = contentDigest(models.store);
    log.wake();
    await projector.stop(sequence);
    await running;
    return digest;
  } finally {
    await log.close();
  }
}

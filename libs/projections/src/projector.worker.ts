// The projector's thread: folds the log and answers questions. Whoever starts it names the module that opens the log for
// reading: this library knows no medium.

import { parentPort, workerData } from 'node:worker_threads';

import type { LogReader } from '@tokenbourse/log';
import { ReadError } from './errors';
import { InProcessReadModels } from './in-process';
import { ModelFiles } from './model-files';
import { Projector } from './projector';
import type { ProjectorFailure, ProjectorMessage, ProjectorRequest, ProjectorWorkerData } from './projector-thread';
import { READ_QUERIES, type ReadQuery } from './queries';

type WakeableLog = LogReader & { wake?(): void };

interface OpenerModule {
  openReader(options: unknown): Promise<WakeableLog>;
}

const post = (message: ProjectorMessage): void => parentPort!.postMessage(message);

function failureOf(error: unknown): ProjectorFailure {
  if (error instanceof ReadError) return { code: error.code, message: error.message, field: error.field };
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    field: '',
  };
}

async function answer(
  models: InProcessReadModels,
  id: number,
  query: ReadQuery,
  params: readonly unknown[],
): Promise<void> {
  try {
    if (!READ_QUERIES.includes(query)) throw new Error(`there is no question ${String(query)}`);
    const ask = models[query] as (...params: readonly unknown[]) => Promise<unknown>;
    post({ kind: 'answer', id, answer: await ask.apply(models, params as unknown[]) });
  } catch (error) {
    post({ kind: 'failure', id, failure: failureOf(error) });
  }
}

async function main(data: ProjectorWorkerData): Promise<void> {
  // Messages wait in the port until somebody listens.
  const port = parentPort!;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module's name is known at run time only
  const opener = require(data.opener) as OpenerModule;
  const log = await opener.openReader(data.openerOptions);
  const models = new InProcessReadModels(data.retention, data.seenIds);
  const projector = new Projector({
    log,
    models,
    files: data.folder === undefined ? undefined : new ModelFiles(data.folder),
    saveEveryRecords: data.saveEveryRecords,
    saveEveryMs: data.saveEveryMs,
    onEvent: (message) => post({ kind: 'event', message }),
  });
  const stop = async (id: number, sequence: number): Promise<void> => {
    log.wake?.();
    const whole = await projector.stop(sequence);
    await log.close();
    post({ kind: 'answer', id, answer: whole });
    port.close();
  };
  port.on('message', (request: ProjectorRequest) => {
    if (request.kind === 'wake') log.wake?.();
    else if (request.kind === 'query') void answer(models, request.id, request.query, request.params);
    else void stop(request.id, request.sequence);
  });
  await projector.run();
}

void main(workerData as ProjectorWorkerData);

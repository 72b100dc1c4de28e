// A projector whose read models live in Redis: it folds the log, and writes what changed. Any number of them may run: one writes,
// the others keep pace and go on where it ends.

import type { Cluster, Redis } from 'ioredis';
import type { LogReader } from '@tokenbourse/log';
import { InProcessReadModels, ModelFiles, Projector, type ReadStatus, type Retention } from '@tokenbourse/projections';
import type { WriterStatus } from './stored';
import { RedisWriter } from './writer';

export interface RedisProjectorOptions {
  readonly redis: Redis | Cluster;
  readonly market: string;
  readonly log: LogReader;
  readonly retention?: Retention;
  /** Where the fold is saved now and then, so that a start need not read the whole log; nowhere without it. */
  readonly folder?: string;
  /** Told in words what an operator should know. */
  readonly onEvent?: (message: string) => void;
}

export class RedisProjector {
  private readonly models: InProcessReadModels;
  private readonly writer: RedisWriter;
  private readonly projector: Projector;

  constructor({ redis, market, log, retention, folder, onEvent }: RedisProjectorOptions) {
    this.models = new InProcessReadModels(retention);
    const assertOurs = async (position: Parameters<LogReader['read']>[0]): Promise<void> => {
      for await (const _ of log.read(position, { limit: 0 })) return;
    };
    this.writer = new RedisWriter({ redis, market, models: this.models, assertOurs, onEvent });
    this.projector = new Projector({
      log,
      models: this.models,
      files: folder === undefined ? undefined : new ModelFiles(folder),
      onPosition: (position) => this.writer.folded(position),
      passage: () => this.writer.gate.passage,
      onEvent,
    });
  }

  /** Resolves when it was stopped. */
  async run(): Promise<void> {
    await this.writer.begin();
    await Promise.all([this.projector.run(), this.writer.run()]);
  }

  /** What it is to the read store, and has stored there: of several one is WRITING. */
  get store(): WriterStatus {
    return this.writer.status;
  }

  /** Where the fold stands, and what is stored. */
  async status(): Promise<ReadStatus & WriterStatus> {
    return { ...(await this.models.status()), ...this.writer.status };
  }

  /** Folds and writes up to record `sequence`, as far as it goes within `timeoutMs`, and ends. Returns whether all of it is stored. */
  async stop(sequence: number, timeoutMs = 5_000): Promise<boolean> {
    // A fold that waits for a Redis that is away can't be stopped.
    const letGo = setTimeout(() => this.writer.gate.remove(), timeoutMs);
    const isFolded = await this.projector.stop(sequence, timeoutMs);
    clearTimeout(letGo);
    const isStored = await this.writer.stop(timeoutMs);
    return isFolded && isStored;
  }
}

// The projector: keeps read models in step with a log. It begins from saved documents where there are good ones, reads
// the log to its end, follows it, and saves now and then.
//
// While it catches up, or when it can't go on, the models are not ready and say why: never a wrong answer.

import { setImmediate, setTimeout } from 'node:timers/promises';

import {
  LogUnavailable,
  PositionBeforeStart,
  PositionForeign,
  PositionPastEnd,
  originPosition,
  type LogReader,
  type Position,
} from '@tokenbourse/log';
import { reasonOf } from './errors';
import type { InProcessReadModels } from './in-process';
import type { ModelFiles } from './model-files';

const SAVE_EVERY_RECORDS = 1_000_000;
const SAVE_EVERY_MS = 15 * 60_000;
/** Questions are answered at least this often while the log is read. */
const TURN_MS = 5;
const RETRY_MS_MAX = 5_000;
/** Of `saveEveryRecords`, after a save that failed: each try costs the time of a whole one. */
const RETRY_PART = 0.1;

/** Time as an input: the projector looks at no other clock. */
export interface ProjectorTime {
  /** Milliseconds since an arbitrary start; never goes back. */
  nowMs(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets others have their turn. */
  turn(): Promise<void>;
}

const MACHINE_TIME: ProjectorTime = {
  nowMs: () => performance.now(),
  pause: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
  turn: () => setImmediate(),
};

export interface ProjectorOptions {
  readonly log: LogReader;
  readonly models: InProcessReadModels;
  /** Where the documents are saved; nowhere without it. */
  readonly files?: ModelFiles;
  /** Saves after so many records (default 1,000,000) … */
  readonly saveEveryRecords?: number;
  /** … or so many milliseconds (default 15 minutes), whichever comes first, when there was a record at all. */
  readonly saveEveryMs?: number;
  /** Told where the fold stands, at its beginnings and after each frame. */
  readonly onPosition?: (position: Position) => void;
  /** Asked before each frame: the fold stands still until what it returns resolves, and asks again. */
  readonly passage?: () => Promise<void> | undefined;
  /** Told in words what an operator should know. */
  readonly onEvent?: (message: string) => void;
  /** The machine's without it. */
  readonly time?: ProjectorTime;
}

export class Projector {
  private position = originPosition();
  private savedSequence = 0;
  private savedAtMs: number;
  private readonly time: ProjectorTime;
  /** The last record at which a save was tried. */
  private triedSequence = 0;
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  /** A clean stop folds up to here first. */
  private lastWanted = 0;

  constructor(private readonly options: ProjectorOptions) {
    this.time = options.time ?? MACHINE_TIME;
    this.savedAtMs = this.time.nowMs();
    options.models.setNotReady('they are starting');
  }

  /** Resolves when the projector was stopped, or has failed for good: then the models are not ready and say why. */
  run(): Promise<void> {
    this.running ??= this.work();
    return this.running;
  }

  /**
   * Folds up to record `sequence` (as far as the log gives it within `timeoutMs`), saves, and ends.
   * Returns whether all of it was folded and saved.
   */
  async stop(sequence: number, timeoutMs = 5_000): Promise<boolean> {
    const { models } = this.options;
    this.lastWanted = sequence;
    const deadlineMs = this.time.nowMs() + timeoutMs;
    while (models.store.sequence < sequence && models.store.failure === undefined && this.time.nowMs() < deadlineMs)
      await this.time.pause(5);
    this.ending.abort();
    await this.running;
    const saved = await this.save();
    models.setNotReady('they were stopped');
    return saved && models.store.sequence >= this.lastWanted;
  }

  private async work(): Promise<void> {
    const { models } = this.options;
    try {
      await this.loadSaved();
      this.options.onPosition?.(this.position);
      for (let failures = 0; !this.ending.signal.aborted;) {
        const before = models.store.sequence;
        const problem = await this.followOnce();
        if (problem === undefined) return;
        failures = models.store.sequence > before ? 1 : failures + 1;
        if (!(await this.recover(problem, failures))) return;
      }
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** Reads to the log's end, is ready from then on, and follows; returns what ended it, undefined for a stop. */
  private async followOnce(): Promise<Error | undefined> {
    const { log, models } = this.options;
    try {
      const tip = await log.tip();
      if (this.position.sequence < tip.sequence)
        models.setNotReady(`they are reading the log up to record ${tip.sequence}`);
      else models.setNotReady('');
      let turnMs = this.time.nowMs();
      for await (const { frame, position } of log.follow(this.position, this.ending.signal)) {
        for (let closed = this.options.passage?.(); closed !== undefined; closed = this.options.passage?.())
          await closed;
        models.applyPayload(frame.payload, frame.firstSequence);
        if (models.store.sequence !== position.sequence) {
          throw new Error(
            `frame ${position.place} ends with record ${position.sequence}, its payload with ${models.store.sequence}`,
          );
        }
        this.position = position;
        this.options.onPosition?.(position);
        if (position.sequence >= tip.sequence) models.setNotReady('');
        await this.saveIfDue();
        if (this.time.nowMs() - turnMs < TURN_MS) continue;
        await this.time.turn();
        turnMs = this.time.nowMs();
      }
      return undefined;
    } catch (error) {
      if (this.ending.signal.aborted && error instanceof LogUnavailable) return undefined;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Whether it makes sense to go on after `problem`; prepares for it. */
  private async recover(problem: Error, failures: number): Promise<boolean> {
    const { models } = this.options;
    if (models.store.failure !== undefined) {
      this.giveUp(problem);
      return false;
    }
    if (isForeign(problem) && failures < 3) {
      this.tell(
        `the read models stand where the log does not: ${problem.message}; they are rebuilt from its first record`,
      );
      models.setNotReady('they are rebuilt from the log');
      models.reset();
      this.begin(originPosition());
      return true;
    }
    if (problem instanceof LogUnavailable && problem.reason !== 'closed') {
      models.setNotReady(problem.message);
      this.tell(`the read models can't read the log: ${problem.message}`);
      await this.time.pause(Math.min(100 * 2 ** failures, RETRY_MS_MAX), this.ending.signal);
      return true;
    }
    this.giveUp(problem);
    return false;
  }

  private giveUp(error: unknown): void {
    const reason = reasonOf(error);
    this.options.models.setNotReady(reason, true);
    this.tell(`the read models stopped at record ${this.options.models.store.sequence}: ${reason}`);
  }

  private async loadSaved(): Promise<void> {
    const { files, models, log } = this.options;
    for (const file of await this.savedFiles()) {
      try {
        const position = await files!.load(file, models);
        await assertIn(log, position);
        this.begin(position);
        this.tell(`the read models go on from record ${position.sequence} (${file})`);
        return;
      } catch (error) {
        this.tell(`${reasonOf(error)}; it is not used (${file})`);
        models.reset();
      }
    }
  }

  private async savedFiles(): Promise<string[]> {
    try {
      return (await this.options.files?.list()) ?? [];
    } catch (error) {
      this.tell(`saved read models can't be looked for: ${reasonOf(error)}`);
      return [];
    }
  }

  private begin(position: Position): void {
    this.position = position;
    this.savedSequence = position.sequence;
    this.savedAtMs = this.time.nowMs();
    this.options.onPosition?.(position);
  }

  private async saveIfDue(): Promise<void> {
    const { saveEveryRecords = SAVE_EVERY_RECORDS, saveEveryMs = SAVE_EVERY_MS } = this.options;
    const { sequence } = this.position;
    const isTried = sequence - this.triedSequence < saveEveryRecords * RETRY_PART;
    const isDue = sequence - this.savedSequence >= saveEveryRecords && !isTried;
    if (isDue || this.time.nowMs() - this.savedAtMs >= saveEveryMs) await this.save();
  }

  /** A failure to save costs a longer start, not the answers: it is told, and tried again some records later. */
  private async save(): Promise<boolean> {
    const { files, models } = this.options;
    if (models.store.failure !== undefined || models.store.sequence !== this.position.sequence) return false;
    if (files === undefined || this.position.sequence === this.savedSequence) return true;
    this.savedAtMs = this.time.nowMs();
    this.triedSequence = this.position.sequence;
    try {
      await files.save(models, this.position);
      this.savedSequence = this.position.sequence;
      return true;
    } catch (error) {
      this.tell(`the read models could not be saved: ${reasonOf(error)}`);
      return false;
    }
  }

  private tell(message: string): void {
    this.options.onEvent?.(message);
  }
}

function isForeign(error: Error): boolean {
  return error instanceof PositionForeign || error instanceof PositionPastEnd || error instanceof PositionBeforeStart;
}

/** Throws when `position` is not one of the log's; reads no frame. */
async function assertIn(log: LogReader, position: Position): Promise<void> {
  for await (const _ of log.read(position, { limit: 0 })) return;
}

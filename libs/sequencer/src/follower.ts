// A follower folds the log as it grows, compares the writer's digests, and takes the snapshots: the writer's pauses are
// what traders feel, so it takes none itself.

import type { LogReader } from '@tokenbourse/log';

import { SystemClock, type Clock } from './clock';
import type { Fold } from './fold';
import { recover } from './recovery';
import { stateHash, type SnapshotFiles } from './snapshot-files';

export interface FollowerOptions {
  readonly log: LogReader;
  readonly snapshots: SnapshotFiles;
  /** A snapshot is taken after so many records. */
  readonly everyRecords?: number;
  /** Told of snapshots and of failures. */
  readonly onEvent?: (message: string) => void;
  /** The machine's without it. */
  readonly clock?: Clock;
}

export interface FollowerStatus {
  /** FAILED: the reason says why; no snapshot is taken any more. */
  readonly state: 'STARTING' | 'FOLLOWING' | 'FAILED' | 'STOPPED';
  readonly reason: string;
  /** Last record folded, and last record in a snapshot. */
  readonly sequence: number;
  readonly snapshot_sequence: number;
}

const EVERY_RECORDS = 1_000_000;
/** A clean stop looks so often, and so many times, whether all has been folded. */
const STOP_LOOK_US = 25_000;
const STOP_LOOKS_MAX = 200;
/** Of these records, after a snapshot that failed: each try costs the time of a whole one. */
const RETRY_PART = 0.1;

export class Follower {
  private state: FollowerStatus['state'] = 'STARTING';
  private reason = '';
  private fold: Fold | undefined;
  private snapshotSequence = 0;
  /** The last record of which a snapshot was tried. */
  private triedSequence = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly options: FollowerOptions) {}

  status(): FollowerStatus {
    const sequence = this.fold?.position.sequence ?? 0;
    return { state: this.state, reason: this.reason, sequence, snapshot_sequence: this.snapshotSequence };
  }

  /** Follows until stopped or failed; a failure is told in the status, and ends nothing but the following. */
  async run(): Promise<void> {
    const { log, everyRecords = EVERY_RECORDS, onEvent } = this.options;
    try {
      const recovery = await recover(log, this.options.snapshots);
      for (const warning of recovery.warnings) onEvent?.(warning);
      const { fold } = recovery;
      this.fold = fold;
      this.snapshotSequence = recovery.snapshotSequence;
      this.state = 'FOLLOWING';
      for await (const frame of log.follow(fold.position, this.stopping.signal)) {
        fold.take(frame);
        const { sequence } = fold.position;
        const isDue = sequence - this.snapshotSequence >= everyRecords;
        if (isDue && sequence - this.triedSequence >= everyRecords * RETRY_PART) this.snapshot();
      }
    } catch (error) {
      this.state = 'FAILED';
      this.reason = error instanceof Error ? error.message : String(error);
      onEvent?.(`the follower ended: ${this.reason}`);
    }
  }

  /**
   * Takes a snapshot now, unless the last one is of the same record. Returns the state hash; undefined while it does
   * not follow. A full disk is told, and tried again some records later.
   */
  snapshot(): string | undefined {
    if (this.state !== 'FOLLOWING' || this.fold === undefined) return undefined;
    const { state, position, answered } = this.fold;
    if (position.sequence === this.snapshotSequence) return stateHash(state);
    this.triedSequence = position.sequence;
    try {
      const hash = this.options.snapshots.write(state, position, answered);
      this.options.onEvent?.(`snapshot of record ${position.sequence}`);
      this.snapshotSequence = position.sequence;
      return hash;
    } catch (error) {
      this.options.onEvent?.(`no snapshot of record ${position.sequence}: ${String(error)}`);
      return undefined;
    }
  }

  /** Folds what is in the log up to `sequence`, takes a last snapshot, and ends. Returns the state hash if it could. */
  async stop(sequence: number): Promise<string | undefined> {
    const { log, clock = new SystemClock() } = this.options;
    for (let looks = 0; this.isBehind(sequence) && looks < STOP_LOOKS_MAX; looks++) {
      await new Promise<void>((waited) => clock.wakeAfter(STOP_LOOK_US, waited));
    }
    const hash = this.snapshot();
    this.stopping.abort();
    if (this.state !== 'FAILED') this.state = 'STOPPED';
    await log.close();
    return hash;
  }

  private isBehind(sequence: number): boolean {
    return this.state === 'FOLLOWING' && this.fold !== undefined && this.fold.position.sequence < sequence;
  }
}

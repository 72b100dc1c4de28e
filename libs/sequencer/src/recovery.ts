// From a log and its snapshots to a state: the newest snapshot that fits, then the tail. Starting, recovering and
// following all begin here.

import { MarketState, SnapshotUnreadable } from '@tokenbourse/engine';
import { originPosition, PositionForeign, PositionPastEnd, type LogReader } from '@tokenbourse/log';

import { Fold, StateDiverged } from './fold';
import type { SnapshotFiles } from './snapshot-files';

export interface Recovery {
  readonly fold: Fold;
  /** The snapshot's record; 0 when the log was folded from its beginning. */
  readonly snapshotSequence: number;
  /** Records folded after the snapshot. */
  readonly tailRecords: number;
  /** Snapshots that could not be used, and why. */
  readonly warnings: readonly string[];
}

/**
 * Folds the log from the newest snapshot that is whole and belongs to it; a bad snapshot falls back to an older one,
 * in the end to the log's beginning.
 * @throws FrameDamaged when the log itself is damaged behind the snapshot; StateDiverged when no start gives the
 * writer's state; the signal's reason
 */
export async function recover(
  log: LogReader,
  snapshots: SnapshotFiles | undefined,
  signal?: AbortSignal,
): Promise<Recovery> {
  const warnings: string[] = [];
  for (const info of snapshots?.list() ?? []) {
    try {
      const { state, position, answered } = snapshots!.read(info);
      const fold = new Fold(state, position, answered);
      await foldTail(log, fold, signal);
      return { fold, snapshotSequence: info.sequence, tailRecords: state.sequence - info.sequence, warnings };
    } catch (error) {
      if (!isSnapshotsFault(error)) throw error;
      warnings.push(`snapshot of record ${info.sequence} is passed over: ${error.message}`);
    }
  }
  const fold = new Fold(new MarketState(), originPosition());
  await foldTail(log, fold, signal);
  return { fold, snapshotSequence: 0, tailRecords: fold.state.sequence, warnings };
}

async function foldTail(log: LogReader, fold: Fold, signal: AbortSignal | undefined): Promise<void> {
  for await (const frame of log.read(fold.position, { signal })) fold.take(frame);
}

function isSnapshotsFault(error: unknown): error is Error {
  return (
    error instanceof SnapshotUnreadable ||
    error instanceof PositionForeign ||
    error instanceof PositionPastEnd ||
    error instanceof StateDiverged
  );
}

// For tests: real data folders. `runMarket` has a sequencer write one on LMDB; `reseal` writes any records into a valid
// chain of frames, so that only what the records say can be wrong.

import { join } from 'node:path';

import { decodeRecords, encodeRecords, visitRecords, type LogRecord } from '@tokenbourse/domain';
import { MarketState, Replay } from '@tokenbourse/engine';
import { NO_ANSWERS, ORIGIN, originPosition, sealFrame, type Frame, type Position } from '@tokenbourse/log';
import { LmdbEventLog, LmdbLogReader } from '@tokenbourse/log-lmdb';
import { InProcessReadModels, ModelFiles, type ReadStore } from '@tokenbourse/projections';
import { recover, Sequencer, SnapshotFiles, type Clock } from '@tokenbourse/sequencer';

import type { Step } from '../../../libs/audit/testing/trading-day';

class StepClock implements Clock {
  constructor(public nowUs: number) {}

  wallUs(): number {
    return this.nowUs;
  }

  monotonicUs(): number {
    return this.nowUs;
  }

  wakeAfter(_delayUs: number, wake: () => void): () => void {
    const timer = setTimeout(wake, 1);
    return () => clearTimeout(timer);
  }
}

/** Writes `steps` into the folder at `path`, as the exchange would, and stops. Returns the state hash. */
export async function runMarket(path: string, steps: readonly Step[]): Promise<string> {
  const clock = new StepClock(steps[0]!.atUs);
  const sequencer = new Sequencer({ openLog: () => LmdbEventLog.open(path), clock });
  await sequencer.start();
  for (let at = 0; at < steps.length;) {
    // Commands in groups: frames of several records, as under load.
    const group = steps.slice(at, at + 4);
    clock.nowUs = group[group.length - 1]!.atUs;
    await Promise.all(group.map(({ command }) => sequencer.submit(command)));
    at += group.length;
  }
  return sequencer.stop();
}

/** Takes a snapshot at the folder's present end, as a follower would. */
export async function takeSnapshot(path: string): Promise<void> {
  const log = await LmdbLogReader.open(path);
  const { fold } = await recover(log, undefined);
  new SnapshotFiles(join(path, 'snapshots')).write(fold.state, fold.position);
  await log.close();
}

/** Saves the read models at the folder's present end, as a projector would; `forge` changes them before. */
export async function saveReadModels(path: string, forge: (store: ReadStore) => void = () => undefined): Promise<void> {
  const log = await LmdbLogReader.open(path);
  const models = new InProcessReadModels();
  let last: Position = originPosition();
  for await (const { frame, position } of log.read(last)) {
    models.applyPayload(frame.payload, frame.firstSequence);
    last = position;
  }
  await log.close();
  forge(models.store);
  await new ModelFiles(join(path, 'read-models')).save(models, last);
}

/** Seals records into a chain; each frame carries the digest that the engine's fold of it gives, as far as that goes. */
export function framesOf(records: readonly LogRecord[], perFrame = 5): Frame[] {
  const state = new MarketState();
  const replay = new Replay(state);
  const frames: Frame[] = [];
  for (let at = 0; at < records.length; at += perFrame) {
    const group = records.slice(at, at + perFrame);
    const payload = encodeRecords(group);
    try {
      visitRecords(payload, at + 1, replay);
    } catch {
      // The engine can't fold what was planted: from here on the digest is what it was.
    }
    const predecessor = frames[frames.length - 1]?.id ?? ORIGIN;
    const header = { predecessor, firstSequence: at + 1, recordCount: group.length, digest: state.digest >>> 0 };
    frames.push(sealFrame({ ...header, answers: NO_ANSWERS }, payload));
  }
  return frames;
}

/** A folder at `path` whose log holds these records, chained and with the digests that belong to them. */
export async function reseal(path: string, records: readonly LogRecord[]): Promise<void> {
  const log = await LmdbEventLog.open(path);
  await Promise.all(framesOf(records).map((frame) => log.append(frame)));
  await log.close();
}

export async function recordsOf(path: string): Promise<LogRecord[]> {
  const log = await LmdbLogReader.open(path);
  const records: LogRecord[] = [];
  for await (const { frame } of log.read(originPosition())) {
    records.push(...decodeRecords(frame.payload, frame.firstSequence));
  }
  await log.close();
  return records;
}

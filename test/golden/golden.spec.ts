// Golden logs must be read for ever as they were when they were written: the same chain, the same records, the same state,
// the same read models. And no event, version or name may come to the catalogue without a golden log that contains it.

import { SNAPSHOT_VERSION, SnapshotUnreadable } from '@tokenbourse/engine';
import { hex } from '@tokenbourse/log';
import { stateHash, type LoadedSnapshot } from '@tokenbourse/sequencer';

import { catalogueWords, foldOf, GoldenLog, NEVER_WRITTEN, readingOf, recordsOf, wordsOf } from './golden-log';
import { framesOfSteps } from './record';

const logs = GoldenLog.all(__dirname);
const [newest] = logs.slice(-1);

/** A snapshot of an older version need not be read: the log gives the state. The newest one must be. */
function readSnapshot(log: GoldenLog): LoadedSnapshot | 'of an older version' {
  try {
    return log.snapshot();
  } catch (error) {
    if (log !== newest && error instanceof SnapshotUnreadable && /has version/.test(error.message))
      return 'of an older version';
    throw error;
  }
}

describe.each(logs.map((log) => [log.name, log] as const))('the golden log %s', (_, log) => {
  const frames = log.frames();
  const expected = log.expected();

  test('gives the kept tip, records and state', () => {
    const { read_models_sha256: _models, ...reading } = readingOf(frames);
    expect(expected).toMatchObject(reading);
  });

  test('gives the kept read models', () => {
    expect(readingOf(frames).read_models_sha256).toMatchObject(expected.read_models_sha256);
  });

  test('with its snapshot and its tail gives the same state', () => {
    const snapshot = readSnapshot(log);
    if (snapshot === 'of an older version') return;
    expect(stateHash(snapshot.state)).toBe(snapshot.stateHash);
    const { state, position } = foldOf(frames, snapshot);
    expect(snapshot.position.sequence).toBeLessThan(expected.records);
    expect([stateHash(state), hex(position.id)]).toEqual([expected.state_hash[SNAPSHOT_VERSION], expected.tip]);
  });
});

describe('the newest golden log', () => {
  const frames = newest!.frames();
  const steps = newest!.steps();
  const snapshot = newest!.snapshot();
  const behind = frames.filter(({ firstSequence }) => firstSequence <= snapshot.position.sequence);
  const ids = (all: readonly { id: Uint8Array }[]): string[] => all.map(({ id }) => hex(id));

  /** Steps of the snapshot's records: the least after which the engine has come to it. */
  const cut = steps.findIndex((step) => step.do === 'execute' && step.command.command_id === 'half') + 1;

  test('is what today’s engine writes, frame by frame, when it is asked the same', () => {
    expect(ids(framesOfSteps(steps, cut))).toEqual(ids(frames));
  });

  test('is what today’s engine goes on to write from the snapshot', () => {
    const { state } = newest!.snapshot();
    const written = framesOfSteps(steps, cut, { state, steps: cut, last: behind.at(-1) });
    expect(ids(written)).toEqual(ids(frames.slice(behind.length)));
    expect(written.length).toBeGreaterThan(30);
  });
});

test('every event, every version of it and every name in its lists stands in a golden log', () => {
  const kept = new Set(logs.flatMap((log) => [...wordsOf(recordsOf(log.frames()))]));
  const missing = [...catalogueWords()].filter((word) => !kept.has(word));
  expect(missing.sort()).toEqual([...NEVER_WRITTEN].sort());
});

test('a golden log is never written over', () => {
  const write = () => GoldenLog.write(newest!.folder, newest!.frames(), [], foldOf(newest!.frames()));
  expect(write).toThrow(/is there already; a golden log is never changed/);
});

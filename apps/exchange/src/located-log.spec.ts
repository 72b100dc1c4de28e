// A search begins nearby: at a position that the read store keeps, or that an earlier search came past.

import {
  lastSequence,
  MemoryEventLog,
  NO_ANSWERS,
  PositionPastEnd,
  sealFrame,
  type LogReader,
  type Position,
} from '@tokenbourse/log';
import { LocatedLog } from './located-log';

const FRAMES = 60;
const PER_FRAME = 1_000;

/** Counts the frames that are read. */
class CountingLog extends MemoryEventLog {
  frames = 0;

  override async *read(...params: Parameters<LogReader['read']>) {
    for await (const placed of super.read(...params)) {
      this.frames += 1;
      yield placed;
    }
  }
}

const places: Position[] = [];
const log = new CountingLog();
beforeAll(async () => {
  for (let i = 0; i < FRAMES; i++) {
    const { id, sequence } = await log.tip();
    const header = { predecessor: id, firstSequence: sequence + 1, recordCount: PER_FRAME, digest: 0 };
    places.push(await log.append(sealFrame({ ...header, answers: NO_ANSWERS }, new Uint8Array([i]))));
  }
});

const storeWith = (...positions: Position[]) => ({
  milestone: (sequence: number) => Promise.resolve(positions.findLast((position) => position.sequence <= sequence)),
});

async function search(located: LocatedLog, sequence: number): Promise<{ at: Position; frames: number }> {
  log.frames = 0;
  const at = await located.over(log).locate(sequence);
  const { frames } = log;
  for await (const { frame } of log.read(at, { limit: 1 })) {
    expect(frame.firstSequence).toBeLessThanOrEqual(sequence);
    expect(lastSequence(frame)).toBeGreaterThanOrEqual(sequence);
  }
  return { at, frames };
}

test('from the read store’s position on', async () => {
  const { frames } = await search(new LocatedLog(storeWith(places[40]!)), 42_500);
  expect(frames).toBeLessThan(5);
});

test('where the read store has none, the first search pays for all that come after it', async () => {
  const located = new LocatedLog(storeWith());
  expect((await search(located, 55_000)).frames).toBeGreaterThan(50);
  for (const sequence of [30_001, 54_999, 12_000]) expect((await search(located, sequence)).frames).toBeLessThan(12);
});

test('a position of another log is passed over', async () => {
  const foreign = { place: 41, sequence: 41_000, id: new Uint8Array(32).fill(7) };
  expect((await search(new LocatedLog(storeWith(foreign)), 42_500)).at).toEqual(places[41]);
});

test('the next record to come is at the tip, any later one past it', async () => {
  const located = new LocatedLog(storeWith()).over(log);
  expect(await located.locate(FRAMES * PER_FRAME + 1)).toEqual(places.at(-1));
  await expect(located.locate(FRAMES * PER_FRAME + 2)).rejects.toThrow(PositionPastEnd);
});

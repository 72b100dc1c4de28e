// The shared filter of seen ids: it never forgets what it must know, and says rarely of a new id that it may have been seen.

import { SeenIds, SeenIdsFold, seenIdsMemory, type SeenIdsSize } from './seen-ids';

const SMALL: SeenIdsSize = { layers: 4, layerBytes: 2_048 };
const PER_LAYER = 1_024;

function pair(size = SMALL, isKnown = (_: number) => true) {
  const memory = seenIdsMemory(7, size);
  return { memory, fold: new SeenIdsFold(memory, isKnown, size), ids: new SeenIds(memory, size) };
}

const isSeen = (ids: SeenIds, contract: number, from: number, to: number) => {
  let seen = 0;
  for (let i = from; i < to; i++) if (ids.find(1 + (i % 5), contract, `id-${i}`).seen) seen += 1;
  return seen;
};
const add = (fold: SeenIdsFold, contract: number, from: number, to: number) => {
  for (let i = from; i < to; i++) fold.add(1 + (i % 5), contract, `id-${i}`);
};

test('an id that was seen is always known; of new ones, few are thought to be', () => {
  const size = { layers: 4, layerBytes: 16 * 1_024 };
  const { fold, ids } = pair(size);
  add(fold, 3, 0, 30_000);
  expect(isSeen(ids, 3, 0, 30_000)).toBe(30_000);
  expect(isSeen(ids, 3, 40_000, 60_000)).toBeLessThan(120);
  expect(isSeen(ids, 4, 0, 20_000)).toBeLessThan(120);
});

test('beyond its room it still knows all, and is less sure of the others', () => {
  const { fold, ids } = pair();
  add(fold, 3, 0, 8 * PER_LAYER);
  expect(isSeen(ids, 3, 0, 8 * PER_LAYER)).toBe(8 * PER_LAYER);
  expect(isSeen(ids, 3, 50_000, 60_000)).toBeGreaterThan(500);
});

test('forgotten contracts make room again, once all of a layer are', () => {
  const { fold, ids } = pair();
  add(fold, 1, 0, PER_LAYER / 2);
  add(fold, 2, PER_LAYER / 2, 3 * PER_LAYER);
  fold.forget(1);
  expect(isSeen(ids, 1, 0, PER_LAYER / 2)).toBe(PER_LAYER / 2);
  fold.forget(2);
  expect(isSeen(ids, 1, 0, PER_LAYER / 2) + isSeen(ids, 2, PER_LAYER / 2, 3 * PER_LAYER)).toBe(0);
  for (let contract = 3; contract < 30; contract++) {
    add(fold, contract, 0, PER_LAYER);
    if (contract > 4) fold.forget(contract - 2);
    expect(isSeen(ids, contract, 0, PER_LAYER)).toBe(PER_LAYER);
    expect(isSeen(ids, contract, 90_000, 91_000)).toBeLessThan(20);
  }
});

test('ids of contracts that nobody will forget take no room', () => {
  const { fold, ids } = pair(SMALL, (contract) => contract === 1);
  add(fold, 2, 0, 100);
  expect(isSeen(ids, 2, 0, 100)).toBe(0);
});

test('what is known is told with the position up to which it is known; a new fold begins with nothing', () => {
  const { memory, fold, ids } = pair();
  expect(ids.upTo()).toEqual({ sequence: 0, at_us: 0 });
  fold.add(1, 1, 'a');
  fold.stand(2 ** 40, 1_760_000_000_123_456);
  expect(ids.find(1, 1, 'a')).toEqual({ seen: true, sequence: 2 ** 40, at_us: 1_760_000_000_123_456 });
  const again = new SeenIdsFold(memory, () => true, SMALL);
  expect(ids.find(1, 1, 'a')).toEqual({ seen: false, sequence: 0, at_us: 0 });
  again.add(1, 1, 'b');
  again.stand(3, 4);
  expect(ids.find(1, 1, 'b')).toEqual({ seen: true, sequence: 3, at_us: 4 });
});

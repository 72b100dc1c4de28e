// Shares: one's own bound, all others', and what is given back.

import { Shares } from './shares';

test('one can take its part, and all together no more than there is', () => {
  const shares = new Shares<string>(10, 4);
  expect(shares.take('a', 4)).toBe('TAKEN');
  expect(shares.take('a', 1)).toBe('ONE_HAS_TOO_MUCH');
  expect(shares.take('b', 4)).toBe('TAKEN');
  expect(shares.take('c', 3)).toBe('ALL_HAVE_TOO_MUCH');
  expect(shares.take('c', 2)).toBe('TAKEN');
  expect(shares.taken).toBe(10);
  shares.give('a', 4);
  expect(shares.take('a', 3)).toBe('TAKEN');
});

test('nothing is remembered of those who have given all back', () => {
  const shares = new Shares<number>(1_000, 1);
  for (let i = 0; i < 1_000; i++) shares.take(i, 1);
  for (let i = 0; i < 1_000; i++) shares.give(i, 1);
  expect([shares.taken, shares.senders]).toEqual([0, 0]);
});

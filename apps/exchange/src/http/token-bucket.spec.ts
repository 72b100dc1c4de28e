// Token buckets: bursts, refilling, and tables that stay bounded.

import { BucketTable, TokenBucket } from './token-bucket';

test('a reserve is spent at once, then requests pass at the rate', () => {
  const bucket = new TokenBucket({ rate: 10, burst: 3 }, 0);
  expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
  expect(bucket.left).toBe(0);
  expect(bucket.secondsToNext()).toBe(1);
  expect(bucket.take(99)).toBe(false);
  expect(bucket.take(100)).toBe(true);
  expect(bucket.take(150)).toBe(false);
  expect(bucket.isEmpty(150)).toBe(true);
  expect(bucket.isFull(10_000)).toBe(true);
  expect(bucket.left).toBe(3);
});

test('a clock that goes back gives nothing', () => {
  const bucket = new TokenBucket({ rate: 1, burst: 1 }, 1_000);
  expect(bucket.take(1_000)).toBe(true);
  expect(bucket.take(0)).toBe(false);
  expect(bucket.take(1_500)).toBe(false);
  expect(bucket.take(2_000)).toBe(true);
});

test('a table holds no more senders than it may, and keeps those who have spent', () => {
  const table = new BucketTable({ rate: 1, burst: 5 }, 10);
  for (let i = 0; i < 5; i++) table.of('busy', 0).take(0);
  for (let i = 0; i < 100; i++) table.of(`idle ${i}`, 0);
  expect(table.of('busy', 0).left).toBe(0);
  const crowd = new BucketTable({ rate: 1, burst: 5 }, 10);
  for (let i = 0; i < 1_000; i++) crowd.of(`sender ${i}`, 0).take(0);
  expect(crowd.size).toBeLessThanOrEqual(10);
});

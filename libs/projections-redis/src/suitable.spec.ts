// What a Redis says of itself, and what is made of it.

import { factsIn } from './suitable';

const INFO = [
  '# Server',
  'redis_version:7.0.15',
  'redis_mode:standalone',
  '# Memory',
  'maxmemory:104857600',
  'maxmemory_policy:noeviction',
  '# Stats',
  'evicted_keys:0',
].join('\r\n');

const faultOf = (change: readonly [string, string], isCluster = false): string =>
  factsIn(INFO.replace(...change), isCluster).fault;

test('one that forgets nothing is well, whatever else it does', () => {
  expect(factsIn(INFO, false)).toEqual({ fault: '', evicted: 0 });
  expect(faultOf(['noeviction', 'volatile-lru'])).toBe('');
  expect(
    factsIn(INFO.replace('noeviction', 'allkeys-lru').replace('maxmemory:104857600', 'maxmemory:0'), false).fault,
  ).toBe('');
  expect(faultOf(['standalone', 'cluster'], true)).toBe('');
  expect(faultOf(['7.0.15', '8.2.1'])).toBe('');
  expect(factsIn(INFO.replace('evicted_keys:0', 'evicted_keys:12'), false).evicted).toBe(12);
  expect(factsIn('', false)).toEqual({ fault: '', evicted: 0 });
});

test('one that is too old, evicts, or is part of a cluster is told by name', () => {
  expect(faultOf(['7.0.15', '6.2.14'])).toBe('it is version 6.2.14, 7.0 or newer is needed');
  expect(faultOf(['noeviction', 'allkeys-lfu'])).toMatch(/its maxmemory-policy is allkeys-lfu, .* set noeviction/);
  expect(faultOf(['standalone', 'cluster'])).toMatch('it is a node of a cluster: name several');
});

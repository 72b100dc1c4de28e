// The Redis that tests get is a real one, and what a test kills comes back empty.
import { Redis, type RedisOptions } from 'ioredis';
import { sharedRedis, startOwnRedis } from './redis';

async function withRedis<T>(url: string, options: RedisOptions, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { ...options, maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

test('the shared one answers, and is the same for all who ask', async () => {
  const url = await sharedRedis();
  expect(await sharedRedis()).toBe(url);
  expect(await withRedis(url, {}, (redis) => redis.ping())).toBe('PONG');
});

test('one of a test’s own forgets when it is killed', async () => {
  const own = await startOwnRedis();
  try {
    await withRedis(own.url, {}, (redis) => redis.set('kept', '1'));
    await own.signal('SIGKILL');
    await own.start();
    expect(await withRedis(own.url, {}, (redis) => redis.get('kept'))).toBeNull();
  } finally {
    await own.stop();
  }
});

test('with a password and TLS it refuses who has neither', async () => {
  const own = await startOwnRedis({ password: 'open:sesame', tls: true });
  try {
    expect(await withRedis(own.url, { tls: { ca: own.ca } }, (redis) => redis.ping())).toBe('PONG');
    await expect(withRedis(`redis://127.0.0.1:${own.port}`, {}, (redis) => redis.ping())).rejects.toThrow();
    const noPassword = `rediss://127.0.0.1:${own.port}`;
    await expect(withRedis(noPassword, { tls: { ca: own.ca } }, (redis) => redis.ping())).rejects.toThrow('NOAUTH');
  } finally {
    await own.stop();
  }
});

// The read models in Redis: who writes them, who reads them.

export { connectRedis, type RedisConnection } from './connect';
export * from './redis-projector';
export * from './redis-read-models';
export type { WriterStatus } from './stored';

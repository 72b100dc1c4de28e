// The engine's records into the read models in Redis, beside the same fold in memory alone, and beside ioredis that only brings
// the same bytes there.

import { visitRecords } from '@tokenbourse/domain';
import { lastSequence, MemoryEventLog } from '@tokenbourse/log';
import { InProcessReadModels } from '@tokenbourse/projections';
import { connectRedis, RedisProjector } from '@tokenbourse/projections-redis';
import type { Command, Redis } from 'ioredis';

import { startOwnRedis, type OwnRedis } from '../test/support/brokers/redis';
import type { Benchmark, Figure, Report } from './benchmark';
import { prepare, type Prepared } from './kafka-market';
import { figureOf, sideBySide, timed } from './measure';
import { processTimeUs } from './process-time';
import { makeStream } from './stream';

const OPERATIONS_MOST = 200_000;
const LOOK_MS = 2;

/** What the projector's scripts were given on the clock, one list per batch. */
type Batches = readonly (readonly string[])[];

class Projection {
  private runs = 0;
  readonly redisUs: number[] = [];
  readonly ownUs: number[] = [];
  /** Of the first run. */
  batches: Batches = [];

  constructor(
    private readonly redis: OwnRedis,
    private readonly prepared: Prepared,
    private readonly events: number,
  ) {}

  /** Seconds from the first frame to the moment when all is stored. The market's opening is stored before. */
  async intoRedis(): Promise<number> {
    const { before, frames } = this.prepared;
    const connection = connectRedis({ url: this.redis.url }) as Redis;
    const log = new MemoryEventLog();
    for (const frame of before) await log.append(frame);
    const market = `projector-${++this.runs}`;
    const projector = new RedisProjector({ redis: connection, market, log });
    const running = projector.run();
    const stored = async (sequence: number): Promise<void> => {
      for (;;) {
        const { stored_sequence, state, told } = await projector.status();
        if (stored_sequence >= sequence && state === 'WRITING') return;
        if (state === 'AWAY') throw new Error(told);
        await new Promise((looked) => setTimeout(looked, LOOK_MS));
      }
    };
    await stored(lastSequence(before.at(-1)!));
    const given = this.batches.length === 0 ? noteBatches(connection) : undefined;
    const [redisUs, own] = [processTimeUs(this.redis.pid), process.cpuUsage()];
    const start = performance.now();
    for (const frame of frames) await log.append(frame);
    await stored(lastSequence(frames.at(-1)!));
    const seconds = (performance.now() - start) / 1e3;
    const { user, system } = process.cpuUsage(own);
    const redisUsNow = processTimeUs(this.redis.pid);
    this.batches = given?.() ?? this.batches;
    this.ownUs.push((user + system) / this.events);
    if (redisUs !== undefined && redisUsNow !== undefined) this.redisUs.push((redisUsNow - redisUs) / this.events);
    await projector.stop(lastSequence(frames.at(-1)!));
    await running;
    await connection.flushall();
    connection.disconnect();
    return seconds;
  }

  inMemory(): number {
    const models = new InProcessReadModels();
    const fold = (frames: Prepared['frames']): void => {
      for (const { payload, firstSequence } of frames) models.applyPayload(payload, firstSequence);
    };
    fold(this.prepared.before);
    return timed(() => fold(this.prepared.frames));
  }

  /** The same texts as plain hash fields, two a command, a pipeline for each batch, one after the other. */
  async rawly(): Promise<number> {
    const connection = connectRedis({ url: this.redis.url }) as Redis;
    await connection.ping();
    const start = performance.now();
    for (const batch of this.batches) {
      const pipeline = connection.pipeline();
      for (let at = 0; at + 1 < batch.length; at += 2) pipeline.hset('raw', batch[at]!, batch[at + 1]!);
      for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
    }
    const seconds = (performance.now() - start) / 1e3;
    await connection.flushall();
    connection.disconnect();
    return seconds;
  }
}

/** Listens to what a connection sends; what is returned ends that and gives it. */
function noteBatches(connection: Redis): () => Batches {
  const batches: string[][] = [];
  const send = connection.sendCommand.bind(connection);
  connection.sendCommand = (command: Command, ...rest): unknown => {
    if (command.name === 'evalsha') batches.push(command.args.slice(3).map(String));
    return send(command, ...rest);
  };
  return () => {
    connection.sendCommand = send;
    return batches;
  };
}

function eventsIn({ frames }: Prepared): number {
  let events = 0;
  const visitor = { begin: () => undefined, event: () => void (events += 1), end: () => undefined };
  for (const { payload, firstSequence } of frames) visitRecords(payload, firstSequence, visitor);
  return events;
}

export const kafkaProjector: Benchmark = {
  name: 'kafka-projector',
  title: 'Read models into Redis',
  method:
    'The events of the stream, folded by the projector and stored in a Redis on this machine, batch by batch with its position; ' +
    'counted until the last record is stored. The same folded in memory alone. And ioredis by itself, which brings the texts that the ' +
    'projector sent into one hash, a pipeline for each batch. Events per second, in all three.',
  onlyByName: true,
  async measure(setting): Promise<Report> {
    const operations = Math.min(setting.operations, OPERATIONS_MOST);
    const resting = Math.min(5_000, setting.largest);
    setting.progress('kafka-projector: making the records');
    const prepared = await prepare(makeStream({ seed: 1, operations, resting }), 1_024);
    const events = eventsIn(prepared);
    const redis = await startOwnRedis();
    try {
      const projection = new Projection(redis, prepared, events);
      const candidates = [
        { name: 'into Redis', operations: events, run: () => projection.intoRedis() },
        { name: 'in memory alone', operations: events, run: () => projection.inMemory() },
        { name: 'ioredis alone, the same texts', operations: events, run: () => projection.rawly() },
      ];
      const figures: Figure[] = await sideBySide('kafka-projector', candidates, setting);
      const bytes = projection.batches.flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      figures.push(figureOf('projector, processor time per event', 'µs', projection.ownUs));
      if (projection.redisUs.length > 0)
        figures.push(figureOf('Redis, processor time per event', 'µs', projection.redisUs));
      figures.push(figureOf('sent to Redis per event', 'bytes', [bytes / events]));
      const notes = [`the projector sent ${projection.batches.length} batches`];
      return { figures, aims: [], notes };
    } finally {
      await redis.stop();
    }
  },
};

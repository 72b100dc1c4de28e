/** The frames that stand in an events topic now, read once and in order: for a copy, which needs no tail. */
import { setTimeout as pause } from 'node:timers/promises';
import { LogUnavailable, type PlacedFrame, originPosition } from '@tokenbourse/log';
import { ChainReader } from './frame-message';
import type { KafkaLogOptions } from './kafka-log-reader';
import { KafkajsPartition } from './kafkajs-partition';
import { nameFailure } from './log-failures';
import { BrokerAway } from './partition';
import { readPartition } from './partition-reader';
import { assertStandsThere } from './starting-position';

const PATIENCE_MS = 30_000;
const ASK_AGAIN_MS = 250;

/** A frame that counts, and how much of the topic has been read with it. */
export interface FrameOnce extends PlacedFrame {
  /** 0 to 1. */
  readonly fraction: number;
}

/**
 * Frames that count, from `from` to the topic's end as it is when reading starts. Waits for brokers that go away meanwhile.
 * @throws PositionBeforeStart, PositionPastEnd, PositionForeign when `from` is none of the topic's; FrameDamaged; LogUnavailable
 */
export async function* framesOnce(options: KafkaLogOptions): AsyncGenerator<FrameOnce, void, undefined> {
  const { settings, topic, market, text, from = originPosition(), onTrouble } = options;
  const signal = options.signal ?? new AbortController().signal;
  const partition = new KafkajsPartition(settings, topic);
  const chain = new ChainReader(market, text, from);
  try {
    await patiently(() => assertStandsThere(partition, from, { market, text, tipSequence: from.sequence }), options);
    const { end } = await patiently(() => partition.bounds(), options);
    for await (const { messages } of readPartition(partition, from.place, { signal, until: end, onTrouble })) {
      for (const message of messages) {
        const found = chain.offer(message);
        if (typeof found === 'string') continue;
        yield { ...found, fraction: (message.offset + 1 - from.place) / (end - from.place) };
      }
    }
    signal.throwIfAborted();
  } catch (error) {
    throw nameFailure(error, topic, chain.position);
  } finally {
    partition.close();
  }
}

/** Asks again while brokers are away, for a while. */
async function patiently<T>(
  question: () => Promise<T>,
  { topic, patienceMs = PATIENCE_MS, onTrouble, signal }: KafkaLogOptions,
): Promise<T> {
  for (const giveUpAt = performance.now() + patienceMs; ;) {
    signal?.throwIfAborted();
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof BrokerAway)) throw error;
      if (performance.now() > giveUpAt) throw new LogUnavailable('medium failed', topic, { cause: error });
      onTrouble?.(error);
      await pause(ASK_AGAIN_MS, undefined, { signal });
    }
  }
}

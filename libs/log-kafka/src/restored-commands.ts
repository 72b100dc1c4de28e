/** The commands topic of a market whose log was carried here from elsewhere: it must go on after the last command that the log answers. */
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka } from 'kafkajs';
import { KafkajsPartition, clientConfig } from './kafkajs-partition';
import type { KafkaSettings } from './kafka-settings';
import { type Bounds, BrokerAway, type NewMessage } from './partition';
import type { SureOptions } from './sure-produce';

/** Says nothing: it takes up an offset, and is deleted again. */
const FILLER: NewMessage = { value: null, headers: { type: 'filler' } };
const FILLERS_AT_ONCE = 10_000;
/** A request that failed may still be carried out: so long it is waited before the topic's end is believed. */
const LATE_MS = 2_000;

/** The topic holds commands of its own behind that place: it is not a fresh one. */
export class CommandsTopicAhead extends Error {
  override readonly name = 'CommandsTopicAhead';
  readonly code = 'COMMANDS_TOPIC_AHEAD';

  constructor(topic: string, end: number, offset: number) {
    super(
      `topic ${topic} reaches to offset ${end}, but the log answers commands up to offset ${offset} only: ` +
        'what stands between would be taken for commands of this market; delete the topic, or use another market name',
    );
  }
}

/**
 * Fills the topic up to `offset` and deletes what is before, so that the next command gets that offset. May be repeated.
 * @param onProgress told how many of how many offsets are taken up
 * @throws CommandsTopicAhead; BrokerRefuses; the signal's reason; an error of kafkajs when records can't be deleted
 */
export async function beginCommandsAt(
  settings: KafkaSettings,
  topic: string,
  offset: number,
  options: SureOptions & { readonly onProgress?: (done: number, all: number) => void } = {},
): Promise<void> {
  const { onProgress } = options;
  const partition = new KafkajsPartition(settings, topic);
  try {
    let { start, end } = await boundsOf(partition, options);
    if (end > offset) throw new CommandsTopicAhead(topic, end, offset);
    while (end < offset) {
      options.signal?.throwIfAborted();
      const fillers = Array.from({ length: Math.min(FILLERS_AT_ONCE, offset - end) }, () => FILLER);
      try {
        end = (await partition.produce(fillers)) + fillers.length;
      } catch (error) {
        if (!(error instanceof BrokerAway)) throw error;
        options.onTrouble?.(error);
        await pause(LATE_MS, undefined, { signal: options.signal });
        ({ start, end } = await boundsOf(partition, options));
      }
      onProgress?.(Math.min(end, offset), offset);
    }
    // Should fillers have come twice, they go too: the log then says that it passed over their places.
    if (start < end) await deleteBefore(settings, topic, end);
  } finally {
    partition.close();
  }
}

async function boundsOf(partition: KafkajsPartition, { signal, onTrouble }: SureOptions): Promise<Bounds> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await partition.bounds();
    } catch (error) {
      if (!(error instanceof BrokerAway)) throw error;
      onTrouble?.(error);
      await pause(LATE_MS / 4, undefined, { signal });
    }
  }
}

async function deleteBefore(settings: KafkaSettings, topic: string, offset: number): Promise<void> {
  const admin = new Kafka({ ...clientConfig(settings), retry: { retries: 8 } }).admin();
  await admin.connect();
  try {
    await admin.fetchTopicOffsets(topic); // it must know the topic's leader before it deletes
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  } finally {
    await admin.disconnect();
  }
}

/** Producing what may stand in its topic twice: the request is repeated until a broker has acknowledged it. */
import { setTimeout as pause } from 'node:timers/promises';
import { BrokerAway, type NewMessage, type Partition } from './partition';

const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 1_000;

export interface SureOptions {
  /** Ends the repeating, with its reason as error. */
  readonly signal?: AbortSignal;
  /** Told of each failed attempt. */
  readonly onTrouble?: (error: Error) => void;
}

/**
 * @returns the offset of the first message, as last written
 * @throws BrokerRefuses; BrokerAway when the partition has been closed; the signal's reason
 */
export async function produceSurely(
  partition: Partition,
  messages: readonly NewMessage[],
  { signal, onTrouble }: SureOptions = {},
): Promise<number> {
  for (let backoff = BACKOFF_MS_MIN; ; backoff = Math.min(2 * backoff, BACKOFF_MS_MAX)) {
    signal?.throwIfAborted();
    try {
      return await partition.produce(messages);
    } catch (error) {
      if (!(error instanceof BrokerAway) || partition.closed) throw error;
      onTrouble?.(error);
      await pause(backoff, undefined, { signal }).catch(() => undefined);
    }
  }
}

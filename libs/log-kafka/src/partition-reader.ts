/** Reads one partition from an offset on, at the reader's own pace: no group, no offsets kept by brokers, and no jump that isn't told. */
import { setTimeout as pause } from 'node:timers/promises';
import { BrokerAway, type Fetched, OffsetOutOfRange, type Partition } from './partition';

/** A broker holds an unanswered fetch for so long, until there is something. */
const WAIT_MS = 1_000;
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 1_000;

/** What was to be read stood before the partition's first message: retention has deleted it, or somebody. */
export class OffsetBeforeStart extends Error {
  override readonly name = 'OffsetBeforeStart';
  constructor(
    readonly topic: string,
    readonly offset: number,
    readonly start: number,
  ) {
    super(`topic ${topic} starts at offset ${start}: offset ${offset} is gone`);
  }
}

/** What was to be read lies behind the partition's end: it has lost its tail, or is another one. */
export class OffsetPastEnd extends Error {
  override readonly name = 'OffsetPastEnd';
  constructor(
    readonly topic: string,
    readonly offset: number,
    readonly end: number,
  ) {
    super(`topic ${topic} ends before offset ${end}: there is no offset ${offset}`);
  }
}

/** Offsets are left out where none may be: messages are gone from the middle. */
export class OffsetGap extends Error {
  override readonly name = 'OffsetGap';
  constructor(
    readonly topic: string,
    readonly expected: number,
    readonly found: number,
  ) {
    super(`topic ${topic} goes on with offset ${found} where ${expected} should stand`);
  }
}

export interface ReadingOptions {
  /** Ends the reading without an error. */
  readonly signal: AbortSignal;
  /** Ends before this offset; without it the reading waits for more. */
  readonly until?: number;
  /** Of a compacted topic. */
  readonly gaps?: boolean;
  /** Told of each failed attempt; the reading goes on by itself. */
  readonly onTrouble?: (error: Error) => void;
}

/**
 * Batches of messages, never empty; the next is asked for while one is worked on, and no more than one.
 * Waits for a broker that is away.
 * @throws OffsetBeforeStart, OffsetPastEnd, OffsetGap, BrokerRefuses
 */
export async function* readPartition(
  partition: Partition,
  from: number,
  options: ReadingOptions,
): AsyncGenerator<Fetched, void, undefined> {
  const { until = Infinity, gaps = false } = options;
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const askFrom = (offset: number): Promise<Fetched | undefined> | undefined => {
    const coming = offset < until ? ask(partition, offset, { ...options, signal }) : undefined;
    coming?.catch(() => undefined); // it is awaited in the next round, unless the reader has left
    return coming;
  };
  try {
    let offset = from;
    for (let coming = askFrom(offset); coming !== undefined;) {
      const fetched = await coming;
      if (fetched === undefined || signal.aborted) return;
      if (!gaps) assertGapless(partition.topic, fetched, offset);
      offset = fetched.next;
      coming = askFrom(offset);
      const messages = fetched.messages.filter((message) => message.offset < until);
      if (messages.length > 0) yield { ...fetched, messages };
    }
  } finally {
    left.abort();
  }
}

function assertGapless(topic: string, { messages, next }: Fetched, asked: number): void {
  let expected = asked;
  for (const { offset } of messages) {
    if (offset !== expected) throw new OffsetGap(topic, expected, offset);
    expected += 1;
  }
  if (next !== expected) throw new OffsetGap(topic, expected, next);
}

/** One batch, however long it takes; undefined when aborted. */
async function ask(
  partition: Partition,
  offset: number,
  { signal, onTrouble }: ReadingOptions,
): Promise<Fetched | undefined> {
  for (let backoff = BACKOFF_MS_MIN; !signal.aborted;) {
    try {
      const fetched = await unlessAborted(partition.fetch(offset, WAIT_MS), signal);
      if (fetched === undefined || fetched.next > offset) return fetched;
      backoff = BACKOFF_MS_MIN;
    } catch (error) {
      if (error instanceof OffsetOutOfRange) {
        const outside = await whichSide(partition, offset);
        if (outside) throw outside;
      } else if (!(error instanceof BrokerAway)) {
        throw error;
      } else {
        onTrouble?.(error);
      }
      await pause(backoff, undefined, { signal }).catch(() => undefined);
      backoff = Math.min(2 * backoff, BACKOFF_MS_MAX);
    }
  }
  return undefined;
}

/** Undefined when it can't be told now. */
async function whichSide(partition: Partition, offset: number): Promise<Error | undefined> {
  try {
    const { start, end } = await partition.bounds();
    if (offset < start) return new OffsetBeforeStart(partition.topic, offset, start);
    return offset > end ? new OffsetPastEnd(partition.topic, offset, end) : undefined;
  } catch (error) {
    if (error instanceof BrokerAway) return undefined;
    throw error;
  }
}

/** Undefined as soon as the signal is aborted. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return undefined;
  }
  let abandon!: () => void;
  const aborted = new Promise<undefined>((resolve) => (abandon = () => resolve(undefined)));
  signal.addEventListener('abort', abandon);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abandon);
    work.catch(() => undefined);
  }
}

/** The little that we ask of a client of Kafka: one partition to read and to write. Another client goes behind the same interface. */

export interface Message {
  /** From 0, without gaps unless the topic is compacted. */
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Buffer | undefined;
  /** Of a header that is there several times, the last. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface NewMessage {
  readonly key?: string;
  /** Null removes the key from a compacted topic. */
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Offsets of the first message and of the next one to come. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

export interface Fetched {
  readonly messages: readonly Message[];
  /** Where to read on. */
  readonly next: number;
  /** The next message to come, as the broker saw it. */
  readonly end: number;
}

/** One partition of one topic. Connects when first asked, and anew after a failure. Any number of requests may be under way. */
export interface Partition {
  readonly topic: string;
  /** By its owner: nothing will come of it any more. */
  readonly closed: boolean;
  /**
   * Messages from `offset` on; waits up to `waitMs` for the first. None, if none comes.
   * @throws OffsetOutOfRange, BrokerAway, BrokerRefuses
   */
  fetch(offset: number, waitMs: number): Promise<Fetched>;
  /** @throws BrokerAway, BrokerRefuses */
  bounds(): Promise<Bounds>;
  /**
   * Resolves when all in-sync replicas have the messages, with the offset of the first. They stand one behind the other.
   * @throws BrokerAway: if it was asked, they may be there or not, or come later. BrokerRefuses: they are not.
   */
  produce(messages: readonly NewMessage[]): Promise<number>;
  /** Ends its connections and what is under way. */
  close(): void;
}

/** No broker answers, or none that leads the partition: ask again. */
export class BrokerAway extends Error {
  override readonly name = 'BrokerAway';
  readonly code = 'BROKER_AWAY';
  /** @param asked whether the request was on its way: then what was asked may have been done, or be done later */
  constructor(
    message: string,
    readonly asked: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The broker has refused, and will again until somebody changes something. */
export class BrokerRefuses extends Error {
  override readonly name = 'BrokerRefuses';
  readonly code = 'BROKER_REFUSES';
  /** Nothing was taken. */
  readonly asked = false;
  constructor(
    readonly reason: 'no permission' | 'too large' | 'other',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The partition has no such offset: it was deleted, or is yet to come. */
export class OffsetOutOfRange extends Error {
  override readonly name = 'OffsetOutOfRange';
  constructor(
    readonly topic: string,
    readonly offset: number,
  ) {
    super(`topic ${topic} has no offset ${offset}`);
  }
}

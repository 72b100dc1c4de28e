// What the exchange knows about its own condition.

import type { SequencerStatus } from '@tokenbourse/sequencer';

export interface ReaderStatus {
  readonly reader: string;
  readonly ready: boolean;
  /** Why not; empty while ready. */
  readonly reason: string;
  readonly as_of_seq: number;
}

/** How long the engine knows commands' ids, as it decides now: ahead of what is durable. */
export interface IdMemory {
  /** Last record that is decided; undefined where other processes decide, for nobody knows then what they have just stamped. */
  readonly decided: number | undefined;
  /** Time of the last record that is known here. */
  readonly last_stamp_us: number;
  /** An id is known for so long after it was used … */
  readonly window_us: number;
  /** … unless that was before this. */
  readonly forgotten_until_us: number;
}

/** Also the injection token. */
export abstract class Health {
  /** Told to stop, it takes what still comes, and wants no more. */
  isStopping = false;
  abstract writer(): SequencerStatus;
  /** Undefined while there is no writer: then no command is taken. */
  abstract idMemory(): IdMemory | undefined;
  abstract readers(): Promise<readonly ReaderStatus[]>;
}

// What the exchange knows about its own condition.

import type { SequencerStatus } from '@tokenbourse/sequencer';

export interface ReaderStatus {
  readonly reader: string;
  readonly ready: boolean;
  /** Why not; empty while ready. */
  readonly reason: string;
  readonly as_of_seq: number;
}

/** Also the injection token. */
export abstract class Health {
  abstract writer(): SequencerStatus;
  abstract readers(): Promise<readonly ReaderStatus[]>;
}

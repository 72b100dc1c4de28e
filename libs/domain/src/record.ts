// A record: one command's identity, its time and its events. Records are what the log counts, from 1, without gaps.

import type { CommandType } from './commands/types';
import type { MarketEvent } from './events/catalogue';
import type { RecordCause } from './vocabulary';

/** What the log keeps of the command that a record answers. */
export interface CommandIdentity {
  readonly command: CommandType;
  /** Account that the id belongs to; 0 for commands of the market itself. */
  readonly account: number;
  /** Contract that an order's id belongs to; 0 for all other commands. */
  readonly contract: number;
  /** The sender's id; empty for none. */
  readonly command_id: string;
  /** 32-bit digest of the request, to tell a repetition from another request under the same id. */
  readonly fingerprint: number;
}

export interface LogRecord {
  readonly sequence: number;
  /** The sequencer's stamp, microseconds since 1970; never less than the record before. */
  readonly at_us: number;
  readonly cause: RecordCause;
  /** CONTINUATION: the record whose work is continued; else 0. */
  readonly cause_sequence: number;
  /** COMMAND: whose outcome this is; else null. */
  readonly identity: CommandIdentity | null;
  readonly events: readonly MarketEvent[];
}

/** A record holds at most this many events; larger work is continued in further records. */
export const RECORD_EVENTS_MAX = 1_000;

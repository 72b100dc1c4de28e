// What a caller of the sequencer gives and gets: outcomes, the errors of a submission, and the sequencer's status.

import type { Command, MarketEvent } from '@tokenbourse/domain';

/** A command's durable outcome: the record that answers it. */
export interface Outcome {
  readonly sequence: number;
  readonly at_us: number;
  readonly events: readonly MarketEvent[];
}

/** Puts commands to a market and waits until their outcomes are durable. */
export interface CommandGateway {
  /**
   * Throws InboxFull, WriterUnavailable or CommandNotUnderstood (not taken), OutcomePending (taken) or OutcomeUnknown (ask by the
   * command's id).
   */
  submit(command: Command): Promise<Outcome>;
  /**
   * Several commands of one sender, in their order, with one promise for all of them: resolves when each has its answer; answers
   * stand at their commands' places.
   */
  submitAll(commands: readonly Command[]): Promise<readonly Answer[]>;
}

/** What a command of several came to: its outcome, or the error that `submit` would have thrown. */
export type Answer = Outcome | Error;

/** The inbox is full: the command was not taken; try again after `retryAfterMs`. */
export class InboxFull extends Error {
  readonly code = 'INBOX_FULL';
  constructor(
    readonly limit: number,
    readonly retryAfterMs: number,
  ) {
    super(
      `the market's inbox of ${limit} commands is full; the command was not taken, try again in ${retryAfterMs} ms`,
    );
  }
}

/** The writer is starting, stopped, or waits for something that `reason` names: the command was not taken. */
export class WriterUnavailable extends Error {
  readonly code = 'WRITER_UNAVAILABLE';
  constructor(
    readonly reason: string,
    readonly retryAfterMs: number,
  ) {
    super(`the market takes no commands now: ${reason}; the command was not taken, try again in ${retryAfterMs} ms`);
  }
}

/** The append failed in a way that leaves open whether the outcome is in the log. */
export class OutcomeUnknown extends Error {
  readonly code = 'OUTCOME_UNKNOWN';
  constructor(readonly reason: string) {
    super(`the command's outcome is unknown (${reason}); ask by the command's id`);
  }
}

/** The command is durable in the commands topic and will be decided; its outcome was not there when the wait ended. */
export class OutcomePending extends Error {
  readonly code = 'OUTCOME_PENDING';
  /** @param account that the id belongs to; 0 for a command of the market itself */
  constructor(
    readonly commandId: string,
    readonly account: number,
  ) {
    super(`the command ${commandId} will be decided; ask for its outcome by its id`);
  }
}

/** The engine knows no such command, as an older version may not: its place on the topic was passed, and it is with the dead letters. */
export class CommandNotUnderstood extends Error {
  readonly code = 'COMMAND_NOT_UNDERSTOOD';
  constructor(readonly commandId: string) {
    super(
      `the market's engine does not understand the command ${commandId}, and passed it over; is it of an older version?`,
    );
  }
}

/** FOLLOWING: another process writes, this one could take over. */
export type WriterState = 'STARTING' | 'FOLLOWING' | 'WRITING' | 'CLOCK_IN_DOUBT' | 'RECOVERING' | 'STOPPED';

export interface SequencerStatus {
  readonly state: WriterState;
  /** Why the writer is not writing; empty while it is. */
  readonly reason: string;
  /** Last record that is durable. */
  readonly sequence: number;
  readonly last_stamp_us: number;
  readonly inbox_depth: number;
  readonly inbox_limit: number;
  /** How often the writer ended and began again since the start. */
  readonly recoveries: number;
}

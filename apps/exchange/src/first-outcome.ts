// What a command's outcome says beyond its own events: taken now, or taken before under the same id.

import { ReadError } from '@tokenbourse/projections';
import { assertFirstTaken, assertTaken, eventOf, ProblemError, type CommandOutcome } from '@tokenbourse/protocol';

export interface FirstOutcome {
  readonly replayed: boolean;
  /** The record in which it was taken. */
  readonly sequence: number;
  /** Number of what the first outcome made; 0 for none, and for one taken now. */
  readonly made: number;
}

/** Throws the problem of a command that was refused, now or before under the same id. */
export function firstOutcome(outcome: CommandOutcome): FirstOutcome {
  assertTaken(outcome);
  const repeated = eventOf(outcome, 'CommandRepeated');
  if (repeated === undefined) return { replayed: false, sequence: outcome.sequence, made: 0 };
  assertFirstTaken(repeated);
  return { replayed: true, sequence: repeated.first_sequence, made: repeated.result };
}

/**
 * What the read models say of a command that is durable already. They may fail to answer, but nobody may be told then that
 * the command was not taken: the problem is OUTCOME_UNKNOWN.
 */
export async function readAfterwards<T>(answer: Promise<{ readonly data: T | null }>): Promise<T> {
  try {
    const { data } = await answer;
    if (data !== null) return data;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
  }
  throw ProblemError.of(
    'OUTCOME_UNKNOWN',
    'The request was taken before; its result can’t be read now. Ask for it by its id.',
  );
}

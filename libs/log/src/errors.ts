/** What can go wrong with an event log: one class per case, each with a stable `code` and a message that says what, where, and what would be right. */

/** Any refusal of an event log. `code` is stable; messages may change. */
export abstract class LogError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The frame does not continue the chain, so no reader would count it. Nothing was written. */
export class FrameNotCounted extends LogError {
  readonly code = 'FRAME_NOT_COUNTED';

  /**
   * @param verdict why the frame does not continue the chain
   * @param firstSequence the refused frame's first sequence number
   * @param tipSequence the sequence number of the last record that counted
   */
  constructor(
    readonly verdict: string,
    readonly firstSequence: number,
    readonly tipSequence: number,
    explanation: string,
  ) {
    super(`frame from sequence ${firstSequence} does not count (${verdict}): ${explanation}`);
  }
}

export type UnavailableReason =
  'closed' | 'disk full' | 'no permission' | 'failed before' | 'not opened for writing' | 'medium failed';

/** The medium refuses. What was in flight is not acknowledged; close the log, mend the cause, open it again. */
export class LogUnavailable extends LogError {
  readonly code = 'LOG_UNAVAILABLE';

  constructor(
    readonly reason: UnavailableReason,
    where: string,
    options?: { advice?: string; cause?: unknown },
  ) {
    const advice = options?.advice ?? ADVICE[reason];
    const cause = options?.cause instanceof Error ? ` (${options.cause.message})` : '';
    super(
      `log ${where}: ${reason}${cause}; ${advice}`,
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
  }
}

const ADVICE: Record<UnavailableReason, string> = {
  closed: 'open it again to go on',
  'disk full': 'free some space and open the log again',
  'no permission': 'let this user read and write it and open the log again',
  'failed before': 'close it and open it again: only then is known what became durable',
  'not opened for writing': 'open it for writing',
  'medium failed': 'close it, look after the medium, open it again',
};

export type Damage =
  | 'torn'
  | 'digest of bytes differs'
  | 'bad magic'
  | 'unknown version'
  | 'foreign predecessor'
  | 'sequence gap'
  | 'missing';

/** A stored frame is not what was written, or is not there. Reading stops here; nothing is skipped. */
export class FrameDamaged extends LogError {
  readonly code = 'FRAME_DAMAGED';

  /**
   * @param place the frame's place in the medium, counted from 1
   * @param sequence the first sequence number that the frame should hold; 0 where that isn't known
   */
  constructor(
    readonly place: number,
    readonly sequence: number,
    readonly what: Damage,
    readonly detail: string,
  ) {
    super(`frame ${place}${sequence > 0 ? ` (from sequence ${sequence})` : ''} is damaged, ${what}: ${detail}`);
  }
}

/** The position lies before the first frame that the log still has. Rebuild the reader from a newer snapshot. */
export class PositionBeforeStart extends LogError {
  readonly code = 'POSITION_BEFORE_START';

  constructor(
    readonly place: number,
    readonly firstPlace: number,
  ) {
    super(`position at place ${place} lies before the log's start: its first frame is at place ${firstPlace}`);
  }
}

/** The position lies past the log's end: the log has lost its tail, or the position is another log's. */
export class PositionPastEnd extends LogError {
  readonly code = 'POSITION_PAST_END';

  constructor(
    readonly sequence: number,
    readonly tipSequence: number,
    detail: string,
  ) {
    super(`position past the log's end: ${detail}; the log ends with sequence ${tipSequence}`);
  }
}

/** The log has another frame where the position says it stands: the position is another history's. */
export class PositionForeign extends LogError {
  readonly code = 'POSITION_FOREIGN';

  constructor(
    readonly place: number,
    readonly sequence: number,
    detail: string,
  ) {
    super(
      `position at place ${place}, sequence ${sequence} is not of this log: ${detail}; rebuild the reader from the log`,
    );
  }
}

/** The frame is larger than `MAX_FRAME_BYTES`. Cut the batch into several frames. */
export class FrameTooLarge extends LogError {
  readonly code = 'FRAME_TOO_LARGE';

  constructor(
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(`frame of ${bytes} bytes is larger than ${maxBytes} bytes; put its records into several frames`);
  }
}

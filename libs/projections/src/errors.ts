// What a question to the read models, or their fold, may fail with: classes with a stable `code`.

export type ReadErrorCode = 'READ_TIMEOUT' | 'NOT_READY' | 'INVALID_REQUEST';

export class ReadError extends Error {
  constructor(
    readonly code: ReadErrorCode,
    message: string,
    /** INVALID_REQUEST: the field that is wrong. READ_TIMEOUT: nothing. */
    readonly field = '',
  ) {
    super(message);
    this.name = 'ReadError';
  }
}

export function readTimeout(minSeq: number, asOfSeq: number, timeoutMs: number): ReadError {
  return new ReadError(
    'READ_TIMEOUT',
    `record ${minSeq} was not visible within ${timeoutMs} ms: the read models are at record ${asOfSeq}; ask again`,
  );
}

export function notReady(reason: string): ReadError {
  return new ReadError('NOT_READY', `the read models don't answer: ${reason}`);
}

export function invalidRequest(field: string, wrong: string): ReadError {
  return new ReadError('INVALID_REQUEST', `${field}: ${wrong}`, field);
}

/** A record that is not the next one was given to the fold. */
export class RecordGap extends Error {
  readonly code = 'RECORD_GAP';
  constructor(
    readonly expected: number,
    readonly found: number,
  ) {
    super(`the read models expect record ${expected} and were given record ${found}`);
    this.name = 'RecordGap';
  }
}

/** The log says something that this version can't fold, e.g. a split rule of a later version. */
export class UnfoldableRecord extends Error {
  readonly code = 'UNFOLDABLE_RECORD';
  constructor(sequence: number, what: string) {
    super(`record ${sequence} can't be folded into the read models: ${what}`);
    this.name = 'UnfoldableRecord';
  }
}

/** The read models can't be made from the log: an exchange without them would answer no question. */
export class ReadModelsFailed extends Error {
  readonly code = 'READ_MODELS_FAILED';
  constructor(
    readonly sequence: number,
    reason: string,
  ) {
    super(`the read models can't be made from the log after record ${sequence}: ${reason}`);
    this.name = 'ReadModelsFailed';
  }
}

/** What went wrong, in words, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return (error as Error | undefined)?.message ?? String(error);
}

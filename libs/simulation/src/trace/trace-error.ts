// What is wrong with a trace file, and where.

const SHOWN_MAX = 60;

export class TraceError extends Error {
  readonly code = 'TRACE_INVALID';
  constructor(
    readonly file: string,
    /** From 1; the header is line 1. */
    readonly line: number,
    /** From 1, in characters. */
    readonly column: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${file}:${line}:${column}: expected ${expected}, found ${found}`);
  }
}

/** A piece of the file as it is shown in a message: quoted, control characters escaped, cut short. */
export function quoted(piece: string): string {
  if (piece === '') return 'nothing';
  return JSON.stringify(piece.length > SHOWN_MAX ? `${piece.slice(0, SHOWN_MAX)}…` : piece);
}

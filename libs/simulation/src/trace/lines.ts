// Splits a file into lines as it streams in: whatever its size, one piece of it is in memory.

import { createReadStream } from 'node:fs';

import { TraceError } from './trace-error';

/** The longest line that is read, in characters; a line of any known trace is below 10,000. */
export const LINE_LENGTH_MAX = 1_048_576;

const CHUNK_BYTES = 262_144;

/**
 * The file's lines, a batch for each piece read, without line ends (LF or CRLF) and without a byte order mark. The
 * number of the first line of a batch is one more than the lines before it. Throws TraceError for a file that can't be
 * read and for a line that is too long.
 */
export async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_BYTES });
  let rest = '';
  let line = 1;
  let first = true;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const text = first && chunk.startsWith('\ufeff') ? chunk.slice(1) : chunk;
      first = false;
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      const long = [...lines, rest].findIndex(({ length }) => length > LINE_LENGTH_MAX);
      if (long >= 0) throw tooLong(file, line + long);
      line += lines.length;
      if (lines.length > 0) yield lines.map(withoutReturn);
    }
  } catch (error) {
    if (error instanceof TraceError || !isSystemError(error)) throw error;
    throw new TraceError(file, line, 1, 'a readable file', error.message);
  } finally {
    stream.destroy();
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function tooLong(file: string, line: number): TraceError {
  const expected = `a line of at most ${LINE_LENGTH_MAX} characters`;
  return new TraceError(file, line, LINE_LENGTH_MAX + 1, expected, 'a longer one');
}

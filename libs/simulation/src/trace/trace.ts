// Reads a demand trace: streaming, in batches, any size; and surveys it first, so that a malformed file is refused
// before anything has begun.

import { formatOf, LineError, type TraceFormat, type TraceRequest } from './formats';
import { linesOf } from './lines';
import { TraceError } from './trace-error';

export interface TraceSurvey {
  readonly format: string;
  readonly requests: number;
  /** From the first request to the last. */
  readonly spanUs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * The trace's requests, in the file's order; `atUs` counts from the first. A request dated before its predecessor
 * counts as made at the same instant. `limit`: read so many requests at most. Throws TraceError with line and column.
 */
export async function* readTrace(file: string, limit = Infinity): AsyncGenerator<readonly TraceRequest[]> {
  let format: TraceFormat | undefined;
  let line = 0;
  let emptyLine = 0;
  let startUs: number | undefined;
  let lastUs = 0;
  let left = limit;
  for await (const lines of linesOf(file)) {
    const batch: TraceRequest[] = [];
    for (const content of lines) {
      line++;
      if (format === undefined) {
        format = located(file, line, () => formatOf(content));
        if (!format.headless) continue;
      }
      // Empty lines may end the file; anything after one makes it a gap.
      if (emptyLine > 0 && content !== '') throw new TraceError(file, emptyLine, 1, 'a request', 'an empty line');
      if (content === '') {
        emptyLine ||= line;
        continue;
      }
      const request = located(file, line, () => format!.parse(content));
      startUs ??= request.atUs;
      lastUs = Math.max(lastUs, request.atUs - startUs);
      batch.push({ atUs: lastUs, inputTokens: request.inputTokens, outputTokens: request.outputTokens });
      if (--left <= 0) break;
    }
    if (batch.length > 0) yield batch;
    if (left <= 0) return;
  }
  if (format === undefined) throw new TraceError(file, 1, 1, 'a header or a JSON object', 'an empty file');
  if (startUs === undefined) throw new TraceError(file, line + 1, 1, 'a request', 'the end of the file');
}

function located<T>(file: string, line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    throw new TraceError(file, line, error.column, error.expected, error.found);
  }
}

/** Reads the whole trace once and adds it up. Throws TraceError. */
export async function surveyTrace(file: string, limit = Infinity): Promise<TraceSurvey> {
  const format = await formatOfFile(file);
  let requests = 0;
  let spanUs = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  for await (const batch of readTrace(file, limit)) {
    requests += batch.length;
    for (const request of batch) {
      inputTokens += request.inputTokens;
      outputTokens += request.outputTokens;
    }
    spanUs = batch[batch.length - 1]!.atUs;
  }
  return { format, requests, spanUs, inputTokens, outputTokens };
}

async function formatOfFile(file: string): Promise<string> {
  for await (const [first] of linesOf(file)) return located(file, 1, () => formatOf(first!)).name;
  throw new TraceError(file, 1, 1, 'a header or a JSON object', 'an empty file');
}

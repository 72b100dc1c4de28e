// The trace formats and how one line of each becomes a request. A format is known by the file's first line:
//   Azure LLM inference trace   TIMESTAMP,ContextTokens,GeneratedTokens
//   Mooncake trace as CSV       timestamp_ms,input_length,output_length[,…]
//   Mooncake trace, original    {"timestamp": …, "input_length": …, "output_length": …, "hash_ids": […]} per line

import { quoted } from './trace-error';

/** One request to a model. */
export interface TraceRequest {
  /** Microseconds on the trace's own clock. */
  readonly atUs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What is wrong with a line; `column` counts characters from 1. */
export class LineError extends Error {
  constructor(
    readonly column: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(expected);
  }
}

export interface TraceFormat {
  readonly name: string;
  /** Whether line 1 is a request like the others. */
  readonly headless: boolean;
  /** Throws LineError. */
  parse(line: string): TraceRequest;
}

const TOKENS_MAX = 1_000_000_000;
/** Some 3,000 years. */
const TIMESTAMP_MS_MAX = 100_000_000_000_000;
const INTEGER = /^\d{1,15}$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)?$/;

function integerIn(piece: string, column: number, what: string, max: number): number {
  const value = Number(piece);
  if (INTEGER.test(piece) && value <= max) return value;
  throw new LineError(column, `${what}, an integer from 0 to ${max}`, quoted(piece));
}

/** The line's columns with their places; at least `least`, at most `most`. */
function columns(line: string, names: readonly string[], most: number): { piece: string; column: number }[] {
  const pieces = line.split(',');
  if (pieces.length < names.length || pieces.length > most) {
    const count = names.length === most ? `${most}` : `${names.length} or more`;
    const surplus = pieces.slice(0, most).reduce((at, piece) => at + piece.length + 1, 1);
    const column = pieces.length < names.length ? line.length + 1 : surplus;
    throw new LineError(column, `${count} columns (${names.join(', ')})`, `${line === '' ? 0 : pieces.length}`);
  }
  let column = 1;
  return pieces.map((piece) => {
    const place = { piece, column };
    column += piece.length + 1;
    return place;
  });
}

function instantUs(piece: string, column: number): number {
  const match = INSTANT.exec(piece);
  const at = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN;
  // Date.parse takes 30 February for 2 March; written back it is another day.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(match![1]!)) {
    throw new LineError(column, 'a timestamp like 2023-11-16 18:15:46.6805900', quoted(piece));
  }
  return at * 1_000 + Number((match![3] ?? '').padEnd(6, '0').slice(0, 6));
}

const AZURE_COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;
const MOONCAKE_COLUMNS = ['timestamp_ms', 'input_length', 'output_length'] as const;

const azure: TraceFormat = {
  name: 'Azure LLM inference trace',
  headless: false,
  parse(line) {
    const [at, input, output] = columns(line, AZURE_COLUMNS, AZURE_COLUMNS.length);
    return {
      atUs: instantUs(at!.piece, at!.column),
      inputTokens: integerIn(input!.piece, input!.column, 'ContextTokens', TOKENS_MAX),
      outputTokens: integerIn(output!.piece, output!.column, 'GeneratedTokens', TOKENS_MAX),
    };
  },
};

function mooncakeCsv(width: number): TraceFormat {
  const names = width === MOONCAKE_COLUMNS.length ? MOONCAKE_COLUMNS : [...MOONCAKE_COLUMNS, `… ${width} in all`];
  return {
    name: 'Mooncake trace (CSV)',
    headless: false,
    parse(line) {
      if (line.split(',').length !== width) {
        const found = line === '' ? 0 : line.split(',').length;
        throw new LineError(line.length + 1, `${width} columns (${names.join(', ')})`, `${found}`);
      }
      const [at, input, output] = columns(line, MOONCAKE_COLUMNS, width);
      return {
        atUs: integerIn(at!.piece, at!.column, 'timestamp_ms', TIMESTAMP_MS_MAX) * 1_000,
        inputTokens: integerIn(input!.piece, input!.column, 'input_length', TOKENS_MAX),
        outputTokens: integerIn(output!.piece, output!.column, 'output_length', TOKENS_MAX),
      };
    },
  };
}

const mooncakeLines: TraceFormat = {
  name: 'Mooncake trace (JSON lines)',
  headless: true,
  parse(line) {
    const entry = parseObject(line);
    return {
      atUs: member(line, entry, 'timestamp', TIMESTAMP_MS_MAX) * 1_000,
      inputTokens: member(line, entry, 'input_length', TOKENS_MAX),
      outputTokens: member(line, entry, 'output_length', TOKENS_MAX),
    };
  },
};

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new LineError(columnOf(line, error as Error), 'JSON', brokenAt(line, columnOf(line, error as Error)));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new LineError(1, 'a JSON object with timestamp, input_length and output_length', quoted(line));
}

/** The parser names the place as an offset, or says that the text ended. */
function columnOf(line: string, error: Error): number {
  const position = /position (\d+)/.exec(error.message);
  if (position) return Number(position[1]) + 1;
  const token = /Unexpected token '(.+?)'/su.exec(error.message);
  const at = token ? line.indexOf(token[1]!) : -1;
  return at >= 0 ? at + 1 : line.length + 1;
}

function brokenAt(line: string, column: number): string {
  return column > line.length ? 'the end of the line' : quoted(line.slice(column - 1));
}

function member(line: string, entry: Record<string, unknown>, name: string, max: number): number {
  const value = entry[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number;
  const key = line.indexOf(JSON.stringify(name));
  const column = key < 0 ? 1 : line.indexOf(':', key) + 1 + /^:\s*/.exec(line.slice(line.indexOf(':', key)))![0].length;
  const found = value === undefined ? 'nothing' : quoted(JSON.stringify(value));
  throw new LineError(column, `${name}, an integer from 0 to ${max}`, found);
}

/** The format that a file's first line names. Throws LineError. */
export function formatOf(line: string): TraceFormat {
  if (line.startsWith('{')) return mooncakeLines;
  const names = line.split(',');
  if (names.length === AZURE_COLUMNS.length && AZURE_COLUMNS.every((name, i) => names[i] === name)) return azure;
  if (MOONCAKE_COLUMNS.every((name, i) => names[i] === name)) return mooncakeCsv(names.length);
  const known = `a header (${AZURE_COLUMNS.join(',')} or ${MOONCAKE_COLUMNS.join(',')}) or a JSON object`;
  throw new LineError(1, known, line === '' ? 'an empty line' : quoted(line));
}

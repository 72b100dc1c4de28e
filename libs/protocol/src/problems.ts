// Problem documents (RFC 9457): every answer that is no success. `code` is stable, `detail` is for people.

import { Type, type Static } from 'typebox';
import { REJECTIONS, REJECTION_CODES, type RejectionCode } from '@tokenbourse/domain';
import { rejectionStatus } from './rejection-status';

/** Problems that the server finds before or beside the market; the market's own are `REJECTIONS`. */
export const TRANSPORT_PROBLEMS = {
  MALFORMED_JSON: { status: 400, retryable: false, title: 'The body is no JSON.' },
  INVALID_REQUEST: { status: 400, retryable: false, title: 'A field of the request is wrong.' },
  MALFORMED_REQUEST: { status: 400, retryable: false, title: 'The request is no proper HTTP.' },
  UNAUTHENTICATED: { status: 401, retryable: false, title: 'A valid API key is needed.' },
  SCOPE_MISSING: { status: 403, retryable: false, title: 'The API key lacks a scope.' },
  NOT_FOUND: { status: 404, retryable: false, title: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, title: 'The address knows other methods.' },
  REQUEST_TIMEOUT: { status: 408, retryable: true, title: 'The request came too slowly.' },
  BODY_TOO_LARGE: { status: 413, retryable: false, title: 'The body is too large.' },
  URI_TOO_LONG: { status: 414, retryable: false, title: 'The address is too long.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, title: 'The body must be application/json.' },
  RATE_LIMITED: { status: 429, retryable: true, title: 'Too many requests.' },
  HEADERS_TOO_LARGE: { status: 431, retryable: false, title: 'The headers are too large.' },
  INTERNAL_ERROR: { status: 500, retryable: false, title: 'The server failed; the outcome is unknown.' },
  COMMAND_NOT_UNDERSTOOD: {
    status: 501,
    retryable: false,
    title: 'The market’s engine knows no such command; it was not taken.',
  },
  OVERLOADED: { status: 503, retryable: true, title: 'More is asked for at once than the server does.' },
  INBOX_FULL: { status: 503, retryable: true, title: 'The market’s inbox is full; the command was not taken.' },
  WRITER_UNAVAILABLE: { status: 503, retryable: true, title: 'The market takes no commands now.' },
  READ_MODEL_BEHIND: { status: 503, retryable: true, title: 'The read models have not come that far.' },
  OUTCOME_UNKNOWN: { status: 504, retryable: true, title: 'The outcome is unknown; ask by the command’s id.' },
} as const;

export type TransportProblemCode = keyof typeof TRANSPORT_PROBLEMS;
export type ProblemCode = TransportProblemCode | RejectionCode;
export const PROBLEM_CODES: readonly ProblemCode[] = [
  ...(Object.keys(TRANSPORT_PROBLEMS) as TransportProblemCode[]),
  ...REJECTION_CODES,
];

export const FieldFaultSchema = Type.Object({
  path: Type.String({
    description: 'where, as a JSON pointer into body, query, path or headers',
    examples: ['/body/price'],
  }),
  message: Type.String({ description: 'what was wrong and what would be right' }),
});
export type FieldFault = Static<typeof FieldFaultSchema>;

export const ProblemSchema = Type.Object(
  {
    type: Type.String({
      description: 'the same for every problem with this code',
      examples: ['urn:tokenbourse:problem:GATE_CLOSED'],
    }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.Unsafe<ProblemCode>({ type: 'string', enum: [...PROBLEM_CODES], description: 'stable' }),
    retryable: Type.Boolean({ description: 'whether the very same request can pass later' }),
    detail: Type.String({ description: 'what was wrong and what would pass' }),
    errors: Type.Optional(Type.Array(FieldFaultSchema)),
    seq: Type.Optional(Type.Integer({ description: 'the record in which the market refused' })),
    at: Type.Optional(Type.String({ description: 'the instant that the reason names' })),
  },
  {
    additionalProperties: { type: ['string', 'integer'] },
    description:
      'RFC 9457. A refusal adds its figures in wire units, e.g. needed_usd, available_usd and missing_usd, or needed_mtok.',
  },
);

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly retryable: boolean;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  readonly [figure: string]: unknown;
}

export const problemType = (code: ProblemCode): string => `urn:tokenbourse:problem:${code}`;

function isTransport(code: ProblemCode): code is TransportProblemCode {
  return Object.hasOwn(TRANSPORT_PROBLEMS, code);
}

/** The HTTP status with which a problem is answered. */
export function problemStatus(code: ProblemCode): number {
  return isTransport(code) ? TRANSPORT_PROBLEMS[code].status : rejectionStatus(code);
}

/** A problem document; `figures` are further members. */
export function problem(code: ProblemCode, detail: string, figures: Readonly<Record<string, unknown>> = {}): Problem {
  const { retryable, title } = isTransport(code)
    ? TRANSPORT_PROBLEMS[code]
    : { retryable: REJECTIONS[code].retryable, title: 'The market refused the command.' };
  return { type: problemType(code), title, status: problemStatus(code), code, retryable, detail, ...figures };
}

/** Thrown where a request is answered with a problem document. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.detail);
  }

  static of(code: ProblemCode, detail: string, figures: Readonly<Record<string, unknown>> = {}): ProblemError {
    return new ProblemError(problem(code, detail, figures));
  }
}

/** The problem of a request with wrong fields. */
export function invalidRequest(errors: readonly FieldFault[]): ProblemError {
  const [first] = errors;
  const detail = first === undefined ? 'The request is wrong.' : `${first.path}: ${first.message}`;
  return ProblemError.of('INVALID_REQUEST', detail, { errors });
}

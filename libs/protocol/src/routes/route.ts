// What one entry of the route table says: from it come the server's routes, their checks, the OpenAPI document and the client.

import type { Static, TSchema } from 'typebox';
import type { ApiScope, RejectionCode } from '@tokenbourse/domain';
import type { ProblemCode } from '../problems';
import { idempotencyHeaders } from '../schemas/fields';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Which allowance a request is counted against: cancels have their own, so that an overload can't lock anyone in. */
export type Budget = 'reads' | 'writes' | 'cancels';

export interface RouteSpec {
  readonly method: Method;
  /** With {parameters} in braces. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What an API key must be allowed to; `public`: no key is needed. */
  readonly scope: ApiScope | 'public';
  readonly budget: Budget;
  /** Status of success. */
  readonly status: 200 | 201;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly headers?: typeof idempotencyHeaders;
  readonly response: TSchema;
  /** `application/json` without it. */
  readonly responseType?: 'application/x-ndjson' | 'text/html';
  /** Further statuses with the shape of `response`. */
  readonly alsoStatus?: readonly number[];
  /** The market's refusals that this command may meet; other problems follow from the rest of the entry. */
  readonly refusals?: readonly RejectionCode[];
  /** A request's body as it might be; made of the fields' examples where it is left out. */
  readonly example?: unknown;
}

export const route = <const R extends RouteSpec>(spec: R): R => spec;

type Part<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema } ? Static<S> : undefined;
export type ParamsOf<R> = Part<R, 'params'>;
export type QueryOf<R> = Part<R, 'query'>;
export type BodyOf<R> = Part<R, 'body'>;
export type ResponseOf<R> = Part<R, 'response'>;

/** Whether the route puts a command to the market. */
export function isCommand(spec: RouteSpec): boolean {
  return spec.method !== 'GET';
}

/** Every problem with which the route may answer, by code. */
export function problemsOf(spec: RouteSpec): ProblemCode[] {
  const codes: ProblemCode[] = [
    'MALFORMED_REQUEST',
    'INVALID_REQUEST',
    'RATE_LIMITED',
    'HEADERS_TOO_LARGE',
    'URI_TOO_LONG',
    'INTERNAL_ERROR',
  ];
  // A key that is shown must be one in force, also where none is needed.
  codes.push('REQUEST_TIMEOUT', 'UNAUTHENTICATED', 'OVERLOADED');
  if (spec.scope !== 'public') codes.push('SCOPE_MISSING');
  if (spec.params !== undefined) codes.push('NOT_FOUND');
  if (isCommand(spec)) codes.push('MALFORMED_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (isCommand(spec))
    codes.push(
      'INBOX_FULL',
      'WRITER_UNAVAILABLE',
      'OUTCOME_UNKNOWN',
      'COMMAND_NOT_UNDERSTOOD',
      'MARKET_NOT_OPEN',
      'COMMAND_ID_REUSED',
      'INTERNAL',
    );
  codes.push('READ_MODEL_BEHIND', ...(spec.refusals ?? []));
  return [...new Set(codes)];
}

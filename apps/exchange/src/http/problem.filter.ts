// Turns whatever a request ended with into a problem document, or into 202 where the market has yet to decide. What is no one's fault but ours is a 500, logged whole and told bare.

import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatId } from '@tokenbourse/domain';
import { LogError } from '@tokenbourse/log';
import { ReadError } from '@tokenbourse/projections';
import {
  invalidRequest,
  problem,
  ProblemError,
  ROUTES,
  type PendingCommand,
  type Problem,
  type RouteSpec,
} from '@tokenbourse/protocol';
import {
  CommandNotUnderstood,
  InboxFull,
  OutcomePending,
  OutcomeUnknown,
  WriterUnavailable,
} from '@tokenbourse/sequencer';

const retryAfter = (ms: number) => ({ 'Retry-After': String(Math.max(1, Math.ceil(ms / 1_000))) });

/** Errors of the server beneath the routes, by their code. */
const transport: { readonly [code: string]: () => Problem } = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => problem('BODY_TOO_LARGE', 'The body is larger than 65536 bytes.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    problem('UNSUPPORTED_MEDIA_TYPE', 'Send the body as Content-Type: application/json.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    problem('MALFORMED_REQUEST', 'Content-Length and the body’s length differ.'),
  FST_ERR_MAX_PARAM_LENGTH: () => problem('URI_TOO_LONG', 'A part of the address is too long.'),
  FST_ERR_BAD_URL: () => problem('MALFORMED_REQUEST', 'The address is wrongly encoded.'),
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Ends a request with the problem that `error` is. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (error instanceof OutcomePending) return answerPending(error, reply);
    const { problem: document, headers } = this.problemOf(error, request);
    if (reply.sent) return;
    void reply.headers(headers).code(document.status).type('application/problem+json').send(JSON.stringify(document));
  }

  private problemOf(error: unknown, request: FastifyRequest): ProblemError {
    if (error instanceof ProblemError) return error;
    const known = submissionProblem(error) ?? readProblem(error) ?? transportProblem(error, request);
    if (known !== undefined) return known;
    this.logger.error(
      `${request.method} ${request.routeOptions?.url ?? '?'} failed`,
      (error as Error)?.stack ?? String(error),
    );
    return ProblemError.of(
      'INTERNAL_ERROR',
      'The server failed; this is a bug. Whether the request took effect is unknown: ask by its id.',
    );
  }
}

/** No problem: the command is taken. The answer says where to ask for what becomes of it. */
function answerPending({ commandId, account }: OutcomePending, reply: FastifyReply): void {
  if (reply.sent) return;
  const outcome_path = `/v1/commands/${encodeURIComponent(commandId)}?account_id=${formatId('account', account)}`;
  const pending: PendingCommand = { command_id: commandId, status: 'PENDING', outcome_path };
  void reply.header('Location', outcome_path).code(202).type('application/json').send(JSON.stringify(pending));
}

function submissionProblem(error: unknown): ProblemError | undefined {
  if (error instanceof InboxFull)
    return new ProblemError(problem('INBOX_FULL', error.message), retryAfter(error.retryAfterMs));
  if (error instanceof WriterUnavailable) {
    return new ProblemError(problem('WRITER_UNAVAILABLE', error.message), retryAfter(error.retryAfterMs));
  }
  if (error instanceof CommandNotUnderstood) return ProblemError.of('COMMAND_NOT_UNDERSTOOD', error.message);
  if (error instanceof OutcomeUnknown) return ProblemError.of('OUTCOME_UNKNOWN', error.message);
  return undefined;
}

function readProblem(error: unknown): ProblemError | undefined {
  if (error instanceof ReadError) {
    if (error.code !== 'INVALID_REQUEST')
      return new ProblemError(problem('READ_MODEL_BEHIND', error.message), retryAfter(1_000));
    return invalidRequest([{ path: `/query/${error.field}`, message: error.message }]);
  }
  if (error instanceof LogError)
    return new ProblemError(problem('WRITER_UNAVAILABLE', error.message), retryAfter(5_000));
  return undefined;
}

/** Answers what the router itself refuses: no route has seen the request, and no filter would. */
export function answerUnroutable(error: { readonly code: string }, reply: FastifyReply): void {
  const document = transport[error.code]?.() ?? problem('MALFORMED_REQUEST', 'The address can’t be read.');
  void reply.code(document.status).type('application/problem+json').send(JSON.stringify(document));
}

function transportProblem(error: unknown, request: FastifyRequest): ProblemError | undefined {
  // Nest wraps the server's own errors; the code is that of what it wrapped.
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  const named = transport[cause?.code ?? code ?? ''];
  if (named !== undefined) return new ProblemError(named());
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
  if (status === 404) return notFound(request);
  if (status !== undefined && status >= 400 && status < 500) {
    return ProblemError.of('MALFORMED_REQUEST', `The request can't be read: ${(error as Error).message}`);
  }
  return undefined;
}

const paths = Object.values<RouteSpec>(ROUTES).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}));

function notFound(request: FastifyRequest): ProblemError {
  const path = request.url.split('?')[0] ?? '';
  const methods = paths.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length === 0)
    return ProblemError.of('NOT_FOUND', 'There is nothing at this address; /openapi.json lists what there is.');
  const allowed = methods.join(', ');
  return new ProblemError(problem('METHOD_NOT_ALLOWED', `This address knows ${allowed}.`), { Allow: allowed });
}

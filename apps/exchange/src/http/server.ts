// The HTTP server: Fastify with its limits, checks and headers, on which Nest puts the routes.

import { fastify, type FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { compileCheck, invalidRequest, problem, ProblemError, type ProblemCode } from '@tokenbourse/protocol';
import type { EndpointConfig } from './endpoint';
import { BODY_BYTES_MAX, readJsonBodies } from './json-body';
import { answerUnroutable } from './problem.filter';
import { loggerFor, logRequests } from './request-log';

const HEADER_BYTES_MAX = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
/** A connection on which nothing moves, while a request or an answer is under way, ends. */
const STANDSTILL_MS = 40_000;
const CONNECTIONS_MAX = 10_000;

/** For answers that are data: nothing may be made of them but what they are. */
export const DATA_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** @param requestLog where requests are logged: a file, - for standard output, empty for nowhere */
export function createServer(requestLog = ''): FastifyInstance {
  const server = fastify({
    ...loggerFor(requestLog),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STANDSTILL_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _, reply) => {
      reply.headers(DATA_HEADERS);
      answerUnroutable(error, reply);
    },
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    http: {
      // Refused below, with a problem document.
      requireHostHeader: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
    },
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  server.setValidatorCompiler(({ schema, httpPart }) => {
    const check = compileCheck(
      (httpPart === 'headers' ? { ...schema, additionalProperties: true } : schema) as TSchema,
    );
    const place = { querystring: 'query', params: 'path' }[httpPart ?? ''] ?? httpPart ?? 'body';
    return (value: unknown) =>
      check.accepts(value) ? { value } : { error: invalidRequest(check.faults(value, place)) };
  });
  server.server.on('checkExpectation', answerExpectation);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(DATA_HEADERS);
    if (request.headers.host === undefined) done(ProblemError.of('MALFORMED_REQUEST', 'The Host header is missing.'));
    else done();
  });
  if (requestLog !== '') logRequests(server);
  readJsonBodies(server);
  return server;
}

/** From now on each answer says that its connection ends with it; one on which nothing comes stays. */
export function letConnectionsEnd({ server }: FastifyInstance): void {
  server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
}

/** Tells of each request that was answered: its route, its status, how long it took. */
export function observeRequests(
  server: FastifyInstance,
  tell: (endpoint: string, status: number, seconds: number) => void,
): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { endpoint = 'none' } = request.routeOptions.config as Partial<EndpointConfig>;
    tell(endpoint, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}

const broken: { readonly [code: string]: readonly [ProblemCode, string] } = {
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', `The headers are larger than ${HEADER_BYTES_MAX} bytes.`],
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'The request did not arrive in time.'],
};

/** Answers an Expect header that asks for anything but 100-continue. */
function answerExpectation(_: IncomingMessage, response: ServerResponse): void {
  const document = problem('MALFORMED_REQUEST', 'The Expect header can hold 100-continue only.');
  const headers = { ...DATA_HEADERS, 'Content-Type': 'application/problem+json', Connection: 'close' };
  response.writeHead(document.status, headers).end(JSON.stringify(document));
}

/** Answers what the HTTP parser itself refuses; the connection ends. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = broken[error.code ?? ''] ?? ['MALFORMED_REQUEST', 'The request is no proper HTTP/1.1.'];
  const document = problem(code as ProblemCode, detail as string);
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${document.status} ${document.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

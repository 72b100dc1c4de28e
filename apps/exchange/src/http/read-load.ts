// Bounds what readers make the server do and keep: the rows that are being put together, and the answers that wait until their
// connection takes them. Commands and small reads are not counted: their outcomes always pass.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { problem, ProblemError } from '@tokenbourse/protocol';
import type { EndpointConfig } from './endpoint';
import { senderOf } from './gatekeeper';
import { Shares } from './shares';

/** Rows of lists that are put together at once: about a second's work of the read models. */
const ROWS_MAX = 32_000;
const ROWS_PER_SENDER_MAX = 10_000;
const ROWS_IF_LEFT_OUT = 100;
/** Characters of answers that wait to be read. The largest list has about half a million. */
const UNREAD_MAX = 64 * 1024 * 1024;
const UNREAD_PER_SENDER_MAX = 16 * 1024 * 1024;
/** Shorter answers fit into the system's own buffers. */
const SMALL = 4 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** Rows that this request has taken of what is put together at once. */
    rows: number;
  }
}

type Sender = number | string;
const WHERE_IN_THE_WAY = {
  ONE_HAS_TOO_MUCH: 'you have asked for',
  ALL_HAVE_TOO_MUCH: 'all together have asked for',
} as const;

export class ReadLoad {
  private readonly rows = new Shares<Sender>(ROWS_MAX, ROWS_PER_SENDER_MAX);
  private readonly unread = new Shares<Sender>(UNREAD_MAX, UNREAD_PER_SENDER_MAX);
  /** What waits on each connection: given back at the latest when that ends. */
  private readonly onConnection = new Map<Socket, Map<Sender, number>>();

  guard(server: FastifyInstance): void {
    server.decorateRequest('rows', 0);
    server.addHook('preHandler', (request, _, done) => {
      const { isList } = request.routeOptions.config as Partial<EndpointConfig>;
      if (isList !== true) return done();
      const { limit } = request.query as { readonly limit?: string };
      const rows = limit === undefined ? ROWS_IF_LEFT_OUT : Number(limit);
      const taken = this.rows.take(senderIn(request), rows);
      if (taken !== 'TAKEN') return done(overloaded(`${WHERE_IN_THE_WAY[taken]} more rows at once than are read`));
      request.rows = rows;
      done();
    });
    server.addHook<unknown>('onSend', (request, reply, payload, done) => {
      if (request.rows > 0) {
        this.rows.give(senderIn(request), request.rows);
        request.rows = 0;
      }
      if (typeof payload !== 'string' || payload.length < SMALL) return done(null, payload);
      const taken = this.unread.take(senderIn(request), payload.length);
      if (taken === 'TAKEN') {
        this.remember(request, reply, payload.length);
        return done(null, payload);
      }
      const refused = overloaded(`${WHERE_IN_THE_WAY[taken]} more than is kept until it is read`);
      reply.code(refused.problem.status).headers(refused.headers).type('application/problem+json');
      done(null, JSON.stringify(refused.problem));
    });
  }

  private remember(request: FastifyRequest, reply: FastifyReply, length: number): void {
    const { socket } = request.raw;
    const sender = senderIn(request);
    let waiting = this.onConnection.get(socket);
    if (waiting === undefined) {
      this.onConnection.set(socket, (waiting = new Map()));
      // Answers that never had their turn on a connection end with it.
      socket.once('close', () => {
        for (const [other, left] of this.onConnection.get(socket) ?? []) this.unread.give(other, left);
        this.onConnection.delete(socket);
      });
    }
    waiting.set(sender, (waiting.get(sender) ?? 0) + length);
    reply.raw.once('finish', () => {
      if (!this.onConnection.has(socket)) return;
      waiting.set(sender, waiting.get(sender)! - length);
      this.unread.give(sender, length);
    });
  }
}

const senderIn = ({ caller, ip }: FastifyRequest): Sender => (caller.key === 0 ? senderOf(ip) : caller.key);

function overloaded(why: string): ProblemError {
  const detail = `The server is not asked for so much at once: ${why}. Ask for less, or try again in 1 s.`;
  return new ProblemError(problem('OVERLOADED', detail), { 'Retry-After': '1' });
}

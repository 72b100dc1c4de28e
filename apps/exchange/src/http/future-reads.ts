// Refuses reads that would wait for a record nobody has written: `min_seq` is for one's own writes, and those are in the log before
// they are answered. A wait for more would only hold a connection and a place among the readers' questions.

import type { FastifyInstance } from 'fastify';
import { invalidRequest } from '@tokenbourse/protocol';
import type { Health } from '../health';

export function refuseFutureReads(server: FastifyInstance, health: Health): void {
  server.addHook<{ Querystring: { readonly min_seq?: string } | undefined }>('preHandler', (request, _, done) => {
    const wanted = request.query?.min_seq;
    if (typeof wanted !== 'string') return done();
    const { sequence } = health.writer();
    if (Number(wanted) <= sequence) return done();
    const message = `record ${wanted} is not written yet, the log ends at ${sequence}; send the "seq" of an answer`;
    done(invalidRequest([{ path: '/query/min_seq', message }]));
  });
}

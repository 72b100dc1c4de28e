// Routes for those who run the exchange: health, the log, the clock, and this description itself.

import { Type } from 'typebox';
import { idempotencyHeaders } from '../schemas/fields';
import { ClockConfirmed, ClockRequest, LiveSchema, LogQuery, ReadySchema } from '../schemas/operations';
import { route } from './route';

const tag = 'Operations';
const open = { method: 'GET', tag, scope: 'public', budget: 'reads', status: 200 } as const;

export const operationRoutes = {
  getLive: route({ ...open, path: '/v1/health/live', summary: 'Whether the process answers', response: LiveSchema }),
  getReady: route({
    ...open,
    path: '/v1/health/ready',
    summary: 'Whether commands are taken and reads are current: 200, or 503 with the reason',
    alsoStatus: [503],
    response: ReadySchema,
  }),
  readLog: route({
    ...open,
    scope: 'admin',
    path: '/v1/log',
    summary: 'The log’s records as JSON lines, from a position',
    description: 'One record per line, as fast as it is read; a slow reader slows only itself down.',
    query: LogQuery,
    response: Type.String({ description: 'one JSON object per line: sequence, at_us, cause, identity, events' }),
    responseType: 'application/x-ndjson',
  }),
  confirmClock: route({
    method: 'POST',
    path: '/v1/clock/confirm',
    tag,
    summary: 'Confirm the wall clock after it has jumped, so that commands are stamped again',
    scope: 'admin',
    budget: 'writes',
    status: 200,
    headers: idempotencyHeaders,
    body: ClockRequest,
    response: ClockConfirmed,
    refusals: ['CLOCK_NOT_CONFIRMED', 'INVALID_FIGURE'],
  }),
  getOpenApi: route({
    ...open,
    path: '/openapi.json',
    summary: 'This description',
    response: Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'an OpenAPI 3.1 document' }),
  }),
  getDocs: route({
    ...open,
    path: '/docs',
    summary: 'This description as a page to browse',
    response: Type.String({ description: 'a page' }),
    responseType: 'text/html',
  }),
};

// A line of JSON per request, for those who ask for it: who asked for what, and how it ended. Never a header, a query or a body, so
// never a key or what only its owner may know; and should a key stand in an address by mistake, it is blotted out.

import { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { EndpointConfig } from './endpoint';

const KEY_IN_TEXT = /tbk_[\w-]*/g;
const PATH_CHARACTERS_MAX = 300;

/** What makes the server's log: `-` is standard output, empty is none. */
export function loggerFor(target: string): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  if (target === '') return { logger: false };
  const logger = { level: 'info', base: null, ...(target === '-' ? {} : { file: target }) };
  return { logger, logController: new LogController({ disableRequestLogging: true }) };
}

/** Logs each request when it has been answered, or its connection has ended. */
export function logRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { endpoint } = request.routeOptions.config as Partial<EndpointConfig>;
    const path = (request.url.split('?')[0] ?? '').replace(KEY_IN_TEXT, 'tbk_…').slice(0, PATH_CHARACTERS_MAX);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    // A caller is known once the key has been looked at.
    const key = (request.caller as { key: number } | null)?.key ?? 0;
    const { method, ip } = request;
    request.log.info({ address: ip, key, method, path, endpoint, status: reply.statusCode, ms });
    done();
  });
}

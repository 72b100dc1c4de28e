// The HTTP side of the exchange: Nest's routes on the server of http/server.ts, behind the gatekeeper.

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ExchangeModule } from './exchange.module';
import { refuseFutureReads } from './http/future-reads';
import { Gatekeeper } from './http/gatekeeper';
import { ProblemFilter } from './http/problem.filter';
import { ReadLoad } from './http/read-load';
import { createServer, observeRequests } from './http/server';
import type { Allowances, Keyring } from './keys/keyring';
import type { Metrics } from './metrics/metrics';
import { servePages } from './operations/pages';
import type { ServerOptions } from './options';
import type { ExchangeParts } from './exchange-parts';

/** Cancels pass where new orders no longer do: nobody may be locked in. */
export function allowancesOf(requestsPerSecond: number): Allowances {
  return {
    reads: { rate: requestsPerSecond, burst: 2 * requestsPerSecond },
    writes: { rate: requestsPerSecond, burst: 2 * requestsPerSecond },
    cancels: { rate: 4 * requestsPerSecond, burst: 8 * requestsPerSecond },
  };
}

/** The application, not yet listening. */
export async function createApplication(
  parts: Pick<ExchangeParts, 'gateway' | 'models' | 'seenIds' | 'log' | 'health'>,
  keyring: Keyring,
  allowances: Allowances,
  { logRequests = '', role = 'standalone' }: Partial<Pick<ServerOptions, 'logRequests' | 'role'>> = {},
  metrics?: Pick<Metrics, 'request'>,
): Promise<NestFastifyApplication> {
  const server = createServer(logRequests);
  if (metrics !== undefined) observeRequests(server, (...request) => metrics.request(...request));
  new Gatekeeper(keyring, allowances).guard(server);
  // Beyond one machine another process may have told of a record that this one has not come to yet.
  if (role === 'standalone') refuseFutureReads(server, parts.health);
  new ReadLoad().guard(server);
  servePages(server);
  const adapter = new FastifyAdapter(server);
  const app = await NestFactory.create<NestFastifyApplication>(ExchangeModule.of(parts, keyring), adapter, {
    bodyParser: false,
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  await server.ready();
  return app;
}

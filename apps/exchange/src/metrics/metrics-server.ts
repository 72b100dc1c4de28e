// Serves the metrics on a port of their own: they are for those who run the exchange, and need no key.

import { servePlainly, type PlainServer } from '../http/plain-server';
import type { Metrics } from './metrics';

/**
 * GET /metrics, and nothing else.
 * @param port 0 picks a free one
 * @throws EADDRINUSE, EACCES
 */
export function serveMetrics(metrics: Metrics, host: string, port: number): Promise<PlainServer> {
  return servePlainly(host, port, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Metrics are at /metrics.\n');
      return;
    }
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${String(error)}\n`),
    );
  });
}

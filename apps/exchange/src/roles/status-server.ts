// The port of a role that has no API: whether it lives, whether it is ready.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from '../health';
import { readiness } from '../operations/get-ready';

export interface StatusServer {
  readonly port: number;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;

/** GET /v1/health/live and /v1/health/ready, as the API has them. Throws EADDRINUSE, EACCES. */
export async function serveStatus(health: Health, host: string, port: number): Promise<StatusServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const send = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/v1/health/live') send(200, { status: 'LIVE' });
    else if (request.url === '/v1/health/ready') {
      readiness(health).then(
        (ready) => send(ready.status === 'READY' ? 200 : 503, ready),
        (error: unknown) => send(503, { status: 'NOT_READY', reason: String(error) }),
      );
    } else send(404, { detail: 'This role answers /v1/health/live and /v1/health/ready.' });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

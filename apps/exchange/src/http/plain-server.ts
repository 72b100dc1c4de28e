// A small HTTP server beside the API: for those who run the exchange, without keys.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PlainServer {
  readonly port: number;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * @param port 0 picks a free one
 * @throws EADDRINUSE, EACCES
 */
export async function servePlainly(host: string, port: number, answer: RequestListener): Promise<PlainServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, answer);
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

// The port of a role that has no API: whether it lives, whether it is ready.

import type { Health } from '../health';
import { servePlainly, type PlainServer } from '../http/plain-server';
import { readiness } from '../operations/get-ready';

/** Of what a role folds: equal for all folds of one log up to the same record. */
export type StateHash = () => { readonly sequence: number; readonly hash: string } | undefined;

/**
 * GET /v1/health/live and /v1/health/ready, as the API has them; with `stateHash` /v1/health/state, too, which stops the role
 * for as long as a snapshot takes. Throws EADDRINUSE, EACCES.
 */
export function serveStatus(health: Health, host: string, port: number, stateHash?: StateHash): Promise<PlainServer> {
  const answered = ['live', 'ready', ...(stateHash === undefined ? [] : ['state'])]
    .map((name) => `/v1/health/${name}`)
    .join(', ');
  return servePlainly(host, port, (request, response) => {
    const send = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/v1/health/live') send(200, { status: 'LIVE' });
    else if (request.url === '/v1/health/ready') {
      readiness(health).then(
        (ready) => send(ready.status === 'READY' ? 200 : 503, ready),
        (error: unknown) => send(503, { status: 'NOT_READY', reason: String(error) }),
      );
    } else if (request.url === '/v1/health/state' && stateHash !== undefined) {
      const state = stateHash();
      if (state === undefined) send(503, { detail: 'There is no state yet.' });
      else send(200, { seq: state.sequence, state_hash: state.hash });
    } else send(404, { detail: `This role answers ${answered}.` });
  });
}

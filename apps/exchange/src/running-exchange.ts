// An exchange with its HTTP side, role standalone or api: starts it, and stops it cleanly.

import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startDemo } from './demo';
import { FirstStart, type MadeKey } from './first-start';
import { letConnectionsEnd } from './http/server';
import { allowancesOf, createApplication } from './http-application';
import { Keyring } from './keys/keyring';
import type { ServerOptions } from './options';
import { ReadModelsFailed } from '@tokenbourse/projections';
import type { Outcome } from '@tokenbourse/sequencer';
import { Metrics } from './metrics/metrics';
import { serveMetrics } from './metrics/metrics-server';
import type { ExchangeParts } from './exchange-parts';
import { exchangeParts } from './providers';

export interface RunningExchange {
  readonly parts: ExchangeParts;
  /** e.g. http://127.0.0.1:3000 */
  readonly url: string;
  readonly madeKeys: readonly MadeKey[];
  /** Answers what comes for a while and what is under way, then stops everything; what was acknowledged is in the log. */
  stop(): Promise<void>;
}

/** How long a stop waits for requests that are under way: then nobody waits for an outcome any more … */
const OUTCOMES_MS = 3_000;
/** … and then they are cut. */
const OPEN_REQUESTS_MS = OUTCOMES_MS + 1_000;

/**
 * Read models that were not saved are folded from the log; keys are needed before anybody can be let in.
 * @throws ReadModelsFailed
 */
async function readModelsReady(parts: ExchangeParts, tell: (message: string) => void): Promise<void> {
  const { sequence } = parts.health.writer();
  for (let told = 0; ; told++) {
    const status = await parts.models.status();
    if (status.ready && status.as_of_seq >= sequence) return;
    if (status.failed) throw new ReadModelsFailed(status.as_of_seq, status.reason);
    if (told % 100 === 99) tell(`read models are at record ${status.as_of_seq} of ${sequence}`);
    await new Promise((waited) => setTimeout(waited, 20));
  }
}

/**
 * @param tell told in words what an operator should know
 * @throws what opening the data folder throws, and EADDRINUSE or EACCES of the port
 */
export async function startExchange(options: ServerOptions, tell: (message: string) => void): Promise<RunningExchange> {
  const allowances = allowancesOf(options.rateLimit);
  const keyring = new Keyring(allowances);
  const metrics = options.metricsPort === 0 ? undefined : new Metrics(options.role, options.market);
  const parts = await exchangeParts(options, tell, (outcome) => noteKeys(keyring, outcome), metrics);
  try {
    await readModelsReady(parts, tell);
    const { sequence } = parts.health.writer();
    await keyring.load(parts.models, sequence);
    const firstStart = new FirstStart(parts.gateway, parts.models, keyring, options, tell);
    // A log may have records of a market that nobody has opened: an idle engine asks itself whether anybody answers.
    const isFresh = (await parts.models.market()).data === null;
    const madeKeys = await firstStart.run(isFresh, path.resolve(options.data));
    // Whoever hears that it listens may read at once what the first start made.
    await readModelsReady(parts, tell);
    const app = await createApplication(parts, keyring, allowances, options, metrics);
    metrics?.watch(parts.health);
    const figures = metrics && (await serveMetrics(metrics, options.host, options.metricsPort));
    const server = app.getHttpAdapter().getInstance();
    await server.listen({ port: options.port, host: options.host });
    const { port } = server.server.address() as AddressInfo;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    const demo = options.demo ? startDemo(parts, tell) : undefined;
    return {
      parts,
      url: `http://${host}:${port}`,
      madeKeys,
      stop: async () => {
        // A request that is on its way while connections are closed would get no answer: they are left to end by themselves first.
        parts.health.isStopping = true;
        letConnectionsEnd(server);
        await Promise.all([demo?.stop(), pause(options.drainMs)]);
        const ends = [
          setTimeout(() => parts.endWaits?.(), OUTCOMES_MS),
          setTimeout(() => server.server.closeAllConnections(), OPEN_REQUESTS_MS),
        ];
        await Promise.all([app.close(), figures?.close()]);
        ends.forEach(clearTimeout);
        await parts.stop();
      },
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** Keys that any process made or revoked count here at once. */
function noteKeys(keyring: Keyring, { events }: Outcome): void {
  for (const event of events) {
    if (event.type === 'ApiKeyRevoked') keyring.drop(event.key);
    if (event.type !== 'ApiKeyCreated' || keyring.holds(event.key)) continue;
    const { key, account, all_accounts, scopes, hash } = event;
    keyring.hold({ key, account, all_accounts: all_accounts === 'YES', scopes: scopes.split(','), hash });
  }
}

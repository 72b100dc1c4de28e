// What every role beyond one machine has: its status, its metrics, and an end.

import type { Health } from '../health';
import type { Metrics } from '../metrics/metrics';
import { serveMetrics } from '../metrics/metrics-server';
import type { ServerOptions } from '../options';
import { serveStatus, type StateHash } from './status-server';

export interface RunningRole {
  /** e.g. http://127.0.0.1:3001 */
  readonly url: string;
  stop(): Promise<void>;
}

interface Serving {
  readonly options: Pick<ServerOptions, 'host' | 'port' | 'metricsPort'>;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly stateHash?: StateHash;
}

/** @param end ends the role itself, once nobody asks any more */
export async function serveRole(
  { options, health, metrics, stateHash }: Serving,
  end: () => Promise<void>,
): Promise<RunningRole> {
  const { host, port, metricsPort } = options;
  metrics.watch(health);
  const status = await serveStatus(health, host, port, stateHash);
  const figures = metricsPort === 0 ? undefined : await serveMetrics(metrics, host, metricsPort);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${status.port}`,
    stop: async () => {
      await Promise.all([status.close(), figures?.close()]);
      await end();
    },
  };
}

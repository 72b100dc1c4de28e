// Chooses what a role is made of: log, inbox and read store. Nothing else does.

import type { Outcome } from '@tokenbourse/sequencer';
import type { ExchangeParts } from './exchange-parts';
import type { Metrics } from './metrics/metrics';
import type { KafkaOptions, RedisOptions, ServerOptions } from './options';
import { apiParts } from './roles/api';
import { startEngine } from './roles/engine';
import { startProjector } from './roles/projector';
import type { RunningRole } from './roles/running-role';
import { standaloneParts } from './roles/standalone';

type Beyond = ServerOptions & { readonly kafka: KafkaOptions; readonly redis: RedisOptions };

/**
 * What the HTTP side of role standalone or api stands on.
 * @param onRecord told of each command's record where other processes write them, too; never in role standalone
 * @param metrics undefined where nobody asks for them
 */
export function exchangeParts(
  options: ServerOptions,
  tell: (message: string) => void,
  onRecord: (outcome: Outcome) => void,
  metrics: Metrics | undefined,
): Promise<ExchangeParts> {
  return options.role === 'api' ? apiParts(options as Beyond, tell, onRecord) : standaloneParts(options, tell, metrics);
}

/** Starts a role without an API of its own; undefined for the others. */
export function startRole(options: ServerOptions, tell: (message: string) => void): Promise<RunningRole> | undefined {
  if (options.role === 'engine') return startEngine(options as Beyond, tell);
  return options.role === 'projector' ? startProjector(options as Beyond, tell) : undefined;
}

// What the HTTP side stands on, whatever the role chose.

import type { LogReader } from '@tokenbourse/log';
import type { ReadModels, SeenIds } from '@tokenbourse/projections';
import type { CommandGateway } from '@tokenbourse/sequencer';
import type { Health } from './health';

export interface ExchangeParts {
  readonly gateway: CommandGateway;
  readonly models: ReadModels;
  /** Which client order ids the read models have seen. */
  readonly seenIds: SeenIds;
  /** The log as it is open now. Throws WriterUnavailable while it is not. */
  readonly log: () => LogReader;
  readonly health: Health;
  /** Answers who waits for an outcome with what is known of it. Undefined where nobody waits for long. */
  endWaits?(): void;
  /** Makes durable what waits, saves snapshot and read models, closes the log. */
  stop(): Promise<void>;
}

// What a read model is: a pure fold of events into its collections of documents, one file each.

import type { CommandIdentity, EventOf, EventType, MarketEvent, RecordCause } from '@tokenbourse/domain';
import type { Collection } from './documents';

/** The record that the event at hand belongs to. One object, reused from record to record. */
export interface RecordContext {
  readonly sequence: number;
  readonly at_us: number;
  readonly cause: RecordCause;
  readonly identity: CommandIdentity | null;
}

export type Handlers = { readonly [K in EventType]?: (event: EventOf<K>, record: RecordContext) => void };

export interface ReadModel {
  readonly name: string;
  /** Grows with each change of what the documents mean; stored documents of another version are not read. */
  readonly version: number;
  readonly collections: readonly Collection[];
  /** Which events it folds, and how. */
  readonly handlers: Handlers;
  /** Called with every event, for models that don't depend on its type. */
  readonly every?: (event: MarketEvent, record: RecordContext) => void;
  /** The contract was settled and its retention is over: what only served it goes. */
  forget?(contract: number): void;
  /** Makes what is derived from the documents, after they were read back. */
  loaded?(): void;
}

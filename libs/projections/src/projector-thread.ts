// What the projector's thread and its client in the main thread say to each other.

import type { ReadErrorCode } from './errors';
import type { ReadQuery } from './queries';
import type { Retention } from './retention';

export interface ProjectorWorkerData {
  /** Absolute path of a module that exports `openReader(options)`, which gives a LogReader (with `wake()` if it can be woken). */
  readonly opener: string;
  readonly openerOptions: unknown;
  /** Folder for saved read models; they are not saved without it. */
  readonly folder?: string;
  readonly retention?: Retention;
  readonly saveEveryRecords?: number;
  readonly saveEveryMs?: number;
  /** Where the client order ids that were seen are told; see seen-ids.ts. */
  readonly seenIds?: SharedArrayBuffer;
}

export type ProjectorRequest =
  | { readonly kind: 'wake' }
  | { readonly kind: 'query'; readonly id: number; readonly query: ReadQuery; readonly params: readonly unknown[] }
  | { readonly kind: 'stop'; readonly id: number; readonly sequence: number };

export interface ProjectorFailure {
  /** INTERNAL: a bug. */
  readonly code: ReadErrorCode | 'INTERNAL';
  readonly message: string;
  readonly field: string;
}

export type ProjectorMessage =
  | { readonly kind: 'event'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: ProjectorFailure };

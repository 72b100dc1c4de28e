// The read store: folds records into read models, each exactly once and in order, and gives their documents.
//
// Where the documents live is another's matter: in this process they are what the models hold. A store elsewhere asks
// for `track()`, and after each batch writes `takeChanges()` together with `sequence` in one atomic step.

import {
  EVENT_TYPES,
  visitRecords,
  type CommandIdentity,
  type EventType,
  type LogRecord,
  type MarketEvent,
  type RecordCause,
  type RecordVisitor,
} from '@tokenbourse/domain';
import type { Collection, Document, DocumentChange, Json, Piece } from './documents';
import { RecordGap } from './errors';
import type { ReadModel, RecordContext } from './model';

type Fold = (event: MarketEvent, record: RecordContext) => void;

interface OpenContext extends RecordContext {
  sequence: number;
  at_us: number;
  cause: RecordCause;
  identity: CommandIdentity | null;
}

/** Says which settled contracts' retention is over. */
export interface Expiry {
  expired(atUs: number): readonly number[];
}

export class ReadStore implements RecordVisitor {
  private readonly folds: { readonly [K in EventType]: readonly Fold[] };
  private readonly collections = new Map<string, Collection>();
  private readonly context: OpenContext = { sequence: 0, at_us: 0, cause: 'DUE', identity: null };
  private skipping = false;
  private settled = false;
  private failed: Error | undefined;
  private last = 0;
  private lastUs = 0;

  /** @param expiry which settled contracts to forget; without it none is forgotten */
  constructor(
    readonly models: readonly ReadModel[],
    private readonly expiry?: Expiry,
  ) {
    this.folds = foldsByType(models);
    for (const collection of models.flatMap((model) => model.collections)) {
      if (this.collections.has(collection.name)) throw new Error(`two collections are named ${collection.name}`);
      this.collections.set(collection.name, collection);
    }
  }

  /** Last record that was folded; 0 before the first. */
  get sequence(): number {
    return this.last;
  }

  /** Its time. */
  get atUs(): number {
    return this.lastUs;
  }

  /** Why nothing is folded any more. */
  get failure(): Error | undefined {
    return this.failed;
  }

  /**
   * Folds one record. A record that was folded before is ignored: the answer is then false.
   * @throws RecordGap when it isn't the next one; UnfoldableRecord when this version can't read it. After an error
   * in a record's events the models are half-way through it, and the store refuses to go on.
   */
  apply(record: LogRecord): boolean {
    this.begin(record.sequence, record.at_us, record.cause, record.cause_sequence, record.identity);
    const folds = !this.skipping;
    for (const event of record.events) this.event(event);
    this.end();
    return folds;
  }

  /** Folds a frame's payload straight from its bytes; records that were folded before are ignored. */
  applyPayload(payload: Uint8Array, firstSequence: number): void {
    try {
      visitRecords(payload, firstSequence, this);
    } catch (error) {
      this.fail(error);
    }
  }

  begin(sequence: number, atUs: number, cause: RecordCause, _: number, identity: CommandIdentity | null): void {
    if (this.failed !== undefined) throw this.failed;
    this.skipping = sequence <= this.last;
    if (this.skipping) return;
    if (sequence !== this.last + 1) throw new RecordGap(this.last + 1, sequence);
    const { context } = this;
    context.sequence = sequence;
    context.at_us = atUs;
    context.cause = cause;
    context.identity = identity;
  }

  event(event: MarketEvent): void {
    if (this.skipping) return;
    const folds = this.folds[event.type];
    try {
      for (let i = 0; i < folds.length; i++) folds[i](event, this.context);
    } catch (error) {
      this.fail(error);
    }
    if (event.type === 'ContractSettled') this.settled = true;
  }

  end(): void {
    if (this.skipping) return;
    this.last = this.context.sequence;
    this.lastUs = this.context.at_us;
    if (!this.settled) return;
    this.settled = false;
    for (const contract of this.expiry?.expired(this.lastUs) ?? []) {
      for (const model of this.models) model.forget?.(contract);
    }
  }

  /** From now on changed documents are remembered. */
  track(): void {
    for (const collection of this.collections.values()) collection.touched.track();
  }

  /** The documents changed since the last call; they and `sequence` belong together. */
  *takeChanges(): Iterable<DocumentChange> {
    for (const [name, keys] of this.takeTouched()) {
      for (const key of keys) yield { collection: name, key, value: this.document(name, key) ?? null };
    }
  }

  /** The keys of the documents that `takeChanges` would give; what they hold is read when it is needed. */
  takeTouched(): ReadonlyMap<string, ReadonlySet<string>> {
    const touched = new Map<string, ReadonlySet<string>>();
    for (const [name, collection] of this.collections) {
      const keys = collection.touched.take();
      if (keys.size > 0) touched.set(name, keys);
    }
    return touched;
  }

  *documents(): Iterable<Document> {
    for (const collection of this.collections.values()) {
      for (const [key, value] of collection.entries()) yield { collection: collection.name, key, value };
    }
  }

  /** Their names, and for each the keys of its documents. */
  *keys(): Iterable<readonly [collection: string, keys: string[]]> {
    for (const [name, collection] of this.collections) {
      yield [name, Array.from(collection.entries(), ([key]) => key)];
    }
  }

  /** The keys of one collection's documents. */
  *keysOf(collection: string): Iterable<string> {
    for (const [key] of this.collections.get(collection)?.entries() ?? []) yield key;
  }

  /** How many documents there are. */
  count(): number {
    let count = 0;
    for (const [, keys] of this.keys()) count += keys.length;
    return count;
  }

  /** Undefined when there is no such document. */
  document(collection: string, key: string): Json | undefined {
    return this.collections.get(collection)?.read(key);
  }

  /** Takes documents into an empty store, in any order, then call `resume`. Throws RangeError for an unknown collection. */
  restore(document: Document): void {
    const collection = this.collections.get(document.collection);
    if (collection === undefined) throw new RangeError(`there is no collection ${document.collection}`);
    collection.write(document.key, document.value);
  }

  /** All collections in their compact form. */
  *pieces(): Iterable<readonly [collection: string, piece: Piece]> {
    for (const collection of this.collections.values()) {
      for (const piece of collection.pieces()) yield [collection.name, piece];
    }
  }

  /** Takes a piece into an empty store, as `restore` takes a document. */
  restorePiece(name: string, piece: Piece): void {
    const collection = this.collections.get(name);
    if (collection === undefined) throw new RangeError(`there is no collection ${name}`);
    collection.takePiece(piece);
  }

  /** The documents given to `restore` are those after record `sequence`, whose time was `atUs`. */
  resume(sequence: number, atUs: number): void {
    for (const collection of this.collections.values()) collection.loaded();
    for (const model of this.models) model.loaded?.();
    this.last = sequence;
    this.lastUs = atUs;
  }

  private fail(error: unknown): never {
    this.failed ??= error instanceof Error ? error : new Error(String(error));
    throw this.failed;
  }
}

function foldsByType(models: readonly ReadModel[]): { readonly [K in EventType]: readonly Fold[] } {
  const folds = EVENT_TYPES.map((type) => {
    const ofModels = models.flatMap(({ handlers, every }) => [handlers[type] as Fold | undefined, every]);
    return [type, ofModels.filter((fold) => fold !== undefined)] as const;
  });
  return Object.fromEntries(folds) as unknown as { [K in EventType]: readonly Fold[] };
}

// Documents: the form in which a read model's whole state can be written down, carried elsewhere and read back.
//
// A read model keeps its state in named collections; each collection is a set of documents (plain JSON values) under
// string keys, whatever typed form it has inside. Writing all documents down and reading them back gives the same model.
// Integers beyond 2^53 stand in documents as decimal strings, or as two fields: high · 2^32 + low with 0 ≤ low < 2^32.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Document {
  readonly collection: string;
  readonly key: string;
  readonly value: Json;
}

/** What a batch of records did to one document: its new value, or null when it is gone. */
export interface DocumentChange {
  readonly collection: string;
  readonly key: string;
  readonly value: Json | null;
}

/** A part of a collection in its compact form: what it is, and its bytes (numbers as this machine keeps them). */
export interface Piece {
  readonly head: Json;
  readonly bytes: Uint8Array;
}

export interface Collection {
  /** Unique in a store. */
  readonly name: string;
  entries(): Iterable<readonly [key: string, value: Json]>;
  /** Undefined when there is no such document. */
  read(key: string): Json | undefined;
  /** Takes a document in; only before the first fold, in any order, followed by one `loaded`. */
  write(key: string, value: Json): void;
  /** The same content in few pieces, for files: large collections give their columns as they are. */
  pieces(): Iterable<Piece>;
  /** The other way in, with the same conditions as `write`. The bytes are copied. */
  takePiece(piece: Piece): void;
  loaded(): void;
  readonly touched: Touched;
}

const PIECE_DOCUMENTS = 500;
export const NO_BYTES = new Uint8Array(0);

/** Pieces of a collection that has no form more compact than its documents. */
export function* documentPieces(collection: Pick<Collection, 'entries'>): Iterable<Piece> {
  let documents: (readonly [string, Json])[] = [];
  for (const entry of collection.entries()) {
    if (documents.push(entry) < PIECE_DOCUMENTS) continue;
    yield { head: documents, bytes: NO_BYTES };
    documents = [];
  }
  if (documents.length > 0) yield { head: documents, bytes: NO_BYTES };
}

export function takeDocuments(collection: Pick<Collection, 'write'>, { head }: Piece): void {
  for (const [key, value] of head as unknown as readonly (readonly [string, Json])[]) collection.write(key, value);
}

/** Remembers the keys of changed documents while somebody asks for them; costs one comparison while nobody does. */
export class Touched {
  private keys: Set<string> | null = null;

  get tracking(): boolean {
    return this.keys !== null;
  }

  track(): void {
    this.keys ??= new Set();
  }

  mark(key: string | number): void {
    if (this.keys !== null) this.keys.add(typeof key === 'string' ? key : String(key));
  }

  /** The keys marked since the last call. */
  take(): ReadonlySet<string> {
    const taken = this.keys ?? new Set<string>();
    if (this.keys !== null) this.keys = new Set();
    return taken;
  }
}

/** JSON with the fields of every object in the order of their names: equal values give equal texts. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const object = value as { readonly [name: string]: Json };
  const fields = Object.keys(object)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(object[name])}`);
  return `{${fields.join(',')}}`;
}

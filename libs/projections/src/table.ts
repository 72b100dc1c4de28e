// A collection of objects in a Map: the form of all read models that are not in the hot path of every trade.

import { Touched, documentPieces, takeDocuments, type Collection, type Json, type Piece } from './documents';

export interface TableForm<K extends string | number, V> {
  key(text: string): K;
  encode(value: V): Json;
  decode(json: Json): V;
}

/** Values that are plain JSON themselves, under numbers. */
export function plainByNumber<V>(): TableForm<number, V> {
  return { key: Number, encode: (value) => value as Json, decode: (json) => json as V };
}

/** Values that are plain JSON themselves, under texts. */
export function plainByText<V>(): TableForm<string, V> {
  return { key: (text) => text, encode: (value) => value as Json, decode: (json) => json as V };
}

export class Table<K extends string | number, V> implements Collection {
  private readonly map = new Map<K, V>();
  readonly touched = new Touched();

  constructor(
    readonly name: string,
    private readonly form: TableForm<K, V>,
  ) {}

  get size(): number {
    return this.map.size;
  }

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  has(key: K): boolean {
    return this.map.has(key);
  }

  set(key: K, value: V): void {
    this.map.set(key, value);
    this.touched.mark(key);
  }

  /** Says that the value under `key` was changed in place. */
  touch(key: K): void {
    this.touched.mark(key);
  }

  delete(key: K): void {
    if (this.map.delete(key)) this.touched.mark(key);
  }

  /** Takes a document away, as `write` takes one in. */
  erase(key: string): void {
    this.map.delete(this.form.key(key));
  }

  /** In the order in which the keys were first set. */
  values(): IterableIterator<V> {
    return this.map.values();
  }

  keys(): IterableIterator<K> {
    return this.map.keys();
  }

  pairs(): IterableIterator<[K, V]> {
    return this.map.entries();
  }

  *entries(): Iterable<readonly [string, Json]> {
    for (const [key, value] of this.map) yield [String(key), this.form.encode(value)];
  }

  read(key: string): Json | undefined {
    const value = this.map.get(this.form.key(key));
    return value === undefined ? undefined : this.form.encode(value);
  }

  write(key: string, json: Json): void {
    this.map.set(this.form.key(key), this.form.decode(json));
  }

  pieces(): Iterable<Piece> {
    return documentPieces(this);
  }

  takePiece(piece: Piece): void {
    takeDocuments(this, piece);
  }

  /** Puts the keys into ascending order: documents may have come in any. Numbers count upwards, so that is the order of the fold. */
  loaded(): void {
    const sorted = [...this.map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.map.clear();
    for (const [key, value] of sorted) this.map.set(key, value);
  }
}

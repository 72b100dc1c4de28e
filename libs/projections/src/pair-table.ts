// A collection of objects under pairs of numbers, e.g. contract and account, without a text key in the fold.

import { Touched, documentPieces, takeDocuments, type Collection, type Json, type Piece } from './documents';

export interface PairForm<V> {
  encode(value: V): Json;
  decode(json: Json): V;
}

/** A document stands under `outer/inner`. */
export class PairTable<V> implements Collection {
  private readonly outer = new Map<number, Map<number, V>>();
  readonly touched = new Touched();

  constructor(
    readonly name: string,
    private readonly form: PairForm<V>,
  ) {}

  get(outer: number, inner: number): V | undefined {
    return this.outer.get(outer)?.get(inner);
  }

  set(outer: number, inner: number, value: V): void {
    let values = this.outer.get(outer);
    if (values === undefined) {
      values = new Map();
      this.outer.set(outer, values);
    }
    values.set(inner, value);
    this.touch(outer, inner);
  }

  touch(outer: number, inner: number): void {
    if (this.touched.tracking) this.touched.mark(`${outer}/${inner}`);
  }

  /** All values under `outer`, by their inner number. */
  within(outer: number): ReadonlyMap<number, V> {
    return this.outer.get(outer) ?? new Map<number, V>();
  }

  outers(): IterableIterator<number> {
    return this.outer.keys();
  }

  /** Drops all values under `outer`. */
  drop(outer: number): void {
    for (const inner of this.within(outer).keys()) this.touch(outer, inner);
    this.outer.delete(outer);
  }

  *entries(): Iterable<readonly [string, Json]> {
    for (const [outer, values] of this.outer) {
      for (const [inner, value] of values) yield [`${outer}/${inner}`, this.form.encode(value)];
    }
  }

  read(key: string): Json | undefined {
    const [outer, inner] = key.split('/').map(Number);
    const value = this.get(outer, inner);
    return value === undefined ? undefined : this.form.encode(value);
  }

  write(key: string, json: Json): void {
    const [outer, inner] = key.split('/').map(Number);
    this.set(outer, inner, this.form.decode(json));
  }

  /** Takes a document away, as `write` takes one in. */
  erase(key: string): void {
    const [outer, inner] = key.split('/').map(Number);
    const values = this.outer.get(outer);
    values?.delete(inner);
    if (values?.size === 0) this.outer.delete(outer);
  }

  pieces(): Iterable<Piece> {
    return documentPieces(this);
  }

  takePiece(piece: Piece): void {
    takeDocuments(this, piece);
  }

  loaded(): void {}
}

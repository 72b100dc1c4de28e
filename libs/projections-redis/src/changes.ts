// What a writer remembers of what it folded: which documents changed since a record, and the ids of the frames since then.
//
// It is kept in two halves, before and after a mark, so that who stands by can forget a half when another has stored it.

import { positionToJson, type Position } from '@tokenbourse/log';
import type { ReadStore } from '@tokenbourse/projections';

export type ChangedKeys = Map<string, Set<string>>;

export class Changes {
  /** What changed after this record is known; undefined while nothing is remembered. */
  base: number | undefined;
  /** Up to here changes have left the store; later ones it remembers itself. */
  mark = 0;
  private keys: ChangedKeys = new Map();
  /** By the last records of the frames since `base`. */
  private ids = new Map<number, string>();

  stop(): void {
    this.base = undefined;
  }

  /** From here on changes are remembered. */
  track(store: ReadStore, position: Position): void {
    store.track();
    store.takeTouched();
    this.base = this.mark = position.sequence;
    this.keys = new Map();
    this.ids = new Map([[position.sequence, positionToJson(position).id]]);
  }

  reached(sequence: number, id: string): void {
    this.ids.set(sequence, id);
  }

  /** Id of the frame that ends with this record; undefined if none does. */
  idAt(sequence: number): string | undefined {
    return this.ids.get(sequence);
  }

  /** All that changed since `base`; it stays remembered until it is written. */
  take(store: ReadStore, sequence: number): ChangedKeys {
    for (const [collection, keys] of store.takeTouched()) {
      const before = this.keys.get(collection);
      if (before === undefined) this.keys.set(collection, new Set(keys));
      else for (const key of keys) before.add(key);
    }
    this.mark = sequence;
    return this.keys;
  }

  /** What was taken is in Redis. */
  written(sequence: number): void {
    this.settle(sequence, new Map());
  }

  /** Another has stored all up to `stored`: the half before the mark goes, if that is past it. */
  stored(stored: number, store: ReadStore | undefined, folded: number): void {
    if (this.base === undefined || store === undefined || stored < this.mark) return;
    const before = this.mark;
    this.mark = folded;
    this.settle(before, new Map([...store.takeTouched()].map(([collection, keys]) => [collection, new Set(keys)])));
  }

  private settle(base: number, keys: ChangedKeys): void {
    this.base = base;
    this.keys = keys;
    for (const known of this.ids.keys()) if (known < base) this.ids.delete(known);
  }
}

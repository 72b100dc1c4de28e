// A disk as a medium: what programs see of it, and what of that would survive a power cut.
//
// Every file has two images: the one that is seen, and the one that is durable. Writes go to the first; a flush brings
// those made before it to the second. Names are the same: creating, renaming and removing are seen at once and durable when
// the folder was flushed. A power cut leaves any part of what was not flushed: each write whole, not at all, or in
// some of its sectors; each change of a name or not.

import { GrowingBytes } from './growing-bytes';
import type { Chance } from '../chance';

const SECTOR_BYTES = 512;

/** Node's names for what a disk refuses. */
export class DiskRefusal extends Error {
  constructor(readonly code: 'ENOSPC' | 'EIO' | 'ENOENT') {
    super(MESSAGES[code]);
  }
}

const MESSAGES = {
  ENOSPC: 'ENOSPC: no space left on device',
  EIO: 'EIO: i/o error',
  ENOENT: 'ENOENT: no such file or directory',
};

interface Write {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A file, whatever its name. */
export class StoredFile {
  seen = new GrowingBytes();
  durable = new GrowingBytes();
  /** Seen and not durable, in order. */
  pending: Write[] = [];
}

type Names = Map<string, StoredFile>;
/** Names that change together; undefined: the name goes. */
type NameChange = ReadonlyMap<string, StoredFile | undefined>;

export class Medium {
  /** Bytes that fit on it. */
  capacity = Infinity;
  private seen: Names = new Map();
  private durable: Names = new Map();
  private pending: NameChange[] = [];

  /** @throws DiskRefusal ENOENT */
  file(name: string): StoredFile {
    const file = this.seen.get(name);
    if (file === undefined) throw new DiskRefusal('ENOENT');
    return file;
  }

  has(name: string): boolean {
    return this.seen.has(name);
  }

  /** Names in a folder, without the folder. */
  names(folder: string): string[] {
    const prefix = `${folder}/`;
    return [...this.seen.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /** An empty file under that name; one that had it before has it no longer. */
  create(name: string): StoredFile {
    const file = new StoredFile();
    this.change(new Map([[name, file]]));
    return file;
  }

  rename(from: string, to: string): void {
    this.change(
      new Map([
        [to, this.file(from)],
        [from, undefined],
      ]),
    );
  }

  remove(name: string): void {
    if (this.seen.has(name)) this.change(new Map([[name, undefined]]));
  }

  /** Writes as much as there is room for. @throws DiskRefusal ENOSPC when that is not all of it */
  write(file: StoredFile, at: number, bytes: Uint8Array): void {
    const growth = Math.max(0, at + bytes.length - file.seen.length);
    const room = this.capacity === Infinity ? growth : Math.max(0, Math.min(growth, this.capacity - this.used()));
    const fitting = bytes.subarray(0, bytes.length - (growth - room));
    if (fitting.length > 0) {
      const write = { at, bytes: new Uint8Array(fitting) };
      file.seen.write(at, write.bytes);
      file.pending.push(write);
    }
    if (fitting.length < bytes.length) throw new DiskRefusal('ENOSPC');
  }

  /** Begins a flush: what it returns makes durable what had been written until now. */
  flush(file: StoredFile): () => void {
    const writes = [...file.pending];
    return () => {
      for (const write of writes) {
        if (!file.pending.includes(write)) continue;
        file.durable.write(write.at, write.bytes);
      }
      file.pending = file.pending.filter((write) => !writes.includes(write));
    };
  }

  /** The names of a folder become durable. */
  flushNames(folder: string): void {
    const prefix = `${folder}/`;
    const isIn = (change: NameChange): boolean => [...change.keys()].some((name) => name.startsWith(prefix));
    for (const change of this.pending.filter(isIn)) apply(change, this.durable);
    this.pending = this.pending.filter((change) => !isIn(change));
  }

  /** The power goes: of what was not durable any part stays, and that is then all there is. */
  cutPower(chance: Chance): void {
    const files = new Set([...this.durable.values(), ...this.seen.values()]);
    for (const file of files) {
      for (const write of file.pending) keepSome(file.durable, write, chance);
      file.pending = [];
      file.seen = file.durable.copy();
    }
    for (const change of this.pending) if (chance.happens(1, 2)) apply(change, this.durable);
    this.pending = [];
    this.seen = new Map(this.durable);
  }

  /** Turns one bit over in both images; doing it again mends it. */
  flip(file: StoredFile, at: number, bit: number): void {
    file.seen.flip(at, bit);
    if (at < file.durable.length) file.durable.flip(at, bit);
  }

  used(): number {
    let bytes = 0;
    for (const file of this.seen.values()) bytes += file.seen.length;
    return bytes;
  }

  private change(change: NameChange): void {
    apply(change, this.seen);
    this.pending.push(change);
  }
}

function apply(change: NameChange, names: Names): void {
  for (const [name, file] of change) {
    if (file === undefined) names.delete(name);
    else names.set(name, file);
  }
}

function keepSome(durable: GrowingBytes, { at, bytes }: Write, chance: Chance): void {
  const fate = chance.index(4);
  if (fate === 0) return;
  if (fate === 1) return durable.write(at, bytes);
  if (fate === 2) return durable.write(at, bytes.subarray(0, chance.between(0, bytes.length - 1)));
  for (let from = 0; from < bytes.length;) {
    const end = Math.min(bytes.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
    if (chance.happens(1, 2)) durable.write(at + from, bytes.subarray(from, end));
    from = end;
  }
}

// Rows of numbers with bounded retention: the compact form of trades, fills, movements and candles. A ring keeps the
// newest rows of one owner; a row keeps its running number, from 1, for ever.

import { Touched, type Collection, type Json, type Piece } from './documents';

const FIRST_ROWS = 8;
const LANE = 0x1_0000_0000;

export class RowRing {
  private cells: Float64Array;
  private capacity: number;
  /** Number of the oldest row that is kept. */
  first = 1;
  /** Number of the next row. */
  next = 1;

  constructor(
    readonly width: number,
    readonly limit: number,
  ) {
    this.capacity = Math.min(FIRST_ROWS, limit);
    this.cells = new Float64Array(this.capacity * width);
  }

  get size(): number {
    return this.next - this.first;
  }

  /** Makes room for one more row, dropping the oldest when the limit is reached; its cells hold what was there before. */
  append(): number {
    if (this.size === this.capacity) {
      if (this.capacity < this.limit) this.grow();
      else this.first += 1;
    }
    this.next += 1;
    return this.offset(this.next - 1);
  }

  has(number: number): boolean {
    return number >= this.first && number < this.next;
  }

  /** Where the row's cells begin; only for rows that are kept. */
  offset(number: number): number {
    return ((number - 1) % this.capacity) * this.width;
  }

  get(offset: number, column: number): number {
    return this.cells[offset + column];
  }

  set(offset: number, column: number, value: number): void {
    this.cells[offset + column] = value;
  }

  /** Adds a safe integer to the integer whose high lane stands in `column` and whose low lane stands behind it. */
  add(offset: number, column: number, delta: number): void {
    const high = Math.floor(delta / LANE);
    const low = this.cells[offset + column + 1] + (delta - high * LANE);
    const carry = low >= LANE ? 1 : 0;
    this.cells[offset + column] += high + carry;
    this.cells[offset + column + 1] = low - carry * LANE;
  }

  /** Copies `cells` cells from `column` on. */
  copy(from: number, to: number, column: number, cells: number): void {
    this.cells.copyWithin(to + column, from + column, from + column + cells);
  }

  setWide(offset: number, column: number, value: number | bigint): void {
    if (typeof value === 'number') {
      this.cells[offset + column] = 0;
      this.cells[offset + column + 1] = 0;
      this.add(offset, column, value);
      return;
    }
    this.cells[offset + column] = Number(value >> 32n);
    this.cells[offset + column + 1] = Number(value & 0xffff_ffffn);
  }

  wide(offset: number, column: number): number | bigint {
    const high = this.cells[offset + column];
    const low = this.cells[offset + column + 1];
    const value = high * LANE + low;
    return Number.isSafeInteger(value) && Math.abs(high) < 0x10_0000 ? value : (BigInt(high) << 32n) + BigInt(low);
  }

  row(number: number): number[] {
    const offset = this.offset(number);
    return Array.from(this.cells.subarray(offset, offset + this.width));
  }

  /** All rows, oldest first, in one piece of memory. */
  flat(): Float64Array {
    const flat = new Float64Array(this.size * this.width);
    for (let number = this.first, at = 0; number < this.next; number++, at += this.width) {
      const offset = this.offset(number);
      flat.set(this.cells.subarray(offset, offset + this.width), at);
    }
    return flat;
  }

  /** Takes rows in, by ascending numbers without gaps; they are copied. */
  restore(firstNumber: number, flat: Float64Array): void {
    const rows = flat.length / this.width;
    if (!Number.isInteger(rows) || rows > this.limit) throw new RangeError(`a ring of ${this.limit} rows got ${rows}`);
    this.first = firstNumber;
    this.next = firstNumber + rows;
    this.capacity = Math.min(Math.max(FIRST_ROWS, rows), this.limit);
    this.cells = new Float64Array(this.capacity * this.width);
    for (let number = firstNumber, at = 0; number < this.next; number++, at += this.width) {
      this.cells.set(flat.subarray(at, at + this.width), this.offset(number));
    }
  }

  private grow(): void {
    const before = this.cells;
    const capacityBefore = this.capacity;
    this.capacity = Math.min(this.capacity * 2, this.limit);
    this.cells = new Float64Array(this.capacity * this.width);
    if (this.first === 1) return this.cells.set(before); // nothing was dropped yet: every row keeps its place
    for (let number = this.first; number < this.next; number++) {
      const from = ((number - 1) % capacityBefore) * this.width;
      this.cells.set(before.subarray(from, from + this.width), this.offset(number));
    }
  }
}

/** A collection of rings, one per owner. A document is one row, an array of numbers, under `owner/number`. */
export class RingTable implements Collection {
  private readonly rings = new Map<number, RowRing>();
  private readonly arriving = new Map<number, [number, readonly number[]][]>();
  readonly touched = new Touched();

  /** @param columns names of the cells, for the documents' readers */
  constructor(
    readonly name: string,
    readonly columns: readonly string[],
    private readonly limitOf: (owner: number) => number,
  ) {}

  get(owner: number): RowRing | undefined {
    return this.rings.get(owner);
  }

  owners(): IterableIterator<number> {
    return this.rings.keys();
  }

  /** The owner's ring, made if there is none. */
  of(owner: number): RowRing {
    let ring = this.rings.get(owner);
    if (ring === undefined) {
      ring = new RowRing(this.columns.length, this.limitOf(owner));
      this.rings.set(owner, ring);
    }
    return ring;
  }

  /** Appends a row to the owner's ring and says where its cells begin. */
  append(owner: number, ring: RowRing): number {
    const dropped = ring.first;
    const offset = ring.append();
    if (this.touched.tracking) {
      this.touched.mark(`${owner}/${ring.next - 1}`);
      if (ring.first !== dropped) this.touched.mark(`${owner}/${dropped}`);
    }
    return offset;
  }

  /** Says that the owner's newest row was changed in place. */
  touchNewest(owner: number, ring: RowRing): void {
    if (this.touched.tracking) this.touched.mark(`${owner}/${ring.next - 1}`);
  }

  drop(owner: number): void {
    const ring = this.rings.get(owner);
    if (ring === undefined) return;
    this.rings.delete(owner);
    if (!this.touched.tracking) return;
    for (let number = ring.first; number < ring.next; number++) this.touched.mark(`${owner}/${number}`);
  }

  *entries(): Iterable<readonly [string, Json]> {
    for (const [owner, ring] of this.rings) {
      for (let number = ring.first; number < ring.next; number++) yield [`${owner}/${number}`, ring.row(number)];
    }
  }

  read(key: string): Json | undefined {
    const [owner, number] = key.split('/').map(Number);
    const ring = this.rings.get(owner);
    return ring !== undefined && ring.has(number) ? ring.row(number) : undefined;
  }

  write(key: string, value: Json): void {
    const [owner, number] = key.split('/').map(Number);
    const rows = this.arriving.get(owner) ?? [];
    rows.push([number, value as readonly number[]]);
    this.arriving.set(owner, rows);
  }

  *pieces(): Iterable<Piece> {
    for (const [owner, ring] of this.rings) {
      const flat = ring.flat();
      yield { head: { owner, first: ring.first }, bytes: new Uint8Array(flat.buffer) };
    }
  }

  takePiece({ head, bytes }: Piece): void {
    const { owner, first } = head as { owner: number; first: number };
    this.of(owner).restore(first, new Float64Array(new Uint8Array(bytes).buffer));
  }

  loaded(): void {
    for (const [owner, rows] of this.arriving) {
      rows.sort(([a], [b]) => a - b);
      const [first] = rows[0];
      rows.forEach(([number], i) => {
        if (number !== first + i) throw new RangeError(`${this.name}: row ${owner}/${first + i} is missing`);
      });
      this.of(owner).restore(first, Float64Array.from(rows.flatMap(([, row]) => row)));
    }
    this.arriving.clear();
  }
}

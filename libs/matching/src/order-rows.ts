// The open orders of one book as rows of 48 bytes in pages: an order's figures lie side by side, so that a look at it
// costs one or two cache lines; growing copies nothing beyond the first page; nothing is on the heap.

import { NONE } from './order-index';

const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ROWS - 1;
/** The first page begins with so few rows and doubles: a quiet contract stays small. */
const FIRST_ROWS = 16;

/** A row in 32-bit words. Its last four are two doubles: the lots that are open, and in total. */
const ROW = 12;
export const NUMBER = 0;
export const PRICE = 1;
export const HOLDER = 2;
/** Side, conditions, whether it rests, and the fee schedule, as bits. */
export const TERMS = 3;
export const NEXT = 4;
export const PREVIOUS = 5;
export const HOLDER_NEXT = 6;
export const HOLDER_PREVIOUS = 7;
const OPEN = 4;
const TOTAL = 5;

export class OrderRows {
  private readonly words: Int32Array[] = [];
  /** The same bytes as doubles. */
  private readonly doubles: Float64Array[] = [];
  /** By page, made when its first order with an instant of expiry comes. */
  private readonly goodTill: (Float64Array | undefined)[] = [];
  private capacity = 0;
  private used = 0;
  private free = NONE;

  /** A free slot; its row holds what was there before. */
  take(): number {
    const slot = this.free;
    if (slot !== NONE) {
      this.free = this.get(slot, NEXT);
      return slot;
    }
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  give(slot: number): void {
    const instants = this.goodTill[slot >> PAGE_BITS];
    if (instants !== undefined) instants[slot & PAGE_MASK] = 0;
    this.set(slot, NEXT, this.free);
    this.free = slot;
  }

  /** The words of the page that a slot's row is in, and the place of its first word there. */
  page(slot: number): Int32Array {
    return this.words[slot >> PAGE_BITS]!;
  }

  at(slot: number): number {
    return (slot & PAGE_MASK) * ROW;
  }

  get(slot: number, word: number): number {
    return this.words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * ROW + word]!;
  }

  set(slot: number, word: number, value: number): void {
    this.words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * ROW + word] = value;
  }

  open(slot: number): number {
    return this.doubles[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (ROW / 2) + OPEN]!;
  }

  setOpen(slot: number, lots: number): void {
    this.doubles[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (ROW / 2) + OPEN] = lots;
  }

  total(slot: number): number {
    return this.doubles[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (ROW / 2) + TOTAL]!;
  }

  setTotal(slot: number, lots: number): void {
    this.doubles[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (ROW / 2) + TOTAL] = lots;
  }

  /** Instant of expiry, microseconds; 0 for none. */
  goodTillUs(slot: number): number {
    const instants = this.goodTill[slot >> PAGE_BITS];
    return instants === undefined ? 0 : instants[slot & PAGE_MASK]!;
  }

  setGoodTill(slot: number, us: number): void {
    const instants = (this.goodTill[slot >> PAGE_BITS] ??= new Float64Array(PAGE_ROWS));
    instants[slot & PAGE_MASK] = us;
  }

  private grow(): void {
    const first = this.words[0];
    const doubles = first === undefined || this.capacity < PAGE_ROWS;
    const rows = !doubles ? PAGE_ROWS : first === undefined ? FIRST_ROWS : this.capacity * 2;
    const words = new Int32Array(rows * ROW);
    if (doubles && first !== undefined) words.set(first);
    const place = doubles ? 0 : this.words.length;
    this.words[place] = words;
    this.doubles[place] = new Float64Array(words.buffer);
    this.capacity = place * PAGE_ROWS + rows;
  }
}

// The open orders of one book as rows of 40 bytes in pages: an order's figures lie side by side, so that a look at it
// costs one or two cache lines; growing copies nothing beyond the first page; nothing is on the heap.

import { NONE } from './order-index';

const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ROWS - 1;
/** The first page begins with so few rows and doubles: a quiet contract stays small. */
const FIRST_ROWS = 16;

/** A row in 32-bit words. */
const ROW = 10;
export const NUMBER = 0;
export const PRICE = 1;
export const HOLDER = 2;
/** Side, conditions, whether it rests, and the fee schedule, as bits. */
export const TERMS = 3;
export const NEXT = 4;
export const PREVIOUS = 5;
export const HOLDER_NEXT = 6;
export const HOLDER_PREVIOUS = 7;
/** Lots that are open, and in total. */
const OPEN = 8;
const TOTAL = 9;

/** Up to so many lots stand in the row itself; BESIDE stands there for more. Hardly an order is that large. */
const LOTS_MAX = 2 ** 31 - 1;
const BESIDE = -1;

export class OrderRows {
  private readonly words: Int32Array[] = [];
  /** Lots beyond LOTS_MAX, by slot and word. */
  private readonly beside = new Map<number, number>();
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
    if (this.beside.size > 0) for (const word of [OPEN, TOTAL]) this.beside.delete(slot * ROW + word);
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
    return this.lots(slot, OPEN);
  }

  setOpen(slot: number, lots: number): void {
    this.setLots(slot, OPEN, lots);
  }

  total(slot: number): number {
    return this.lots(slot, TOTAL);
  }

  setTotal(slot: number, lots: number): void {
    this.setLots(slot, TOTAL, lots);
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

  private lots(slot: number, word: number): number {
    const lots = this.get(slot, word);
    return lots === BESIDE ? this.beside.get(slot * ROW + word)! : lots;
  }

  private setLots(slot: number, word: number, lots: number): void {
    if (lots > LOTS_MAX) this.beside.set(slot * ROW + word, lots);
    this.set(slot, word, lots > LOTS_MAX ? BESIDE : lots);
  }

  private grow(): void {
    const first = this.words[0];
    const doubles = first === undefined || this.capacity < PAGE_ROWS;
    const rows = !doubles ? PAGE_ROWS : first === undefined ? FIRST_ROWS : this.capacity * 2;
    const words = new Int32Array(rows * ROW);
    if (doubles && first !== undefined) words.set(first);
    const place = doubles ? 0 : this.words.length;
    this.words[place] = words;
    this.capacity = place * PAGE_ROWS + rows;
  }
}

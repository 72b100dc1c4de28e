// The open orders of one book as typed columns by slot: 51 bytes an order, nothing on the heap, short pauses.

import { NONE } from './order-index';

export class OrderColumns {
  number!: Int32Array;
  price!: Int32Array;
  open!: Float64Array;
  total!: Float64Array;
  holder!: Int32Array;
  /** Side, self-trade mode and post-only in one byte. */
  terms!: Uint8Array;
  feeSchedule!: Uint16Array;
  /** The price level it rests at; NONE while it does not rest. */
  level!: Int32Array;
  next!: Int32Array;
  previous!: Int32Array;
  holderNext!: Int32Array;
  holderPrevious!: Int32Array;
  /** Made when the first order with an instant of expiry comes. */
  goodTillUs: Float64Array | null = null;
  private capacity = 0;
  private used = 0;
  private free = NONE;

  constructor(capacity = 64) {
    this.resize(capacity);
  }

  take(): number {
    const slot = this.free;
    if (slot !== NONE) {
      this.free = this.next[slot]!;
      return slot;
    }
    if (this.used === this.capacity) this.resize(this.capacity * 2);
    return this.used++;
  }

  give(slot: number): void {
    if (this.goodTillUs !== null) this.goodTillUs[slot] = 0;
    this.next[slot] = this.free;
    this.free = slot;
  }

  setGoodTill(slot: number, us: number): void {
    this.goodTillUs ??= new Float64Array(this.capacity);
    this.goodTillUs[slot] = us;
  }

  private resize(capacity: number): void {
    const grown = <T extends Int32Array | Float64Array | Uint8Array | Uint16Array>(to: T, from: T | undefined): T => {
      if (from !== undefined) to.set(from);
      return to;
    };
    this.number = grown(new Int32Array(capacity), this.number);
    this.price = grown(new Int32Array(capacity), this.price);
    this.open = grown(new Float64Array(capacity), this.open);
    this.total = grown(new Float64Array(capacity), this.total);
    this.holder = grown(new Int32Array(capacity), this.holder);
    this.terms = grown(new Uint8Array(capacity), this.terms);
    this.feeSchedule = grown(new Uint16Array(capacity), this.feeSchedule);
    this.level = grown(new Int32Array(capacity), this.level);
    this.next = grown(new Int32Array(capacity), this.next);
    this.previous = grown(new Int32Array(capacity), this.previous);
    this.holderNext = grown(new Int32Array(capacity), this.holderNext);
    this.holderPrevious = grown(new Int32Array(capacity), this.holderPrevious);
    if (this.goodTillUs !== null) this.goodTillUs = grown(new Float64Array(capacity), this.goodTillUs);
    this.capacity = capacity;
  }
}

// Orders with an instant of expiry, earliest first: a binary heap. Closing an order costs nothing here: its entry goes
// when it comes up, or when the heap has doubled since it was last cleared of such entries.

export interface Expiry {
  readonly atUs: number;
  readonly contract: number;
  readonly order: number;
}

function before(a: Expiry, b: Expiry): boolean {
  return a.atUs !== b.atUs ? a.atUs < b.atUs : a.contract !== b.contract ? a.contract < b.contract : a.order < b.order;
}

type IsOpen = (contract: number, order: number) => boolean;

/** Entries below which the heap is never cleared. */
const CLEAR_LEAST = 1_024;

export class Expiries {
  private heap: Expiry[] = [];
  private clearAt = CLEAR_LEAST;

  constructor(private readonly isOpen: IsOpen) {}

  /** Entries, those of closed orders included. */
  get size(): number {
    return this.heap.length;
  }

  first(): Expiry | undefined {
    return this.heap[0];
  }

  add(expiry: Expiry): void {
    if (this.heap.length >= this.clearAt) this.clear();
    this.push(expiry);
  }

  /** Drops the entries up to `atUs` whose orders have closed. */
  dropPassed(atUs: number): void {
    for (let first = this.heap[0]; first !== undefined && first.atUs <= atUs; first = this.heap[0]) {
      if (this.isOpen(first.contract, first.order)) return;
      this.removeFirst();
    }
  }

  /** Keeps the entries of open orders alone. Sorted, they are a heap. */
  private clear(): void {
    this.heap = this.heap.filter(({ contract, order }) => this.isOpen(contract, order));
    this.heap.sort((a, b) => (before(a, b) ? -1 : 1));
    this.clearAt = Math.max(CLEAR_LEAST, this.heap.length * 2);
  }

  private push(expiry: Expiry): void {
    const { heap } = this;
    let place = heap.push(expiry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(expiry, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = expiry;
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}

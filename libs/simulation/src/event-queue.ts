// Events of virtual time in the order in which they happen: by time, then by the order in which they were put.

export interface Timed {
  readonly atUs: number;
  readonly number: number;
}

function before(a: Timed, b: Timed): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.number < b.number);
}

/** A binary heap. Times are safe integers; numbers are given out here, from 1. */
export class EventQueue<T> {
  private readonly heap: (Timed & { readonly item: T })[] = [];
  private numbers = 0;

  get size(): number {
    return this.heap.length;
  }

  put(atUs: number, item: T): void {
    const { heap } = this;
    heap.push({ atUs, number: ++this.numbers, item });
    for (let at = heap.length - 1; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Time of the next one; Infinity when there is none. */
  nextUs(): number {
    return this.heap[0]?.atUs ?? Infinity;
  }

  /** Takes the next one; there must be one. */
  take(): { readonly atUs: number; readonly item: T } {
    const { heap } = this;
    const [top] = heap;
    if (!top) throw new Error('the event queue is empty');
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return top;
      const child = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!before(heap[child]!, heap[at]!)) return top;
      this.swap(at, child);
      at = child;
    }
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b]!, this.heap[a]!];
  }
}

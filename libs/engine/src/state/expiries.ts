// Orders with an instant of expiry, earliest first: a binary heap. An entry whose order has closed is passed over when
// it comes up, so closing costs nothing here.

export interface Expiry {
  readonly atUs: number;
  readonly contract: number;
  readonly order: number;
}

function before(a: Expiry, b: Expiry): boolean {
  return a.atUs !== b.atUs ? a.atUs < b.atUs : a.contract !== b.contract ? a.contract < b.contract : a.order < b.order;
}

export class Expiries {
  private readonly heap: Expiry[] = [];

  first(): Expiry | undefined {
    return this.heap[0];
  }

  add(expiry: Expiry): void {
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

  /** Drops the entries up to `atUs` whose orders have closed. */
  dropPassed(atUs: number, isOpen: (contract: number, order: number) => boolean): void {
    for (let first = this.heap[0]; first !== undefined && first.atUs <= atUs; first = this.heap[0]) {
      if (isOpen(first.contract, first.order)) return;
      this.removeFirst();
    }
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
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

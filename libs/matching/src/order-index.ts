// From order number to slot: numbers of one contract are dense and rise, so pages of an array do what a hash would.
// A page whose orders are all closed is given back; growing never copies.

const PAGE_BITS = 12;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
/** Stands for every page without open orders; never written. */
const EMPTY_PAGE = new Int32Array(PAGE_SIZE);

/** No slot, no order. */
export const NONE = -1;

export class OrderIndex {
  private readonly pages: Int32Array[] = [];
  private readonly live: number[] = [];

  /** The slot of an open order; NONE for any other number. */
  slotOf(number: number): number {
    const page = this.pages[number >>> PAGE_BITS];
    return page === undefined ? NONE : page[number & PAGE_MASK]! - 1;
  }

  set(number: number, slot: number): void {
    const place = number >>> PAGE_BITS;
    while (this.pages.length <= place) {
      this.pages.push(EMPTY_PAGE);
      this.live.push(0);
    }
    let page = this.pages[place]!;
    if (page === EMPTY_PAGE) page = this.pages[place] = new Int32Array(PAGE_SIZE);
    page[number & PAGE_MASK] = slot + 1;
    this.live[place]! += 1;
  }

  delete(number: number): void {
    const place = number >>> PAGE_BITS;
    this.pages[place]![number & PAGE_MASK] = 0;
    this.live[place]! -= 1;
    // The newest page will be written again soon; it is kept.
    if (this.live[place] === 0 && place < this.pages.length - 1) this.pages[place] = EMPTY_PAGE;
  }

  /** The least open order number from `from` on; NONE if there is none. */
  next(from: number): number {
    for (let place = from >>> PAGE_BITS; place < this.pages.length; place++) {
      if (this.live[place] === 0) continue;
      const page = this.pages[place]!;
      const first = place << PAGE_BITS;
      for (let i = Math.max(0, from - first); i < PAGE_SIZE; i++) if (page[i] !== 0) return first + i;
    }
    return NONE;
  }
}

// One shard of the outcome table: a ring of entries in the order of arrival, and an open-addressing index over it.
// Typed columns throughout: 37 bytes an entry and 8 of index, no texts, short pauses when it grows.

const FREE = 0;
const INITIAL = 32;

export class OutcomeShard {
  /** Number of entries ever appended, and of those that have left at the front. */
  tail = 0;
  head = 0;
  low = new Int32Array(INITIAL);
  high = new Int32Array(INITIAL);
  account = new Int32Array(INITIAL);
  fingerprint = new Int32Array(INITIAL);
  sequence = new Float64Array(INITIAL);
  /** Second of log time, rounded up, at which the outcome was made. */
  seconds = new Uint32Array(INITIAL);
  contract = new Int32Array(INITIAL);
  result = new Uint32Array(INITIAL);
  code = new Uint8Array(INITIAL);
  private mask = INITIAL - 1;
  private index = new Int32Array(INITIAL * 2);

  /** Column place of the entry, or -1. */
  find(high: number, low: number, account: number): number {
    const { index } = this;
    const mask = index.length - 1;
    for (let probe = low & mask; ; probe = (probe + 1) & mask) {
      const place = index[probe]! - 1;
      if (place < 0) return -1;
      if (this.low[place] === low && this.high[place] === high && this.account[place] === account) return place;
    }
  }

  /** The column place of a new entry at the end of the ring; the caller has set nothing yet but the key. */
  append(high: number, low: number, account: number): number {
    if (this.tail - this.head > this.mask) this.grow();
    const place = this.tail++ & this.mask;
    this.high[place] = high;
    this.low[place] = low;
    this.account[place] = account;
    this.enter(place);
    return place;
  }

  /** Column place of the oldest entry, or -1. */
  oldest(): number {
    return this.head === this.tail ? -1 : this.head & this.mask;
  }

  dropOldest(): void {
    this.leave(this.head++ & this.mask);
  }

  /** Puts the oldest entry behind the newest. */
  requeueOldest(): void {
    const from = this.head++ & this.mask;
    this.leave(from);
    const to = this.tail++ & this.mask;
    this.copy(this, from, to);
    this.enter(to);
  }

  /** Column place of the entry at `rank` from the oldest. */
  placeAt(rank: number): number {
    return (this.head + rank) & this.mask;
  }

  private enter(place: number): void {
    const { index } = this;
    const mask = index.length - 1;
    let probe = this.low[place]! & mask;
    while (index[probe] !== FREE) probe = (probe + 1) & mask;
    index[probe] = place + 1;
  }

  /** Takes an entry out of the index; later entries of its run move up, so that no markers are left. */
  private leave(place: number): void {
    const { index, low } = this;
    const mask = index.length - 1;
    let hole = low[place]! & mask;
    while (index[hole] !== place + 1) hole = (hole + 1) & mask;
    for (let probe = (hole + 1) & mask; index[probe] !== FREE; probe = (probe + 1) & mask) {
      const home = low[index[probe]! - 1]! & mask;
      if (((probe - home) & mask) >= ((probe - hole) & mask)) {
        index[hole] = index[probe]!;
        hole = probe;
      }
    }
    index[hole] = FREE;
  }

  private copy(source: OutcomeShard, from: number, to: number): void {
    this.low[to] = source.low[from]!;
    this.high[to] = source.high[from]!;
    this.account[to] = source.account[from]!;
    this.fingerprint[to] = source.fingerprint[from]!;
    this.sequence[to] = source.sequence[from]!;
    this.seconds[to] = source.seconds[from]!;
    this.contract[to] = source.contract[from]!;
    this.result[to] = source.result[from]!;
    this.code[to] = source.code[from]!;
  }

  private grow(): void {
    const old = Object.assign(new OutcomeShard(), this);
    const size = (this.mask + 1) * 2;
    this.low = new Int32Array(size);
    this.high = new Int32Array(size);
    this.account = new Int32Array(size);
    this.fingerprint = new Int32Array(size);
    this.sequence = new Float64Array(size);
    this.seconds = new Uint32Array(size);
    this.contract = new Int32Array(size);
    this.result = new Uint32Array(size);
    this.code = new Uint8Array(size);
    this.index = new Int32Array(size * 2);
    this.mask = size - 1;
    for (let i = old.head; i < old.tail; i++) {
      this.copy(old, i & old.mask, i & this.mask);
      this.enter(i & this.mask);
    }
  }
}

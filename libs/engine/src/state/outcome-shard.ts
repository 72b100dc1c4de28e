// One shard of the outcome table: rows of 36 bytes in the order of arrival, and an open-addressing index over them. The
// rows lie in pages: growing copies none of them, and keeping an outcome touches one cache line and not one per column.

const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ROWS - 1;
/** The first page begins with so few rows, and doubles. */
const FIRST_ROWS = 32;
const INDEX_LEAST = 64;

/** A row in 32-bit words. */
const ROW = 9;
const LOW = 0;
const HIGH = 1;
const ACCOUNT = 2;
const FINGERPRINT = 3;
const SEQUENCE = 4;
/** The sequence number's bits from 2^32 on, and above them the code. */
const SEQUENCE_HIGH_AND_CODE = 5;
const SECONDS = 6;
const CONTRACT = 7;
const RESULT = 8;
const CODE_SHIFT = 21;
const SEQUENCE_HIGH_MASK = (1 << CODE_SHIFT) - 1;

/**
 * An index entry is a row's place + 1 in its low bits and a tag of the hash in its high ones: other ids that lie on the
 * way are passed without a look at their rows. Places are row numbers, counted round and round.
 */
const FREE = 0;
const ENTRY_BITS = 22;
const ENTRY_MASK = (1 << ENTRY_BITS) - 1;
const PLACE_MASK = (1 << (ENTRY_BITS - 1)) - 1;
/** Rows that fit a shard. */
const ROWS_MAX = PLACE_MASK - PAGE_ROWS;

function tagOf(high: number): number {
  return high << ENTRY_BITS;
}

/** What is kept of an outcome. */
export interface KnownOutcome {
  readonly fingerprint: number;
  readonly sequence: number;
  readonly contract: number;
  /** Number of the order, account … that it made; 0 for none. */
  readonly result: number;
  /** 0: accepted; else 1 + the place of the reason code. */
  readonly code: number;
}

/** A row's key: two halves of the hash, and the account. All signed 32-bit. */
export interface OutcomeKey {
  readonly high: number;
  readonly low: number;
  readonly account: number;
}

export class OutcomeShard {
  /** The pages of the live rows, oldest first; `base` is the number of the first one's first row. */
  private readonly pages: Int32Array[] = [];
  private base = 0;
  private index = new Int32Array(INDEX_LEAST);
  /** Rows ever appended, and rows that have left at the front. */
  private tail = 0;
  private head = 0;

  get size(): number {
    return this.tail - this.head;
  }

  /** Place of the row, or -1. */
  find(high: number, low: number, account: number): number {
    const { index } = this;
    const mask = index.length - 1;
    const tag = tagOf(high);
    const owner = account | 0;
    for (let probe = low & mask; ; probe = (probe + 1) & mask) {
      const entry = index[probe]!;
      if (entry === FREE) return -1;
      if ((entry & ~ENTRY_MASK) !== tag) continue;
      const place = (entry & ENTRY_MASK) - 1;
      const page = this.page(place);
      const row = this.row(place);
      if (page[row + LOW] === low && page[row + HIGH] === high && page[row + ACCOUNT] === owner) return place;
    }
  }

  /** Appends a row with this key; what it keeps is set next. */
  append(high: number, low: number, account: number): number {
    const place = this.extend();
    const page = this.page(place);
    const row = this.row(place);
    page[row + LOW] = low;
    page[row + HIGH] = high;
    page[row + ACCOUNT] = account;
    this.enter(place, low, high);
    return place;
  }

  set(place: number, outcome: KnownOutcome, seconds: number): void {
    const page = this.page(place);
    const row = this.row(place);
    page[row + FINGERPRINT] = outcome.fingerprint;
    page[row + SEQUENCE] = outcome.sequence;
    page[row + SEQUENCE_HIGH_AND_CODE] = Math.floor(outcome.sequence / 2 ** 32) | (outcome.code << CODE_SHIFT);
    page[row + SECONDS] = seconds;
    page[row + CONTRACT] = outcome.contract;
    page[row + RESULT] = outcome.result;
  }

  get(place: number): KnownOutcome {
    const page = this.page(place);
    const row = this.row(place);
    const highAndCode = page[row + SEQUENCE_HIGH_AND_CODE]!;
    return {
      fingerprint: page[row + FINGERPRINT]! >>> 0,
      sequence: (highAndCode & SEQUENCE_HIGH_MASK) * 2 ** 32 + (page[row + SEQUENCE]! >>> 0),
      contract: page[row + CONTRACT]! >>> 0,
      result: page[row + RESULT]! >>> 0,
      code: highAndCode >>> CODE_SHIFT,
    };
  }

  key(place: number): OutcomeKey {
    const page = this.page(place);
    const row = this.row(place);
    return { high: page[row + HIGH]!, low: page[row + LOW]!, account: page[row + ACCOUNT]! };
  }

  /** Second of log time at which the outcome was made. */
  seconds(place: number): number {
    return this.page(place)[this.row(place) + SECONDS]! >>> 0;
  }

  /** Place of the oldest row, or -1. */
  oldest(): number {
    return this.head === this.tail ? -1 : this.head & PLACE_MASK;
  }

  dropOldest(): void {
    this.leave(this.head & PLACE_MASK);
    this.head += 1;
    this.releasePage();
  }

  /** Puts the oldest row behind the newest. */
  requeueOldest(): void {
    const from = this.head & PLACE_MASK;
    this.leave(from);
    this.head += 1;
    const to = this.extend();
    const oldest = this.row(from);
    this.page(to).set(this.page(from).subarray(oldest, oldest + ROW), this.row(to));
    const { low, high } = this.key(to);
    this.enter(to, low, high);
    this.releasePage();
  }

  /** Place of the row at `rank` from the oldest. */
  placeAt(rank: number): number {
    return (this.head + rank) & PLACE_MASK;
  }

  private page(place: number): Int32Array {
    return this.pages[((place - this.base) & PLACE_MASK) >> PAGE_BITS]!;
  }

  private row(place: number): number {
    return (place & PAGE_MASK) * ROW;
  }

  /** Takes the place behind the newest row. */
  private extend(): number {
    if (this.size >= ROWS_MAX) throw new RangeError(`more than ${ROWS_MAX} outcomes in one shard`);
    if (this.size * 8 >= this.index.length * 5) this.growIndex();
    const place = this.tail & PLACE_MASK;
    const number = ((place - this.base) & PLACE_MASK) >> PAGE_BITS;
    const page = this.pages[number];
    if (page === undefined) {
      this.pages.push(new Int32Array((number === 0 ? FIRST_ROWS : PAGE_ROWS) * ROW));
    } else if (this.row(place) >= page.length) {
      const larger = new Int32Array(page.length * 2);
      larger.set(page);
      this.pages[number] = larger;
    }
    this.tail += 1;
    return place;
  }

  /** Gives the oldest page back when none of its rows is live. */
  private releasePage(): void {
    if (this.head - this.base < PAGE_ROWS) return;
    this.pages.shift();
    this.base += PAGE_ROWS;
  }

  private enter(place: number, low: number, high: number): void {
    const { index } = this;
    const mask = index.length - 1;
    let probe = low & mask;
    while (index[probe] !== FREE) probe = (probe + 1) & mask;
    index[probe] = tagOf(high) | (place + 1);
  }

  /**
   * Takes the oldest row out of the index; later entries of its run move up, so that no markers are left. It stands where
   * its hash says: what stood there before it was older, and when that left, it moved up.
   */
  private leave(place: number): void {
    const { index } = this;
    const mask = index.length - 1;
    let hole = this.page(place)[this.row(place) + LOW]! & mask;
    for (let probe = (hole + 1) & mask; index[probe] !== FREE; probe = (probe + 1) & mask) {
      const other = (index[probe]! & ENTRY_MASK) - 1;
      const home = this.page(other)[this.row(other) + LOW]! & mask;
      if (((probe - home) & mask) >= ((probe - hole) & mask)) {
        index[hole] = index[probe]!;
        hole = probe;
      }
    }
    index[hole] = FREE;
  }

  private growIndex(): void {
    this.index = new Int32Array(this.index.length * 2);
    for (let rank = 0; rank < this.size; rank++) {
      const place = this.placeAt(rank);
      const page = this.page(place);
      const row = this.row(place);
      this.enter(place, page[row + LOW]!, page[row + HIGH]!);
    }
  }
}

// One shard of the outcome table: a ring of entries in the order of arrival, and an open-addressing index over it.
// An entry is a row of 40 bytes, so that keeping one touches one cache line and not one per column; the index adds 8.

const FREE = 0;
const INITIAL = 32;

/** A row in 32-bit words; the sequence number is a double over two of them. */
const ROW = 10;
const LOW = 0;
const HIGH = 1;
const ACCOUNT = 2;
const FINGERPRINT = 3;
const SEQUENCE = 4;
const SECONDS = 6;
const CONTRACT = 7;
const RESULT = 8;
const CODE = 9;

/**
 * An index entry is the row's place + 1 in its low bits and a tag of the hash in its high ones: other ids that lie on
 * the way are passed without a look at their rows. 2^21 outcomes fit a shard.
 */
const PLACE_BITS = 22;
const PLACE_MASK = (1 << PLACE_BITS) - 1;

function tagOf(high: number): number {
  return high << PLACE_BITS;
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
  private words = new Int32Array(INITIAL * ROW);
  private doubles = new Float64Array(this.words.buffer);
  private index = new Int32Array(INITIAL * 2);
  private mask = INITIAL - 1;
  /** Rows ever appended, and rows that have left at the front. */
  private tail = 0;
  private head = 0;

  get size(): number {
    return this.tail - this.head;
  }

  /** Place of the row, or -1. */
  find(high: number, low: number, account: number): number {
    const { index, words } = this;
    const mask = index.length - 1;
    const tag = tagOf(high);
    const owner = account | 0;
    for (let probe = low & mask; ; probe = (probe + 1) & mask) {
      const entry = index[probe]!;
      if (entry === FREE) return -1;
      if ((entry & ~PLACE_MASK) !== tag) continue;
      const place = (entry & PLACE_MASK) - 1;
      const row = place * ROW;
      if (words[row + LOW] === low && words[row + HIGH] === high && words[row + ACCOUNT] === owner) return place;
    }
  }

  /** Appends a row with this key; what it keeps is set next. */
  append(high: number, low: number, account: number): number {
    if (this.tail - this.head > this.mask) this.grow();
    const place = this.tail++ & this.mask;
    const row = place * ROW;
    this.words[row + LOW] = low;
    this.words[row + HIGH] = high;
    this.words[row + ACCOUNT] = account;
    this.enter(place);
    return place;
  }

  set(place: number, outcome: KnownOutcome, seconds: number): void {
    const { words } = this;
    const row = place * ROW;
    words[row + FINGERPRINT] = outcome.fingerprint;
    this.doubles[(row + SEQUENCE) >> 1] = outcome.sequence;
    words[row + SECONDS] = seconds;
    words[row + CONTRACT] = outcome.contract;
    words[row + RESULT] = outcome.result;
    words[row + CODE] = outcome.code;
  }

  get(place: number): KnownOutcome {
    const { words } = this;
    const row = place * ROW;
    return {
      fingerprint: words[row + FINGERPRINT]! >>> 0,
      sequence: this.doubles[(row + SEQUENCE) >> 1]!,
      contract: words[row + CONTRACT]! >>> 0,
      result: words[row + RESULT]! >>> 0,
      code: words[row + CODE]!,
    };
  }

  key(place: number): OutcomeKey {
    const row = place * ROW;
    return { high: this.words[row + HIGH]!, low: this.words[row + LOW]!, account: this.words[row + ACCOUNT]! };
  }

  /** Second of log time at which the outcome was made. */
  seconds(place: number): number {
    return this.words[place * ROW + SECONDS]! >>> 0;
  }

  /** Place of the oldest row, or -1. */
  oldest(): number {
    return this.head === this.tail ? -1 : this.head & this.mask;
  }

  dropOldest(): void {
    this.leave(this.head++ & this.mask);
  }

  /** Puts the oldest row behind the newest. */
  requeueOldest(): void {
    const from = this.head++ & this.mask;
    this.leave(from);
    const to = this.tail++ & this.mask;
    this.words.copyWithin(to * ROW, from * ROW, (from + 1) * ROW);
    this.enter(to);
  }

  /** Place of the row at `rank` from the oldest. */
  placeAt(rank: number): number {
    return (this.head + rank) & this.mask;
  }

  private enter(place: number): void {
    const { index } = this;
    const mask = index.length - 1;
    const row = place * ROW;
    let probe = this.words[row + LOW]! & mask;
    while (index[probe] !== FREE) probe = (probe + 1) & mask;
    index[probe] = tagOf(this.words[row + HIGH]!) | (place + 1);
  }

  /** Takes a row out of the index; later entries of its run move up, so that no markers are left. */
  private leave(place: number): void {
    const { index, words } = this;
    const mask = index.length - 1;
    let hole = words[place * ROW + LOW]! & mask;
    while ((index[hole]! & PLACE_MASK) !== place + 1) hole = (hole + 1) & mask;
    for (let probe = (hole + 1) & mask; index[probe] !== FREE; probe = (probe + 1) & mask) {
      const home = words[((index[probe]! & PLACE_MASK) - 1) * ROW + LOW]! & mask;
      if (((probe - home) & mask) >= ((probe - hole) & mask)) {
        index[hole] = index[probe]!;
        hole = probe;
      }
    }
    index[hole] = FREE;
  }

  private grow(): void {
    const { words, head, tail, mask } = this;
    const size = (mask + 1) * 2;
    if (size > PLACE_MASK) throw new RangeError(`more than ${size / 2} outcomes in one shard`);
    this.words = new Int32Array(size * ROW);
    this.doubles = new Float64Array(this.words.buffer);
    this.index = new Int32Array(size * 2);
    this.mask = size - 1;
    for (let i = head; i < tail; i++) {
      const from = (i & mask) * ROW;
      const to = (i & this.mask) * ROW;
      for (let word = 0; word < ROW; word++) this.words[to + word] = words[from + word]!;
      this.enter(i & this.mask);
    }
  }
}

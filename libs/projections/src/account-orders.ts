// An account's orders in the order of their acceptance: a list that grows at its end and loses its beginning.

const FIRST_ENTRIES = 16;

export class AccountOrders {
  private contracts = new Uint32Array(FIRST_ENTRIES);
  private orders = new Uint32Array(FIRST_ENTRIES);
  /** Number of the entry at index 0. */
  private floor = 1;
  /** Number of the oldest entry. */
  first = 1;
  /** Number of the next entry. */
  next = 1;
  /** Numbers of the open orders' entries, oldest first. */
  readonly open = new Set<number>();

  append(contract: number, order: number): number {
    const number = this.next;
    this.makeRoom(number);
    this.next += 1;
    this.put(number, contract, order);
    this.open.add(number);
    return number;
  }

  /** Makes room for entries from `first` on, `next` being the one to come; then `put` them, in any order. */
  restore(first: number, next: number): void {
    this.first = first;
    this.floor = first;
    this.next = next;
    this.makeRoom(next - 1);
  }

  /** Puts an entry at its number. */
  put(number: number, contract: number, order: number): void {
    this.contracts[number - this.floor] = contract;
    this.orders[number - this.floor] = order;
  }

  /** The contract of an entry; 0 where there is none. */
  contract(number: number): number {
    return number < this.first || number >= this.next ? 0 : this.contracts[number - this.floor];
  }

  order(number: number): number {
    return this.orders[number - this.floor];
  }

  /** Numbers of entries, newest first, from below `below`. */
  *below(below: number): Iterable<number> {
    for (let number = Math.min(below, this.next) - 1; number >= this.first; number--) yield number;
  }

  /** The same, of open orders. */
  *openBelow(below: number): Iterable<number> {
    for (const number of [...this.open].sort((a, b) => b - a)) if (number < below) yield number;
  }

  /** Drops the entries at the beginning of which `isGone` is true. */
  trim(isGone: (contract: number) => boolean): void {
    while (this.first < this.next && isGone(this.contracts[this.first - this.floor])) this.first += 1;
  }

  private makeRoom(number: number): void {
    if (number - this.floor < this.contracts.length) return;
    const kept = this.next - this.first;
    const capacity = kept * 2 > this.contracts.length ? this.contracts.length * 2 : this.contracts.length;
    const size = Math.max(capacity, number - this.first + 1);
    const from = this.first - this.floor;
    const [contracts, orders] = [this.contracts, this.orders];
    this.contracts = new Uint32Array(size);
    this.orders = new Uint32Array(size);
    this.contracts.set(contracts.subarray(from, from + kept));
    this.orders.set(orders.subarray(from, from + kept));
    this.floor = this.first;
  }
}

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
    this.put(number, contract, order);
    this.open.add(number);
    return number;
  }

  /** Puts an entry at its number, which may leave a gap before it. */
  put(number: number, contract: number, order: number): void {
    if (this.first === this.next) {
      this.first = number;
      this.floor = number;
    }
    this.makeRoom(number);
    this.contracts[number - this.floor] = contract;
    this.orders[number - this.floor] = order;
    if (number >= this.next) this.next = number + 1;
  }

  /** Says which number comes next, after the entries that are still there were put. */
  resume(next: number): void {
    if (this.first === this.next) {
      this.first = next;
      this.floor = next;
    }
    this.next = next;
    this.makeRoom(next - 1);
  }

  /** The contract of an entry; 0 where there is none. */
  contract(number: number): number {
    return number < this.first || number >= this.next ? 0 : this.contracts[number - this.floor];
  }

  order(number: number): number {
    return this.orders[number - this.floor];
  }

  /** Drops the entries at the beginning of which `isGone` is true. */
  trim(isGone: (contract: number) => boolean): void {
    while (this.first < this.next && isGone(this.contracts[this.first - this.floor])) this.first += 1;
  }

  private makeRoom(number: number): void {
    if (number - this.floor < this.contracts.length) return; // also for the number before the first
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

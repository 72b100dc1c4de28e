// What was met on the way, counted by name; kinds that were never met are found.

export class Counts<F extends string> {
  private readonly counts = new Map<F, number>();

  constructor(private readonly names: readonly F[]) {}

  met(name: F): void {
    this.counts.set(name, this.count(name) + 1);
  }

  count(name: F): number {
    return this.counts.get(name) ?? 0;
  }

  /** Names that were never met. */
  missing(): F[] {
    return this.names.filter((name) => this.count(name) === 0);
  }

  protected addCounts(other: Counts<F>): void {
    for (const name of this.names) this.counts.set(name, this.count(name) + other.count(name));
  }
}

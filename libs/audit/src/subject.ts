// Whom a finding is about. Its words are put together when something is found, which in a sound log never happens.

export class Subject {
  /** @param of what the numbered thing belongs to, e.g. a contract's name */
  constructor(
    private readonly of: string | Subject,
    private readonly kind: string,
    private readonly number: number,
  ) {}

  toString(): string {
    return `${this.of}: ${this.kind} ${this.number}`;
  }
}

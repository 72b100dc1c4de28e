// A quantity that many share: bounded in all, and for each of them so that one alone can't use it up.

export class Shares<S> {
  private readonly bySender = new Map<S, number>();
  private total = 0;

  constructor(
    private readonly mostInAll: number,
    private readonly mostOfOne: number,
  ) {}

  /** What is taken in all. */
  get taken(): number {
    return this.total;
  }

  /** How many senders hold some. */
  get senders(): number {
    return this.bySender.size;
  }

  /** Takes `amount` for a sender. Says who is in the way where it may not be had. */
  take(sender: S, amount: number): 'TAKEN' | 'ONE_HAS_TOO_MUCH' | 'ALL_HAVE_TOO_MUCH' {
    const own = this.bySender.get(sender) ?? 0;
    if (own + amount > this.mostOfOne) return 'ONE_HAS_TOO_MUCH';
    if (this.total + amount > this.mostInAll) return 'ALL_HAVE_TOO_MUCH';
    this.bySender.set(sender, own + amount);
    this.total += amount;
    return 'TAKEN';
  }

  /** Gives back what was taken. */
  give(sender: S, amount: number): void {
    const own = (this.bySender.get(sender) ?? 0) - amount;
    if (own > 0) this.bySender.set(sender, own);
    else this.bySender.delete(sender);
    this.total -= amount;
  }
}

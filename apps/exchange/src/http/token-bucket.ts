// The allowance of one sender: so many requests per second, with a reserve for bursts.

export interface Allowance {
  /** Requests per second in the long run. */
  readonly rate: number;
  /** Requests at once after a pause. */
  readonly burst: number;
}

export class TokenBucket {
  private tokens: number;
  private filledAtMs: number;

  /** `nowMs` is a monotonic clock, here and below. */
  constructor(
    readonly allowance: Allowance,
    nowMs: number,
  ) {
    this.tokens = allowance.burst;
    this.filledAtMs = nowMs;
  }

  /** Takes one request from the allowance; false when there is none left. */
  take(nowMs: number): boolean {
    this.fill(nowMs);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Requests left. */
  get left(): number {
    return Math.floor(this.tokens);
  }

  /** Whole seconds until the next request passes, at least 1. */
  secondsToNext(): number {
    return Math.max(1, Math.ceil((1 - this.tokens) / this.allowance.rate));
  }

  /** Whole seconds until the reserve is full again. */
  secondsToFull(): number {
    return Math.ceil((this.allowance.burst - this.tokens) / this.allowance.rate);
  }

  isEmpty(nowMs: number): boolean {
    this.fill(nowMs);
    return this.tokens < 1;
  }

  isFull(nowMs: number): boolean {
    this.fill(nowMs);
    return this.tokens >= this.allowance.burst;
  }

  private fill(nowMs: number): void {
    const elapsedMs = nowMs - this.filledAtMs;
    if (elapsedMs <= 0) return;
    this.filledAtMs = nowMs;
    this.tokens = Math.min(this.allowance.burst, this.tokens + (elapsedMs * this.allowance.rate) / 1_000);
  }
}

/** Buckets by sender, at most `capacity` of them: full ones, which say nothing, are forgotten first, then the oldest. */
export class BucketTable {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly allowance: Allowance,
    private readonly capacity: number,
  ) {}

  get size(): number {
    return this.buckets.size;
  }

  of(sender: string, nowMs: number): TokenBucket {
    const known = this.buckets.get(sender);
    if (known !== undefined) return known;
    if (this.buckets.size >= this.capacity) this.forget(nowMs);
    const bucket = new TokenBucket(this.allowance, nowMs);
    this.buckets.set(sender, bucket);
    return bucket;
  }

  private forget(nowMs: number): void {
    for (const [sender, bucket] of this.buckets) if (bucket.isFull(nowMs)) this.buckets.delete(sender);
    for (const sender of this.buckets.keys()) {
      if (this.buckets.size < this.capacity * 0.9) return;
      this.buckets.delete(sender);
    }
  }
}

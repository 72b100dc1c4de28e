// Stamps, and a guard over them: a clock that jumps a day ahead would settle a day for good, so after a jump nothing
// is stamped until an operator confirms the clock.

import { SECOND_US } from '@tokenbourse/domain';

import type { Clock } from './clock';

/** Wall and monotonic clock may diverge by so much between two looks. */
const DIVERGENCE_US = SECOND_US;

export class ClockGuard {
  private lastWallUs: number;
  private lastMonotonicUs: number;
  /** Why nothing is stamped; empty while all is well. */
  doubt = '';

  /** @param lastStampUs time of the log's last record; 0 for an empty log */
  constructor(
    private readonly clock: Clock,
    private lastStampUs: number,
  ) {
    this.lastWallUs = clock.wallUs();
    this.lastMonotonicUs = clock.monotonicUs();
    this.compare(lastStampUs);
  }

  /** The log goes on from another's stamp: no stamp of this clock may lie before it. */
  goOnFrom(lastStampUs: number): void {
    this.lastStampUs = Math.max(this.lastStampUs, lastStampUs);
    if (this.doubt === '') this.compare(lastStampUs);
  }

  private compare(lastStampUs: number): void {
    const behindUs = lastStampUs - this.clock.wallUs();
    if (behindUs > DIVERGENCE_US) {
      this.doubt = `the wall clock is ${seconds(behindUs)} s behind the log; set it right, or confirm it`;
    }
  }

  /** Looks at the clocks; returns the doubt, empty if there is none. */
  check(): string {
    const wall = this.clock.wallUs();
    const monotonic = this.clock.monotonicUs();
    const jump = wall - this.lastWallUs - (monotonic - this.lastMonotonicUs);
    if (Math.abs(jump) > DIVERGENCE_US) {
      if (this.doubt === '') this.doubt = `the wall clock jumped by ${seconds(jump)} s; set it right, or confirm it`;
    } else if (this.lastStampUs - wall <= DIVERGENCE_US) this.doubt = ''; // it has been set right
    if (this.doubt === '') {
      this.lastWallUs = wall;
      this.lastMonotonicUs = monotonic;
    }
    return this.doubt;
  }

  /** How far the wall clock is ahead of the monotonic one: what changes when it is set. Microseconds. */
  offsetUs(): number {
    return this.clock.wallUs() - this.clock.monotonicUs();
  }

  /** Whether the wall clock has not been set since it was ahead by `offsetUs`. */
  isUnchangedSince(offsetUs: number): boolean {
    return Math.abs(this.offsetUs() - offsetUs) <= DIVERGENCE_US;
  }

  /** The time of the next record: never less than the last. Call only without doubt. */
  stamp(): number {
    this.lastStampUs = Math.max(this.lastStampUs, this.lastWallUs);
    return this.lastStampUs;
  }

  /** An operator vouches for the wall clock as it is now. */
  confirm(): void {
    this.doubt = '';
    this.lastWallUs = this.clock.wallUs();
    this.lastMonotonicUs = this.clock.monotonicUs();
  }
}

function seconds(us: number): string {
  return (us / SECOND_US).toFixed(1);
}

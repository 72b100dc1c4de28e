// Which times the log may carry: those of a wall clock that was right when the process began, has drifted a little since, or
// was confirmed. A clock that jumped may not stamp.

import { SECOND_US } from '@tokenbourse/domain';

import type { VirtualTime } from './virtual-time';

/** The clock guard lets so much of a jump pass. */
export const JUMP_PASSED_US = SECOND_US;

export class Trust {
  /** The farthest ahead that a wall clock was that could be trusted. */
  private offsetUs: number;

  constructor(private readonly time: VirtualTime) {
    this.offsetUs = time.offsetUs;
  }

  /** A process believes the clock that it finds. */
  restart(): void {
    this.believe();
  }

  /** An operator vouches for the clock as it is. */
  confirm(): void {
    this.believe();
  }

  /** The wall clock is set; a small step counts as drift. */
  jump(byUs: number): void {
    this.time.offsetUs += byUs;
    if (Math.abs(byUs) <= JUMP_PASSED_US) this.believe();
  }

  /** The latest stamp that a record may carry now, behind one of `lastStampUs`. */
  latestUs(lastStampUs: number): number {
    return Math.max(lastStampUs, this.time.nowUs + this.offsetUs + JUMP_PASSED_US);
  }

  private believe(): void {
    this.offsetUs = Math.max(this.offsetUs, this.time.offsetUs);
  }
}

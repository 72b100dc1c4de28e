// A process among several: it ends at once when killed; stopped, it does nothing until it is continued, and then everything
// that came meanwhile.

import type { Clock } from '@tokenbourse/sequencer';

import { Life, type VirtualTime } from './virtual-time';

export class Process extends Life {
  /** Its machine's wall clock is ahead by so much. */
  aheadUs: number;
  private frozen = false;
  private held: (() => void)[] = [];

  constructor(
    readonly time: VirtualTime,
    aheadUs: number,
  ) {
    super();
    this.aheadUs = aheadUs;
  }

  get isFrozen(): boolean {
    return this.frozen;
  }

  /** Whatever reaches the process from outside reaches it here. */
  enter(action: () => void): void {
    if (!this.alive) return;
    if (this.frozen) this.held.push(action);
    else action();
  }

  after(delayUs: number, action: () => void): () => void {
    let wanted = true;
    this.time.after(delayUs, () => this.enter(() => void (wanted && action())));
    return () => (wanted = false);
  }

  pause(us: number): Promise<void> {
    return new Promise((passed) => this.after(us, passed));
  }

  freeze(): void {
    this.frozen = true;
  }

  /** What came meanwhile comes one after the other. */
  goOn(): void {
    this.frozen = false;
    for (const action of this.held.splice(0)) this.after(0, action);
  }

  get clock(): Clock {
    return {
      wallUs: () => this.time.wallUs() + this.aheadUs,
      monotonicUs: () => this.time.nowUs,
      wakeAfter: (delayUs, wake) => this.after(delayUs, wake),
    };
  }
}

// Virtual time: it stands still while something is done and then jumps to what happens next. Its wall clock can be set
// wrong; its monotonic clock can not.

import { EventQueue } from '@tokenbourse/simulation';
import type { Clock } from '@tokenbourse/sequencer';

type Action = () => void;

/** Things done at one and the same instant, after which the world is given up. */
const ACTIONS_AT_ONCE_MAX = 200_000;

/** One process from its start to its end: after that nothing of it runs any more. */
export class Life {
  alive = true;
}

/** A promise of what never comes. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

export class VirtualTime {
  /** Microseconds since the world began. */
  nowUs = 0;
  private readonly queue = new EventQueue<Action>();
  private atOnce = 0;

  /** @param offsetUs what the wall clock shows when the world begins, microseconds since 1970 */
  constructor(public offsetUs: number) {}

  wallUs(): number {
    return this.nowUs + this.offsetUs;
  }

  /** Puts `action` to an instant `delayUs` from now; returns how to cancel that. */
  after(delayUs: number, action: Action): () => void {
    let wanted = true;
    this.queue.put(this.nowUs + Math.max(0, Math.ceil(delayUs)), () => {
      if (wanted) action();
    });
    return () => {
      wanted = false;
    };
  }

  /**
   * Does what happens up to and at `untilUs`, one after the other, each to its last consequence, and leaves the clock
   * there. Ends earlier once `done` says so.
   */
  async run(untilUs: number, done: () => boolean = () => false): Promise<void> {
    await this.rest();
    while (!done() && this.queue.nextUs() <= untilUs) {
      const { atUs, item } = this.queue.take();
      this.atOnce = atUs > this.nowUs ? 0 : this.atOnce + 1;
      if (this.atOnce > ACTIONS_AT_ONCE_MAX) throw new Error('the world did not come to rest: time stands still');
      this.nowUs = Math.max(this.nowUs, atUs);
      item();
      await this.rest();
    }
    if (!done()) this.nowUs = Math.max(this.nowUs, untilUs);
  }

  /** The clocks of one process. */
  clockOf(life: Life): Clock {
    return {
      wallUs: () => this.wallUs(),
      monotonicUs: () => this.nowUs,
      wakeAfter: (delayUs, wake) =>
        this.after(delayUs, () => {
          if (life.alive) wake();
        }),
    };
  }

  /** All promises that can be kept without time passing have been kept when the event loop turns. */
  private rest(): Promise<void> {
    return new Promise((turned) => setImmediate(turned));
  }
}

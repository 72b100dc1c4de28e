// Virtual time: a clock that stands still while work is done and then jumps to the next thing that is due. The
// sequencer's wake-ups and the agents' turns wait in one queue, so a run is the same on every machine.

import type { Clock } from '@tokenbourse/sequencer';

import { EventQueue } from './event-queue';

type Action = () => void | Promise<void>;

export class Kernel implements Clock {
  private readonly queue = new EventQueue<Action>();
  private now: number;

  constructor(private readonly startUs: number) {
    this.now = startUs;
  }

  wallUs(): number {
    return this.now;
  }

  monotonicUs(): number {
    return this.now - this.startUs;
  }

  wakeAfter(delayUs: number, wake: () => void): () => void {
    let wanted = true;
    this.at(this.now + Math.max(0, Math.ceil(delayUs)), () => {
      if (wanted) wake();
    });
    return () => {
      wanted = false;
    };
  }

  /** Puts `action` to `atUs`; a past instant counts as now. */
  at(atUs: number, action: Action): void {
    this.queue.put(Math.max(this.now, atUs), action);
  }

  /**
   * Does everything that is due up to and at `untilUs`, one after the other, and leaves the clock there. After each
   * action `settled` is awaited: it resolves when all that the action set going has come to rest.
   */
  async run(untilUs: number, settled: () => Promise<void>): Promise<void> {
    while (this.queue.nextUs() <= untilUs) {
      const { atUs, item } = this.queue.take();
      this.now = atUs;
      await item();
      await settled();
    }
    this.now = Math.max(this.now, untilUs);
  }
}

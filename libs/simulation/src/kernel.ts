// Virtual time: a clock that stands still while work is done and then jumps to the next thing that is due. The
// sequencer's wake-ups and the agents' turns wait in one queue, so a run is the same on every machine.

import type { Clock } from '@tokenbourse/sequencer';

import { EventQueue } from './event-queue';

type Action = () => void | Promise<void>;

/** Turns of the event loop after which a market that has not come to rest is given up. */
const TURNS_MAX = 1_000_000;

export class Kernel implements Clock {
  private readonly queue = new EventQueue<Action>();
  private now: number;
  private waiting = 0;

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
    if (delayUs <= 0) {
      const turn = setImmediate(wake);
      return () => clearImmediate(turn);
    }
    let wanted = true;
    const end = (): boolean => {
      if (!wanted) return false;
      wanted = false;
      this.waiting--;
      return true;
    };
    this.waiting++;
    this.at(this.now + Math.ceil(delayUs), () => {
      if (end()) wake();
    });
    return end;
  }

  /** Puts `action` to `atUs`; a past instant counts as now. */
  at(atUs: number, action: Action): void {
    this.queue.put(Math.max(this.now, atUs), action);
  }

  /**
   * Does everything that is due up to and at `untilUs`, one after the other, and leaves the clock there. Time stands
   * still until all that an action set going has come to rest.
   */
  async run(untilUs: number): Promise<void> {
    await this.rest();
    while (this.queue.nextUs() <= untilUs) {
      const { atUs, item } = this.queue.take();
      this.now = atUs;
      await item();
      await this.rest();
    }
    this.now = Math.max(this.now, untilUs);
  }

  /** The sequencer is at rest when it waits for time to pass; until then the event loop turns. */
  private async rest(): Promise<void> {
    for (let turns = 0; this.waiting === 0; turns++) {
      if (turns === TURNS_MAX) throw new Error('the market did not come to rest: nobody waits for time to pass');
      await new Promise((turned) => setImmediate(turned));
    }
  }
}

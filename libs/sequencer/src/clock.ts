// Time as an input: the sequencer reads clocks only through this interface.

export interface Clock {
  /** Wall clock, microseconds since 1970. May jump. */
  wallUs(): number;
  /** Microseconds since an arbitrary start; never goes back. */
  monotonicUs(): number;
  /**
   * Calls `wake` once after `delayUs`; returns how to cancel that. Without a delay it comes when the event loop turns, after
   * all that had been set going before.
   */
  wakeAfter(delayUs: number, wake: () => void): () => void;
}

/** The machine's clocks. */
export class SystemClock implements Clock {
  wallUs(): number {
    return Date.now() * 1_000;
  }

  monotonicUs(): number {
    return Math.floor(performance.now() * 1_000);
  }

  wakeAfter(delayUs: number, wake: () => void): () => void {
    if (delayUs <= 0) {
      const turn = setImmediate(wake);
      return () => clearImmediate(turn);
    }
    const timer = setTimeout(wake, Math.min(Math.ceil(delayUs / 1_000), 0x7fff_ffff));
    return () => clearTimeout(timer);
  }
}

/** Wakes those who wait for the next frame, without losing a stroke that comes between looking and waiting. */
export class Bell {
  private strokes = 0;
  private readonly waiting = new Set<() => void>();

  /** Strokes so far. Take it before looking for frames, and give it to `next`. */
  get count(): number {
    return this.strokes;
  }

  ring(): void {
    this.strokes += 1;
    const sleepers = [...this.waiting];
    this.waiting.clear();
    for (const wake of sleepers) wake();
  }

  /**
   * Resolves once the bell has rung after stroke `heard`, the signal is aborted, or `timeoutMs` is over (never, without it).
   */
  next(heard: number, signal?: AbortSignal, timeoutMs?: number): Promise<void> {
    if (this.strokes !== heard || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs);
      signal?.addEventListener('abort', wake);
      this.waiting.add(wake);
    });
  }
}

// A gate before the fold: closed while it is to stand still.

export class Gate {
  private closed: Promise<void> | undefined;
  private release: () => void = () => undefined;
  private isRemoved = false;

  /** Resolves when the gate is opened; undefined while it is open. */
  get passage(): Promise<void> | undefined {
    return this.closed;
  }

  close(): void {
    if (this.isRemoved) return;
    this.closed ??= new Promise((resolve) => (this.release = resolve));
  }

  open(): void {
    this.closed = undefined;
    this.release();
  }

  /** Opens it for good. */
  remove(): void {
    this.isRemoved = true;
    this.open();
  }
}

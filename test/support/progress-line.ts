// How far a long run has come, on standard error: one line that refreshes on a terminal, else a line now and then.

const LINE_MS = 5_000;

export class ProgressLine {
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private width = 0;

  tell(text: string): void {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${text.padEnd(this.width)}`);
      this.width = text.length;
      return;
    }
    if (performance.now() - this.toldAtMs < LINE_MS) return;
    this.toldAtMs = performance.now();
    process.stderr.write(`${text}\n`);
  }

  end(): void {
    if (process.stderr.isTTY && this.width > 0) process.stderr.write(`\r${' '.repeat(this.width)}\r`);
  }
}

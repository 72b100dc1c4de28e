// How far a long command has come, on standard error: a bar on a terminal, else a line now and then.

import { Presets, SingleBar } from 'cli-progress';

/** Between two lines where there is no terminal. */
const LINE_MS = 2_000;

export class Progress {
  private readonly bar: SingleBar | undefined;
  private lineAtMs = Date.now();
  private percent = 0;

  /**
   * @param what what is being done, e.g. `verify`
   * @param unit what is counted
   */
  constructor(
    private readonly what: string,
    private readonly unit = 'record',
  ) {
    if (!process.stderr.isTTY) return;
    const format = `${what} {bar} {percentage} % | ${unit} {record} | {eta_formatted} left`;
    this.bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
    this.bar.start(100, 0, { record: 0 });
  }

  /** @param fraction 0 to 1 */
  update(fraction: number, record: number): void {
    const percent = Math.floor(fraction * 100);
    if (this.bar !== undefined) {
      if (percent > this.percent) this.bar.update(percent, { record });
    } else if (percent > this.percent && Date.now() - this.lineAtMs >= LINE_MS) {
      process.stderr.write(`${this.what}: ${percent} %, ${this.unit} ${record}\n`);
      this.lineAtMs = Date.now();
    }
    this.percent = Math.max(this.percent, percent);
  }

  /** A line of its own, beside the bar. */
  tell(message: string): void {
    process.stderr.write(this.bar === undefined ? `${message}\n` : `\r\u001b[K${message}\n`);
  }

  end(): void {
    this.bar?.stop();
  }
}

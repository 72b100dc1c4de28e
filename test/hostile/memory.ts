// The memory of another process, sampled while something is done to it.

import { execFile } from 'node:child_process';

const SAMPLE_MS = 250;
const KIB = 1_024;

/** Resident bytes of a process. */
export function residentBytes(pid: number): Promise<number> {
  return new Promise((done, failed) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      if (error === null) done(Number(stdout.trim()) * KIB);
      else failed(error);
    });
  });
}

export class MemoryWatch {
  /** Largest sample, in bytes. */
  peak = 0;
  readonly samples: number[] = [];
  private stopped = false;
  private readonly sampling: Promise<void>;

  constructor(private readonly pid: number) {
    this.sampling = this.sample();
  }

  async end(): Promise<void> {
    this.stopped = true;
    await this.sampling;
  }

  private async sample(): Promise<void> {
    while (!this.stopped) {
      const bytes = await residentBytes(this.pid);
      this.samples.push(bytes);
      this.peak = Math.max(this.peak, bytes);
      await new Promise((waited) => setTimeout(waited, SAMPLE_MS));
    }
  }
}

// What benchmarks with a real log need: a clock that begins at the market's start, and folders that go away.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { SystemClock } from '@tokenbourse/sequencer';

import { START_US } from './engine-market';

/** The machine's clocks, moved to the market's start, and onwards when told: no contract closes by chance during a run. */
export class MarketClock extends SystemClock {
  private readonly startedUs = super.monotonicUs();
  private skippedUs = 0;

  override wallUs(): number {
    return START_US + this.monotonicUs() - this.startedUs;
  }

  override monotonicUs(): number {
    return super.monotonicUs() + this.skippedUs;
  }

  /** Moves both clocks on to that instant. */
  skipTo(instantUs: number): void {
    this.skippedUs += Math.max(0, Math.ceil(instantUs - this.wallUs()));
  }
}

/** A new folder for temporary files; who asks for it removes it. */
export function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'tokenbourse-bench-'));
}

/** Works in a new folder for temporary files, and removes it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = newFolder();
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// How far a soak has come, on standard error: a line that refreshes on a terminal, a line now and then elsewhere.

import type { Soak } from './soak-kinds';

export interface SoakProgress {
  show(soak: Soak, elapsedMs: number): void;
  end(): void;
}

const REFRESH_MS = 200;
const LINE_MS = 10_000;

/** @param seeds how many are to be run */
export function soakProgressOn(stream: NodeJS.WriteStream, seeds: number): SoakProgress {
  const everyMs = stream.isTTY ? REFRESH_MS : LINE_MS;
  let nextMs = everyMs;
  return {
    show({ seeds: done, soFar }, elapsedMs) {
      if (elapsedMs < nextMs) return;
      nextMs = elapsedMs + everyMs;
      const rate = (done / elapsedMs) * 1_000;
      const line = `seed ${done} of ${seeds}, ${rate.toFixed(1)} a second; ${soFar()}`;
      stream.write(stream.isTTY ? `\r${line.padEnd(stream.columns > 0 ? stream.columns - 1 : 79)}` : `${line}\n`);
    },
    end() {
      if (stream.isTTY) stream.write(`\r${' '.repeat((stream.columns || 80) - 1)}\r`);
    },
  };
}

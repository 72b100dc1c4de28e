// How far a soak has come, on standard error: a line that refreshes on a terminal, a line now and then elsewhere.

import type { Tally } from '@tokenbourse/fault-simulation';

export interface SoakProgress {
  show(total: Tally, elapsedMs: number): void;
  end(): void;
}

const REFRESH_MS = 200;
const LINE_MS = 10_000;

/** @param seeds how many are to be run */
export function soakProgressOn(stream: NodeJS.WriteStream, seeds: number): SoakProgress {
  const everyMs = stream.isTTY ? REFRESH_MS : LINE_MS;
  let nextMs = everyMs;
  return {
    show(total, elapsedMs) {
      if (elapsedMs < nextMs) return;
      nextMs = elapsedMs + everyMs;
      const rate = (total.seeds / elapsedMs) * 1_000;
      const line = `seed ${total.seeds} of ${seeds}, ${rate.toFixed(1)} a second; ${total.commands} commands, ${total.crashes} crashes`;
      stream.write(stream.isTTY ? `\r${line.padEnd(stream.columns > 0 ? stream.columns - 1 : 79)}` : `${line}\n`);
    },
    end() {
      if (stream.isTTY) stream.write(`\r${' '.repeat((stream.columns || 80) - 1)}\r`);
    },
  };
}

// How far a run has come, on standard error: a bar on a terminal, a line per tenth elsewhere.

import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** `share` from 0 to 1. */
  show(share: number, virtualUs: number): void;
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function clockOf(virtualUs: number): string {
  const seconds = Math.floor(virtualUs / 1_000_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function bar(stream: NodeJS.WriteStream): Progress {
  const format = '{bar} {percentage} %  market time {clock}';
  const shown = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  let started = false;
  return {
    show(share, virtualUs) {
      if (!started) shown.start(100, 0, { clock: clockOf(0) });
      started = true;
      shown.update(Math.floor(share * 100), { clock: clockOf(virtualUs) });
    },
    end() {
      if (started) shown.stop();
    },
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  let tenths = 0;
  return {
    show(share, virtualUs) {
      const reached = Math.floor(share * 10 + 1e-9);
      if (reached <= tenths) return;
      tenths = reached;
      stream.write(`${String(tenths * 10).padStart(3)} %  market time ${clockOf(virtualUs)}\n`);
    },
    end() {
      // Every line stands by itself.
    },
  };
}

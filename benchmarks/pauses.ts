// The longest pauses of place and cancel with a million resting orders: each command alone in the engine, and the writer's
// thread under load, also while the follower takes a snapshot and while contracts close.

import { rmSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';

import type { Benchmark } from './benchmark';
import { Commands, FRAME_COMMANDS, marketFor, openedEngine, START_US } from './engine-market';
import type { StreamRun } from './java-peer';
import { LiveMarket } from './live-market';
import { newFolder } from './market-clock';
import { atMost, figureOf } from './measure';
import { Trades } from './stream';
import { StreamProcess, type Contender } from './stream-process';

const ALONE = 'each command alone in the engine';
const LIVE = "the writer's thread";

const came = (measured: Record<string, number>): StreamRun => ({ seconds: 0, trades: new Trades(), measured });

/** Milliseconds of the longest garbage collection since the last call. */
function collections(): () => number {
  let longest = 0;
  const note = (entries: readonly { readonly duration: number }[]): void => {
    for (const { duration } of entries) longest = Math.max(longest, duration);
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    note(observer.takeRecords());
    const found = longest;
    longest = 0;
    return found;
  };
}

const alone: Contender = (stream) => {
  const longestCollection = collections();
  return async () => {
    const { engine, writer } = openedEngine(marketFor(stream));
    const commands = new Commands(stream, true);
    const took = new Float64Array(stream.size - stream.filling);
    for (let id = 1; id <= stream.size; id++) {
      const command = commands.next(id);
      const start = performance.now();
      engine.execute(command, START_US + id);
      if (id > stream.filling) took[id - stream.filling - 1] = performance.now() - start;
      if (id % FRAME_COMMANDS === 0) writer.take();
      if (id === stream.filling) {
        // Collections are told between turns of the event loop; those of the filling don't count.
        await new Promise((turned) => setImmediate(turned));
        longestCollection();
      }
    }
    await new Promise((turned) => setImmediate(turned));
    took.sort();
    return came({
      longest: took[took.length - 1]!,
      usual: took[Math.floor(took.length * 0.9999)]!,
      collection: longestCollection(),
    });
  };
};

async function measureLive(market: LiveMarket): Promise<Record<string, number>> {
  const second = (): Promise<void> => new Promise((waited) => setTimeout(waited, 1_000));
  const load = await market.pause(second);
  const snapshot = await market.pause(() => market.snapshot());
  const closing = await market.pause(() => market.closeWindow());
  return { load, snapshot, closing };
}

/** One market for as many runs as there are parts: it is filled once, and each run closes the next window. */
const live: Contender = (stream, parts) => {
  const folder = newFolder();
  let opened: LiveMarket | undefined;
  let runs = 0;
  return async () => {
    runs += 1;
    try {
      if (opened === undefined) {
        opened = await LiveMarket.open(stream, folder);
        // The first round is for the compiler.
        await measureLive(opened);
      }
      return came(await measureLive(opened));
    } finally {
      if (runs === parts) {
        await opened?.end();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  };
};

export const contenders: Record<string, Contender> = { [ALONE]: alone, [LIVE]: live };

/** What is measured of each contender, and what it is called. */
const FIGURES: Record<string, Record<string, string>> = {
  [ALONE]: {
    longest: 'place, cancel, trade: longest',
    usual: 'place, cancel, trade: 99.99 % are under',
    collection: 'longest garbage collection meanwhile',
  },
  [LIVE]: {
    load: "the writer's longest turn under load",
    snapshot: "the writer's longest turn while a snapshot is taken",
    closing: "the writer's longest turn while a window closes",
  },
};

/** A pause counts only if it comes in every round: what other processes do to the clock does not. */
const AIMED = [FIGURES[ALONE]!['longest']!, ...Object.values(FIGURES[LIVE]!)];

export const pauses: Benchmark = {
  name: 'pauses',
  title: 'Pauses with 1,000,000 resting orders',
  method:
    'Over 64 contracts, with client ids. In the engine each command of the stream is timed alone. Under load 64 clients place and ' +
    "cancel through the sequencer onto a real log, with the follower's thread beside; a turn is the time in which the writer's " +
    'thread answers nobody. A window closes 5 contracts of 15,625 orders each. Each run gives its longest pause; the aim is held ' +
    'against the least of them, since pauses that other processes cause come and go.',
  async measure({ runs, operations, largest, progress }) {
    const stream = { seed: 1, operations, resting: Math.min(1_000_000, largest), books: 64 };
    const values = new Map<string, number[]>();
    for (const [contender, names] of Object.entries(FIGURES)) {
      const process = new StreamProcess({ module: './pauses', contender, stream, parts: runs });
      try {
        if (contender === ALONE) {
          progress(`pauses: warm-up, ${contender}`);
          await process.run();
        }
        for (let round = 1; round <= runs; round++) {
          progress(`pauses: run ${round} of ${runs}, ${contender}`);
          const { measured } = await process.run();
          for (const [key, name] of Object.entries(names)) {
            values.set(name, [...(values.get(name) ?? []), measured![key]!]);
          }
        }
      } finally {
        await process.close();
      }
    }
    const figures = [...values].map(([name, found]) => figureOf(name, 'ms', found));
    const aims = figures
      .filter(({ name }) => AIMED.includes(name))
      .map(({ name, least }) => atMost(`${name} (least of ${runs})`, 5, least, 'ms'));
    return { figures, aims };
  },
};

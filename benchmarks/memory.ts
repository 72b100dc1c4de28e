// Memory per resting order, client ids included.

import type { Benchmark } from './benchmark';
import { Commands, FRAME_COMMANDS, marketFor, openedEngine, START_US } from './engine-market';
import { atMost, figureOf } from './measure';
import { Trades } from './stream';
import { StreamProcess, type Contender } from './stream-process';

const WITH_IDS = 'a resting order with its client id';
const WITHOUT_IDS = 'a resting order without client id';

/** Heap, and what lies outside of it: typed arrays. */
function usedBytes(): number {
  // Twice: typed arrays that one collection finds free are counted until the next.
  for (let i = 0; i < 2; i++) (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that a resting order takes, beside a market with its accounts and without orders. */
const memory =
  (ids: boolean): Contender =>
  (stream) =>
  () => {
    const { engine, writer } = openedEngine(marketFor(stream));
    const commands = new Commands(stream, ids);
    const before = usedBytes();
    for (let id = 1; id <= stream.filling; id++) {
      engine.execute(commands.next(id), START_US + id);
      if (id % FRAME_COMMANDS === 0) writer.take();
    }
    writer.take();
    const bytes = (usedBytes() - before) / stream.filling;
    // The engine is looked at again, so that it was alive until here.
    return { seconds: 0, trades: new Trades(), measured: { bytes, contracts: engine.state.lastContract } };
  };

export const contenders: Record<string, Contender> = { [WITH_IDS]: memory(true), [WITHOUT_IDS]: memory(false) };

export const memoryPerOrder: Benchmark = {
  name: 'memory',
  title: 'Memory',
  method:
    'Heap and typed arrays of the engine after 1,000,000 orders have come to rest over 64 contracts, less what they were before, ' +
    'after a garbage collection each time.',
  async measure({ runs, largest, progress }) {
    const stream = { seed: 1, operations: 0, resting: Math.min(1_000_000, largest), books: 64 };
    const figures = [];
    for (const name of Object.keys(contenders)) {
      const values: number[] = [];
      for (let round = 1; round <= runs; round++) {
        progress(`memory: run ${round} of ${runs}, ${name}`);
        // A new process each time: what an earlier engine left must not be counted.
        const process = new StreamProcess({ module: './memory', contender: name, stream, parts: 1 });
        values.push((await process.run()).measured!['bytes']!);
        await process.close();
      }
      figures.push(figureOf(name, 'bytes', values));
    }
    return { figures, aims: [atMost(WITH_IDS, 100, figures[0]!.median, 'bytes')] };
  },
};

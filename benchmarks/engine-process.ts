// The whole engine in memory as a contender: it runs a stream of commands, made before the clock starts.

import { visitRecords, type Command, type MarketEvent } from '@tokenbourse/domain';

import { Commands, FRAME_COMMANDS, openedEngine, START_US, marketFor } from './engine-market';
import type { StreamRun } from './java-peer';
import { makeStream, Trades, type Stream, type StreamOptions } from './stream';
import type { Contender } from './stream-process';

/** Commands that are made at once, off the clock: as many as the sequencer takes in one batch. */
const MADE_AT_ONCE = 1_024;

export const WITH_IDS = 'with client ids';
export const WITHOUT_IDS = 'without client ids';

/** What the part after the filling took. Throws an error if other orders rest at the end than should. */
function run(stream: Stream, ids: boolean, took?: (payload: Uint8Array) => void): StreamRun {
  const { engine, writer } = openedEngine(marketFor(stream));
  const commands = new Commands(stream, ids);
  const made: Command[] = [];
  let nanoseconds = 0n;
  let processorUs = 0;
  for (let first = 1; first <= stream.size; first += made.length) {
    const end = first <= stream.filling ? stream.filling : stream.size;
    const count = Math.min(MADE_AT_ONCE, end - first + 1);
    made.length = 0;
    for (let id = first; id < first + count; id++) made.push(commands.next(id));
    const processor = process.cpuUsage();
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      engine.execute(made[i]!, START_US + first + i);
      if (i % FRAME_COMMANDS === FRAME_COMMANDS - 1) {
        const payload = writer.take();
        took?.(payload);
      }
    }
    if (first <= stream.filling) continue;
    nanoseconds += process.hrtime.bigint() - start;
    const { user, system } = process.cpuUsage(processor);
    processorUs += user + system;
  }
  const last = writer.take();
  took?.(last);
  let resting = 0;
  for (const { book } of engine.state.contracts) resting += book.size;
  if (resting !== stream.left) throw new Error(`${resting} orders rest, not ${stream.left}`);
  const measured = { processor_seconds: processorUs / 1e6 };
  return { seconds: Number(nanoseconds) / 1e9, trades: new Trades(), measured };
}

const contender =
  (ids: boolean): Contender =>
  (stream) =>
  () =>
    run(stream, ids);

export const contenders: Record<string, Contender> = { [WITH_IDS]: contender(true), [WITHOUT_IDS]: contender(false) };

/** The trades that the engine makes of a stream. Throws an error if it refuses any command that a peer takes. */
export function tradesOf(options: StreamOptions, ids: boolean): Trades {
  const trades = new Trades();
  const visitor = {
    begin: () => undefined,
    event: (event: MarketEvent) => {
      if (event.type === 'OrderRejected') throw new Error(`an order of the stream was refused: ${event.code}`);
      if (event.type === 'TradeExecuted') {
        trades.add(event.taker_order, event.maker_order, event.price_ticks, event.lots);
      }
    },
    end: () => undefined,
  };
  run(makeStream(options), ids, (payload) => visitRecords(payload, 1, visitor));
  return trades;
}

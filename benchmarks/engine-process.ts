// The whole engine in memory as a contender: it runs a stream of commands, made before the clock starts.

import { visitRecords, type Command, type MarketEvent } from '@tokenbourse/domain';

import { Commands, FRAME_COMMANDS, openedEngine, START_US, marketFor } from './engine-market';
import { makeStream, Trades, type Stream, type StreamOptions } from './stream';
import type { Contender } from './stream-process';

/** Commands that are made at once, off the clock. */
const MADE_AT_ONCE = 8_192;

export const WITH_IDS = 'with client ids';
export const WITHOUT_IDS = 'without client ids';

/** Seconds that the part after the filling took. */
function run(stream: Stream, ids: boolean, took?: (payload: Uint8Array) => void): number {
  const { engine, writer } = openedEngine(marketFor(stream));
  const commands = new Commands(stream, ids);
  const made: Command[] = [];
  let nanoseconds = 0n;
  for (let first = 1; first <= stream.size; first += made.length) {
    const end = first <= stream.filling ? stream.filling : stream.size;
    const count = Math.min(MADE_AT_ONCE, end - first + 1);
    made.length = 0;
    for (let id = first; id < first + count; id++) made.push(commands.next(id));
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) {
      engine.execute(made[i]!, START_US + first + i);
      if (i % FRAME_COMMANDS === FRAME_COMMANDS - 1) {
        const payload = writer.take();
        took?.(payload);
      }
    }
    if (first > stream.filling) nanoseconds += process.hrtime.bigint() - start;
  }
  const last = writer.take();
  took?.(last);
  return Number(nanoseconds) / 1e9;
}

const contender =
  (ids: boolean): Contender =>
  (stream) =>
  () => ({ seconds: run(stream, ids), trades: new Trades() });

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

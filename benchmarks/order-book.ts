// The order book beside the order books of the npm registry, trades only, one symbol. All must make the same trades.

import { OrderBook as NodejsOrderBook, Side as PeerSide } from 'nodejs-order-book';
import { Orderbook as MatchEngineBook, TRADE_SIDE } from 'orderbook-match-engine';

import type { Benchmark } from './benchmark';
import { atLeast, sideBySide, timed, type Candidate } from './measure';
import { CANCEL, LIMIT, makeStream, PlainMarket, type Stream, type Trades } from './stream';

type Operate = (id: number) => void;

/** One book under test: what does operation `id` of the stream, and the trades so far. */
type Contender = (stream: Stream) => { operate: Operate; trades: Trades };

const ours: Contender = (stream) => {
  const market = new PlainMarket();
  const { kind, buy, price, lots, target } = stream;
  const operate = (id: number): void => {
    const side = buy[id] === 1 ? 'BUY' : 'SELL';
    if (kind[id] === LIMIT) market.place(id, side, price[id]!, lots[id]!, true);
    else if (kind[id] === CANCEL) market.cancel(target[id]!);
    else market.place(id, side, buy[id] === 1 ? 2_000_000_000 : 0, lots[id]!, false);
  };
  return { operate, trades: market.trades };
};

const nodejsOrderBook: Contender = ({ kind, buy, price, lots, target }) => {
  const book = new NodejsOrderBook();
  const trades = { count: 0, lots: 0, value: 0 };
  const operate = (id: number): void => {
    const side = buy[id] === 1 ? PeerSide.BUY : PeerSide.SELL;
    if (kind[id] === CANCEL) {
      book.cancel(String(target[id]));
      return;
    }
    const result =
      kind[id] === LIMIT
        ? book.limit({ id: String(id), side, size: lots[id]!, price: price[id]! })
        : book.market({ side, size: lots[id]! });
    for (const done of result.done) {
      // The taker itself is listed too once it is filled.
      if (done.id === String(id)) continue;
      trades.count += 1;
      const size = 'size' in done ? done.size : 0;
      trades.lots += size;
      trades.value += size * (done as { price: number }).price;
    }
    if (result.partial !== null && result.partial.id !== String(id)) {
      trades.count += 1;
      trades.lots += result.partialQuantityProcessed;
      trades.value += result.partialQuantityProcessed * (result.partial as { price: number }).price;
    }
  };
  return { operate, trades };
};

const orderbookMatchEngine: Contender = ({ kind, buy, price, lots, target }) => {
  const book = new MatchEngineBook();
  const trades = { count: 0, lots: 0, value: 0 };
  const operate = (id: number): void => {
    if (kind[id] === CANCEL) {
      if (target[id] !== 0) book.cancel(target[id]!);
      return;
    }
    const buying = buy[id] === 1;
    // It knows no market orders: a limit that any price meets, whose rest is cancelled at once.
    const limit = kind[id] === LIMIT ? price[id]! : buying ? 1_000_000 : 1;
    const result = book.add(id, buying ? TRADE_SIDE.BID : TRADE_SIDE.ASK, limit, lots[id]!);
    for (const trade of result.trades) {
      const quantity = Number(trade.tradeQuantity.toString());
      trades.count += 1;
      trades.lots += quantity;
      trades.value += quantity * Number(trade.tradePrice.toString());
    }
    if (kind[id] !== LIMIT && Number(result.order.leaveQuantity.toString()) > 0) book.cancel(id);
  };
  return { operate, trades };
};

const CONTENDERS: readonly [string, Contender][] = [
  ['tokenbourse', ours],
  ['nodejs-order-book', nodejsOrderBook],
  ['orderbook-match-engine', orderbookMatchEngine],
];

function runWhole(stream: Stream, contender: Contender): Trades {
  const { operate, trades } = contender(stream);
  for (let id = 1; id <= stream.size; id++) operate(id);
  return trades;
}

/** The candidates over one stream, having made the same trades. Throws an error that names who differs. */
function candidates(resting: number, operations: number): Candidate[] {
  const check = makeStream({ seed: 7, operations: 20_000, resting: Math.min(resting, 5_000) });
  const [first, ...others] = CONTENDERS.map(([name, contender]) => ({ name, trades: runWhole(check, contender) }));
  for (const other of others) {
    if (JSON.stringify(other.trades) !== JSON.stringify(first!.trades)) {
      throw new Error(
        `${other.name} made other trades than ${first!.name}: ${JSON.stringify(other.trades)}, ${JSON.stringify(first!.trades)}`,
      );
    }
  }
  const stream = makeStream({ seed: 1, operations, resting });
  return CONTENDERS.map(([name, contender]) => {
    // The slow ones get a tenth of the stream: rates are compared, and a run shall not take minutes.
    const timedOperations = name === 'tokenbourse' ? operations : Math.max(10_000, Math.floor(operations / 10));
    return {
      name,
      operations: timedOperations,
      run: () => {
        const { operate } = contender(stream);
        for (let id = 1; id <= stream.filling; id++) operate(id);
        const last = stream.filling + timedOperations;
        return timed(() => {
          for (let id = stream.filling + 1; id <= last; id++) operate(id);
        });
      },
    };
  });
}

function orderBook(name: string, resting: number): Benchmark {
  return {
    name,
    title: `Order book, ${resting.toLocaleString('en-US')} resting orders`,
    method: 'Trades only, one book. All have made the same trades before anything is timed.',
    async measure(setting) {
      const books = candidates(Math.min(resting, setting.largest), setting.operations);
      const figures = await sideBySide(name, books, setting);
      const best = Math.max(...figures.slice(1).map((figure) => figure.median));
      return { figures, aims: [atLeast('beside the best JavaScript peer', 10, figures[0]!.median / best, '×')] };
    },
  };
}

export const orderBooks: readonly Benchmark[] = [orderBook('book-5k', 5_000), orderBook('book-100k', 100_000)];

// The order book beside other order books, trades only. All must make the same trades in the same order.

import { OrderBook as HftOrderBook, Side as HftSide } from 'hft-limit-order-book';
import { OrderBook as NodejsOrderBook, Side as NodejsSide } from 'nodejs-order-book';
import { Orderbook as MatchEngineBook, TRADE_SIDE } from 'orderbook-match-engine';

import type { Benchmark, Setting } from './benchmark';
import { ExchangeCore, whyNoExchangeCore, type StreamRun } from './java-peer';
import { atLeast, named, sideBySide, timed, type Candidate } from './measure';
import {
  ANY_BUY,
  ANY_SELL,
  CANCEL,
  LIMIT,
  makeStream,
  PlainMarket,
  Trades,
  type Stream,
  type StreamOptions,
} from './stream';
import { assertSameTrades, Beside, StreamProcess } from './stream-process';

/** Does operation `id` of the stream, and notes the trades. */
type Operate = (id: number) => void;

/** Runs at once, without waiting. */
type BookContender = (stream: Stream, parts: number) => () => StreamRun;

/** The stream or its next part, the books being filled before the first. */
function inParts(open: (stream: Stream) => { operate: Operate; trades: Trades }): BookContender {
  return (stream, parts) => {
    const length = Math.max(1, Math.floor((stream.size - stream.filling) / parts));
    let opened: ReturnType<typeof open>;
    let next = stream.size;
    return () => {
      if (next + length > stream.size) {
        opened = open(stream);
        for (let id = 1; id <= stream.filling; id++) opened.operate(id);
        next = stream.filling;
      }
      const { operate, trades } = opened;
      const [from, to] = [next + 1, next + length];
      next = to;
      const seconds = timed(() => {
        for (let id = from; id <= to; id++) operate(id);
      });
      return { seconds, trades };
    };
  };
}

const ours = inParts((stream) => {
  const market = new PlainMarket(stream.books);
  const { kind, buy, book, number, price, lots } = stream;
  const operate: Operate = (id) => {
    const side = buy[id] === 1 ? 'BUY' : 'SELL';
    if (kind[id] === LIMIT) market.place(book[id]!, number[id]!, side, price[id]!, lots[id]!, true);
    else if (kind[id] === CANCEL) market.cancel(book[id]!, number[id]!);
    else market.place(book[id]!, number[id]!, side, buy[id] === 1 ? ANY_BUY : ANY_SELL, lots[id]!, false);
  };
  return { operate, trades: market.trades };
});

/** What nodejs-order-book and hft-limit-order-book, grown from one root, have in common. */
interface StringIdBook {
  limit(order: { id: string; side: string; size: number; price: number }): Filled;
  market(order: { side: string; size: number }): Filled;
  cancel(id: string): unknown;
}
interface Filled {
  readonly done: readonly { readonly id: string; readonly size: number; readonly price: number }[];
  readonly partial: { readonly id: string; readonly price: number } | null;
  readonly partialQuantityProcessed: number;
}

function stringIds(bid: string, ask: string, open: () => StringIdBook): BookContender {
  return inParts(({ books: count, kind, buy, book, number, price, lots }) => {
    const books = Array.from({ length: count }, open);
    const trades = new Trades();
    const operate: Operate = (id) => {
      const at = books[book[id]!]!;
      const key = String(number[id]);
      if (kind[id] === CANCEL) {
        at.cancel(key);
        return;
      }
      const side = buy[id] === 1 ? bid : ask;
      const { done, partial, partialQuantityProcessed } =
        kind[id] === LIMIT
          ? at.limit({ id: key, side, size: lots[id]!, price: price[id]! })
          : at.market({ side, size: lots[id]! });
      for (const maker of done) {
        // The taker itself is listed too once it is filled.
        if (maker.id !== key) trades.add(number[id]!, Number(maker.id), maker.price, maker.size);
      }
      if (partial !== null && partial.id !== key) {
        trades.add(number[id]!, Number(partial.id), partial.price, partialQuantityProcessed);
      }
    };
    return { operate, trades };
  });
}

const orderbookMatchEngine = inParts(({ books: count, kind, buy, book, number, price, lots, target }) => {
  const books = Array.from({ length: count }, () => new MatchEngineBook());
  const trades = new Trades();
  const operate: Operate = (id) => {
    const at = books[book[id]!]!;
    if (kind[id] === CANCEL) {
      if (target[id] !== 0) at.cancel(number[id]!);
      return;
    }
    const buying = buy[id] === 1;
    // It knows no market orders: a limit that any price meets, whose rest is cancelled at once.
    const limit = kind[id] === LIMIT ? price[id]! : buying ? 1_000_000 : 1;
    const result = at.add(number[id]!, buying ? TRADE_SIDE.BID : TRADE_SIDE.ASK, limit, lots[id]!);
    for (const { makerOrderId, tradePrice, tradeQuantity } of result.trades) {
      trades.add(number[id]!, makerOrderId, Number(tradePrice.toString()), Number(tradeQuantity.toString()));
    }
    if (kind[id] !== LIMIT && Number(result.order.leaveQuantity.toString()) > 0) at.cancel(number[id]!);
  };
  return { operate, trades };
});

const OURS = 'tokenbourse';
const EXCHANGE_CORE = "exchange-core's book (Java)";

/** By name; stream-process.ts runs each in a process of its own. */
export const contenders: Record<string, BookContender> = {
  [OURS]: ours,
  'nodejs-order-book': stringIds(
    NodejsSide.BUY,
    NodejsSide.SELL,
    () => new NodejsOrderBook() as unknown as StringIdBook,
  ),
  'hft-limit-order-book': stringIds(HftSide.BUY, HftSide.SELL, () => new HftOrderBook() as unknown as StringIdBook),
  'orderbook-match-engine': orderbookMatchEngine,
};

/** A tenth of the stream: rates are compared, and a run shall not take minutes. */
const PARTS_OF_PEERS = 10;

/** Throws an error that names who made other trades than we on a small stream. */
function checkSmallStream(options: StreamOptions): void {
  const stream = makeStream(options);
  const [first, ...others] = Object.entries(contenders).map(([name, contender]) => ({
    name,
    trades: contender(stream, 1)().trades,
  }));
  for (const other of others) assertSameTrades(first!, other);
}

async function candidates(options: StreamOptions, setting: Setting, notes: string[]): Promise<Candidate[]> {
  const { resting, books, operations } = options;
  setting.progress('order book: checking that all make the same trades');
  checkSmallStream({ seed: 7, operations: Math.min(20_000, operations), resting: Math.min(resting, 5_000), books });
  const beside = new Beside();
  const listed: Candidate[] = Object.keys(contenders).map((name) => {
    const parts = name === OURS ? 1 : PARTS_OF_PEERS;
    const process = new StreamProcess({ module: './order-book', contender: name, stream: options, parts });
    const note = parts === 1 ? undefined : 'each run is the next tenth of the stream';
    return {
      name,
      operations: Math.floor(operations / parts),
      note,
      run: () => (parts === 1 ? beside.run(name, process) : process.run().then(({ seconds }) => seconds)),
      close: () => process.close(),
    };
  });
  const missing = whyNoExchangeCore(setting);
  if (missing !== undefined) notes.push(missing);
  else {
    const process = new ExchangeCore('book', makeStream(options));
    const run = () => beside.run(EXCHANGE_CORE, process);
    listed.splice(1, 0, { name: EXCHANGE_CORE, operations, run, close: () => process.close() });
  }
  return listed;
}

function orderBook(name: string, title: string, resting: number, books: number): Benchmark {
  return {
    name,
    title,
    method:
      'Trades only: no accounts, no money. Each candidate has a process of its own; all have made the same trades ' +
      'in the same order before anything is timed.',
    async measure(setting) {
      const { operations, largest } = setting;
      const notes: string[] = [];
      const options = { seed: 1, operations, resting: Math.min(resting, largest), books };
      const figures = await sideBySide(name, await candidates(options, setting, notes), setting);
      const ours = named(figures, OURS)!.median;
      const java = named(figures, EXCHANGE_CORE);
      const scripts = figures.filter(({ name }) => name !== OURS && name !== EXCHANGE_CORE);
      const aims = [
        atLeast('beside the best JavaScript peer', 10, ours / Math.max(...scripts.map(({ median }) => median)), '×'),
        ...(java === undefined ? [] : [atLeast("beside exchange-core's book", 2, ours / java.median, '×')]),
      ];
      return { figures, aims, notes };
    },
  };
}

export const orderBooks: readonly Benchmark[] = [
  orderBook('book-5k', 'Order book, 5,000 resting orders', 5_000, 1),
  orderBook('book-100k', 'Order book, 100,000 resting orders', 100_000, 1),
  orderBook('book-1m', 'Order books, 1,000,000 resting orders over 64 contracts', 1_000_000, 64),
];

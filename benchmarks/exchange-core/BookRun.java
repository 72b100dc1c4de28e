// exchange-core's order book alone: its direct implementation, with the pools that its matching engine gives it.

import exchange.core2.collections.objpool.ObjectsPool;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.SymbolType;
import exchange.core2.core.common.cmd.CommandResultCode;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.cmd.OrderCommandType;
import exchange.core2.core.common.config.LoggingConfiguration;
import exchange.core2.core.orderbook.IOrderBook;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.orderbook.OrderBookEventsHelper;
import java.util.HashMap;
import java.util.Map;

final class BookRun implements Run {
    static final int BASE = 1;
    static final int QUOTE = 2;

    private final Operations operations;
    private final OrderCommand command = new OrderCommand();

    BookRun(Operations operations) {
        this.operations = operations;
    }

    static CoreSymbolSpecification symbol(int number) {
        return CoreSymbolSpecification.builder()
            .symbolId(number).type(SymbolType.CURRENCY_EXCHANGE_PAIR)
            .baseCurrency(BASE).quoteCurrency(QUOTE).baseScaleK(1).quoteScaleK(1)
            .takerFee(2).makerFee(1).build();
    }

    @Override
    public double run(Trades trades) {
        IOrderBook[] books = new IOrderBook[operations.books];
        ObjectsPool pool = pool();
        OrderBookEventsHelper events = new OrderBookEventsHelper(exchange.core2.core.common.MatcherTradeEvent::new);
        for (int i = 0; i < books.length; i++) {
            books[i] = new OrderBookDirectImpl(symbol(i), pool, events, LoggingConfiguration.DEFAULT);
        }
        part(books, 1, operations.filling, trades);
        long start = System.nanoTime();
        part(books, operations.filling + 1, operations.size, trades);
        return (System.nanoTime() - start) / 1e9;
    }

    private void part(IOrderBook[] books, int from, int to, Trades trades) {
        for (int id = from; id <= to; id++) operate(books, id, trades);
    }

    private void operate(IOrderBook[] books, int id, Trades trades) {
        Operations o = operations;
        OrderCommand c = command;
        c.matcherEvent = null;
        c.symbol = o.book[id];
        c.resultCode = CommandResultCode.VALID_FOR_MATCHING_ENGINE;
        if (o.kind[id] == Operations.CANCEL) {
            c.command = OrderCommandType.CANCEL_ORDER;
            c.orderId = o.number[id];
            c.uid = 1;
        } else {
            c.command = OrderCommandType.PLACE_ORDER;
            c.orderId = o.number[id];
            c.uid = 1;
            c.price = o.limitOf(id);
            c.reserveBidPrice = c.price;
            c.size = o.lots[id];
            c.action = o.buy[id] == 1 ? OrderAction.BID : OrderAction.ASK;
            c.orderType = o.kind[id] == Operations.LIMIT ? OrderType.GTC : OrderType.IOC;
        }
        IOrderBook.processCommand(books[o.book[id]], c);
        trades.add(o.number[id], c.matcherEvent);
    }

    private static ObjectsPool pool() {
        Map<Integer, Integer> sizes = new HashMap<>();
        sizes.put(ObjectsPool.DIRECT_ORDER, 1024 * 1024);
        sizes.put(ObjectsPool.DIRECT_BUCKET, 1024 * 64);
        sizes.put(ObjectsPool.ART_NODE_4, 1024 * 32);
        sizes.put(ObjectsPool.ART_NODE_16, 1024 * 16);
        sizes.put(ObjectsPool.ART_NODE_48, 1024 * 8);
        sizes.put(ObjectsPool.ART_NODE_256, 1024 * 4);
        return new ObjectsPool(sizes);
    }
}

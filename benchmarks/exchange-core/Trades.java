// What trades came to, and a digest of their sequence: the same arithmetic as in ../stream.ts.

import exchange.core2.core.common.MatcherEventType;
import exchange.core2.core.common.MatcherTradeEvent;

final class Trades {
    long count;
    long lots;
    long value;
    int digest;

    void add(long taker, MatcherTradeEvent event) {
        while (event != null) {
            if (event.eventType == MatcherEventType.TRADE) {
                count += 1;
                lots += event.size;
                value += event.size * event.price;
                digest = digest * 31 + (int) taker;
                digest = digest * 31 + (int) event.matchedOrderId;
                digest = digest * 31 + (int) event.price;
                digest = digest * 31 + (int) event.size;
            }
            event = event.nextEvent;
        }
    }
}

// The stream of operations, as ../java-peer.ts wrote it: columns by the operation's id, little-endian.

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

final class Operations {
    static final int LIMIT = 0;
    static final int CANCEL = 1;
    static final int MARKET = 2;

    /** Prices that any resting order meets; the seller's is not below the fee, which the risk engine would refuse. */
    static final int MARKET_BUY_PRICE = 1_000_000;
    static final int MARKET_SELL_PRICE = 2;

    final int size;
    /** The first so many operations fill the books; they are not timed. */
    final int filling;
    final int books;
    final int accounts;
    final int[] kind;
    final int[] buy;
    final int[] book;
    /** The order's number in its book; a cancel's is its order's. */
    final int[] number;
    final int[] price;
    final int[] lots;
    /** Of a cancel: the id of the operation that placed the order, 0 if there was none to cancel. */
    final int[] target;
    final int[] account;

    Operations(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        size = bytes.getInt();
        filling = bytes.getInt();
        books = bytes.getInt();
        accounts = bytes.getInt();
        kind = column(bytes);
        buy = column(bytes);
        book = column(bytes);
        number = column(bytes);
        price = column(bytes);
        lots = column(bytes);
        target = column(bytes);
        account = column(bytes);
    }

    /** The limit that an operation carries: its own, or for a market order one that any price meets. */
    int limitOf(int id) {
        if (kind[id] == LIMIT) return price[id];
        return buy[id] == 1 ? MARKET_BUY_PRICE : MARKET_SELL_PRICE;
    }

    private int[] column(ByteBuffer bytes) {
        int[] values = new int[size + 1];
        for (int id = 0; id <= size; id++) values[id] = bytes.getInt();
        return values;
    }
}

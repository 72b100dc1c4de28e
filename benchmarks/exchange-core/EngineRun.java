// exchange-core whole: grouping, risk engine in two steps, matching, results; in memory, or with its journal. Commands are
// made before the clock starts; the clock stops when the last one's result has come.

import com.sun.management.OperatingSystemMXBean;
import exchange.core2.core.ExchangeApi;
import exchange.core2.core.ExchangeCore;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.CoreWaitStrategy;
import exchange.core2.core.common.L2MarketData;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.api.ApiAddUser;
import exchange.core2.core.common.api.ApiAdjustUserBalance;
import exchange.core2.core.common.api.ApiCancelOrder;
import exchange.core2.core.common.api.ApiCommand;
import exchange.core2.core.common.api.ApiNop;
import exchange.core2.core.common.api.ApiPlaceOrder;
import exchange.core2.core.common.api.binary.BatchAddSymbolsCommand;
import exchange.core2.core.common.cmd.CommandResultCode;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.cmd.OrderCommandType;
import exchange.core2.core.common.config.ExchangeConfiguration;
import exchange.core2.core.common.config.InitialStateConfiguration;
import exchange.core2.core.common.config.OrdersProcessingConfiguration;
import exchange.core2.core.common.config.PerformanceConfiguration;
import exchange.core2.core.common.config.SerializationConfiguration;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.processors.journaling.DiskSerializationProcessor;
import exchange.core2.core.processors.journaling.DiskSerializationProcessorConfiguration;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

final class EngineRun implements Run {
    private static final OperatingSystemMXBean PROCESS =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final long PLENTY = 1_000_000_000_000_000L;

    private final Operations operations;
    private final ApiCommand[] commands;
    private final Path journal;
    private int runs;

    /** Written by the results' thread alone, read after the last result. */
    private Trades trades;
    private long executed;
    private final Map<CommandResultCode, Integer> refused = new EnumMap<>(CommandResultCode.class);
    private long resting;
    private double processorSeconds;

    /** `journal`: the folder of the journal, null for none. */
    EngineRun(Operations operations, Path journal) {
        this.operations = operations;
        this.journal = journal;
        commands = new ApiCommand[operations.size + 1];
        for (int id = 1; id <= operations.size; id++) commands[id] = command(id);
    }

    private ApiCommand command(int id) {
        Operations o = operations;
        if (o.kind[id] == Operations.CANCEL) {
            int target = o.target[id];
            return ApiCancelOrder.builder().orderId(o.number[id]).uid(o.account[target]).symbol(1 + o.book[id]).build();
        }
        int price = o.limitOf(id);
        return ApiPlaceOrder.builder()
            .orderId(o.number[id]).uid(o.account[id]).symbol(1 + o.book[id]).price(price).reservePrice(price).size(o.lots[id])
            .action(o.buy[id] == 1 ? OrderAction.BID : OrderAction.ASK)
            .orderType(o.kind[id] == Operations.LIMIT ? OrderType.GTC : OrderType.IOC).build();
    }

    @Override
    public double run(Trades into) throws Exception {
        trades = into;
        executed = 0;
        refused.clear();
        if (journal != null) empty(journal);
        ExchangeCore core = ExchangeCore.builder().resultsConsumer(this::take).exchangeConfiguration(configuration()).build();
        core.startup();
        try {
            ExchangeApi api = core.getApi();
            open(api);
            send(api, 1, operations.filling);
            long processor = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            send(api, operations.filling + 1, operations.size);
            double seconds = (System.nanoTime() - start) / 1e9;
            processorSeconds = (PROCESS.getProcessCpuTime() - processor) / 1e9;
            if (!refused.isEmpty()) throw new IllegalStateException("commands were refused: " + refused);
            resting = restingOrders(api);
            return seconds;
        } finally {
            core.shutdown();
            if (journal != null) empty(journal);
        }
    }

    /** A run's own account of itself: each command has an outcome, and what rests is what rests elsewhere too. */
    @Override
    public String measured() {
        return String.format(
            Locale.ROOT, ",\"measured\":{\"executed\":%d,\"resting\":%d,\"processor_seconds\":%.9f}",
            executed, resting, processorSeconds);
    }

    private void take(OrderCommand command, long sequence) {
        boolean places = command.command == OrderCommandType.PLACE_ORDER;
        if (!places && command.command != OrderCommandType.CANCEL_ORDER) return;
        executed += 1;
        if (places) trades.add(command.orderId, command.matcherEvent);
        // A cancel that found no order to name has number 0, on all sides.
        boolean expected = command.resultCode == CommandResultCode.SUCCESS || (!places && command.orderId == 0);
        if (!expected) refused.merge(command.resultCode, 1, Integer::sum);
    }

    private long restingOrders(ExchangeApi api) {
        long orders = 0;
        for (int book = 0; book < operations.books; book++) {
            L2MarketData data = api.requestOrderBookAsync(1 + book, Integer.MAX_VALUE).join();
            for (int level = 0; level < data.askSize; level++) orders += data.askOrders[level];
            for (int level = 0; level < data.bidSize; level++) orders += data.bidOrders[level];
        }
        return orders;
    }

    private void send(ExchangeApi api, int from, int to) {
        for (int id = from; id <= to; id++) api.submitCommand(commands[id]);
        api.submitCommandAsync(ApiNop.builder().build()).join();
    }

    private void open(ExchangeApi api) {
        List<CoreSymbolSpecification> symbols = new ArrayList<>();
        for (int book = 0; book < operations.books; book++) symbols.add(BookRun.symbol(1 + book));
        api.submitBinaryDataAsync(new BatchAddSymbolsCommand(symbols)).join();
        for (int account = 1; account <= operations.accounts; account++) {
            api.submitCommandAsync(ApiAddUser.builder().uid(account).build()).join();
            for (int currency : new int[] {BookRun.BASE, BookRun.QUOTE}) {
                api.submitCommandAsync(ApiAdjustUserBalance.builder()
                    .uid(account).currency(currency).amount(PLENTY).transactionId(currency).build()).join();
            }
        }
    }

    private ExchangeConfiguration configuration() {
        SerializationConfiguration storing = SerializationConfiguration.DEFAULT;
        if (journal != null) {
            DiskSerializationProcessorConfiguration defaults = DiskSerializationProcessorConfiguration.createDefaultConfig();
            DiskSerializationProcessorConfiguration disk = DiskSerializationProcessorConfiguration.builder()
                .storageFolder(journal.toString())
                .snapshotLz4CompressorFactory(defaults.getSnapshotLz4CompressorFactory())
                .journalFileMaxSize(defaults.getJournalFileMaxSize())
                .journalBufferSize(defaults.getJournalBufferSize())
                .journalBatchCompressThreshold(defaults.getJournalBatchCompressThreshold())
                .journalLz4CompressorFactory(defaults.getJournalLz4CompressorFactory())
                .build();
            storing = SerializationConfiguration.builder()
                .enableJournaling(true)
                .serializationProcessorFactory(configuration -> new DiskSerializationProcessor(configuration, disk))
                .build();
        }
        return ExchangeConfiguration.defaultBuilder()
            .ordersProcessingCfg(OrdersProcessingConfiguration.builder()
                .riskProcessingMode(OrdersProcessingConfiguration.RiskProcessingMode.FULL_PER_CURRENCY)
                .marginTradingMode(OrdersProcessingConfiguration.MarginTradingMode.MARGIN_TRADING_DISABLED).build())
            .performanceCfg(PerformanceConfiguration.baseBuilder()
                .ringBufferSize(64 * 1024).msgsInGroupLimit(4_096).maxGroupDurationNs(4_000_000)
                .waitStrategy(CoreWaitStrategy.YIELDING).orderBookFactory(OrderBookDirectImpl::new).build())
            .initStateCfg(journal == null
                ? InitialStateConfiguration.cleanStart("BENCH")
                : InitialStateConfiguration.cleanStartJournaling("BENCH" + ++runs))
            .serializationCfg(storing)
            .build();
    }

    private static void empty(Path folder) throws Exception {
        Files.createDirectories(folder);
        try (var files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) Files.delete(file);
        }
    }
}

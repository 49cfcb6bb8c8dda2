package orders.query.readmodel.stats;

import static orders.query.ledger.ClickHouseLedger.tableOf;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken;
import orders.model.Ids;
import orders.model.Money;
import orders.query.ledger.ClickHouse;
import orders.query.ledger.ClickHouseFailure;
import orders.query.ledger.ClickHouseLedger;
import orders.query.ledger.PostgresFailures;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.WriteRefused.StaleGeneration;

/// Keeps the rows in ClickHouse. Every version of an order may be there; the newest counts,
/// whenever it came, because an order stays in the partition of its day.
final class ClickHouseOrderStats implements DailyOrderStats {

    /// Each insert is a part that the server has to merge: it wants few large ones.
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(100);

    /// Not the name of the projection: those books are kept by [PostgresOrderStats], and whoever
    /// goes back to it goes on where it was.
    private static final String BOOKS = NAME + "@clickhouse";

    private static final String ORDERS = "daily_order_stats";
    private static final String CUSTOMERS = "daily_order_stats_customers";
    private static final String CHECKPOINTS = "daily_order_stats_checkpoints";

    private static final Map<String, String> DEFINITIONS =
            Map.of(
                    ORDERS,
                    """
                    (order_id String, date Date32, currency LowCardinality(String), \
                        total Decimal(20, 2), status LowCardinality(String), is_submitted Bool, \
                        version Int64) \
                    engine = ReplacingMergeTree(version) \
                    partition by toYYYYMM(date) order by order_id\
                    """,
                    CUSTOMERS,
                    """
                    (customer_id String, version Int64) \
                    engine = ReplacingMergeTree(version) order by customer_id\
                    """);

    private static final String READ =
            "select * from {orders} final where order_id in {ids:Array(String)}";

    private static final String GROUPS =
            """
            select date, currency, status, count() as orders, sum(total) as total from {orders} final \
            where is_submitted and date between {from:Date32} and {to:Date32} \
            group by date, currency, status\
            """;

    private static final String ORDER_VERSION =
            "select max(version) as version from {orders} where order_id = {id:String}";

    private static final String CUSTOMER_VERSION =
            "select max(version) as version from {customers} where customer_id = {id:String}";

    /// So many ids fit into an address.
    private static final int IDS_AT_ONCE = 500;

    private final ClickHouse clickHouse;
    private final ClickHouseLedger ledger;

    ClickHouseOrderStats(Pool pool, ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
        this.ledger =
                new ClickHouseLedger(
                        pool, clickHouse, BOOKS, SHAPE_VERSION, DEFINITIONS, CHECKPOINTS);
    }

    @Override
    public Duration minimumBatchInterval() {
        return MINIMUM_BATCH_INTERVAL;
    }

    @Override
    public String store() {
        return "ClickHouse";
    }

    @Override
    public Optional<String> missingSetting() {
        return clickHouse.isConfigured() ? Optional.empty() : Optional.of(ClickHouse.SETTING);
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Uni<Map<String, CountedOrder>> read(Generation generation, Set<String> orderIds) {
        return Multi.createFrom()
                .iterable(orderIds)
                .group()
                .intoLists()
                .of(IDS_AT_ONCE)
                .onItem()
                .transformToUniAndConcatenate(ids -> read(generation, ids))
                .collect()
                .in(HashMap::new, Map::putAll);
    }

    private Uni<Map<String, CountedOrder>> read(Generation generation, List<String> ids) {
        return clickHouse
                .select(
                        in(generation.number(), READ),
                        Map.of("ids", ids.stream().collect(Collectors.joining("','", "['", "']"))))
                .map(rows -> rows(rows, ClickHouseOrderStats::view))
                .map(views -> Changes.byId(views, CountedOrder::orderId))
                .onFailure(ClickHouseFailure::isMissingTable)
                .transform(_ -> new StaleGeneration());
    }

    @Override
    public Uni<Void> write(Generation generation, Changes<CountedOrder> changes) {
        return ledger.write(
                generation,
                changes,
                () ->
                        clickHouse
                                .insert(
                                        tableOf(CUSTOMERS, generation.number()),
                                        rows(changes.customers(), ClickHouseOrderStats::row))
                                .chain(() ->
                                        clickHouse.insert(
                                                tableOf(ORDERS, generation.number()),
                                                rows(changes.views(), ClickHouseOrderStats::row))));
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return ClickHouseFailure.isRefusal(failure) || PostgresFailures.isRefusal(failure);
    }

    @Override
    public Uni<Void> create(long generation) {
        return ledger.create(generation);
    }

    @Override
    public Uni<Void> finish(long generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Boolean> switchTo(long generation) {
        return ledger.switchTo(generation);
    }

    @Override
    public Uni<Void> dropLeftovers() {
        return ledger.dropLeftovers();
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        return switch (token.kind()) {
            case ORDER -> versionOf(token.id(), ORDER_VERSION);
            case CUSTOMER -> versionOf(token.id(), CUSTOMER_VERSION);
        };
    }

    private Uni<Long> versionOf(String id, String question) {
        return !Ids.isId(id)
                ? Uni.createFrom().item(0L)
                : ledger.inLive(generation ->
                        clickHouse
                                .select(in(generation, question), Map.of("id", id))
                                .map(rows -> rows.getFirst().getLong("version")));
    }

    @Override
    public Uni<DailyStatistics> statistics(LocalDate from, LocalDate to) {
        // Checkpoints first: statistics may then show more than they say, never less.
        return ledger.inLive(generation ->
                ledger.checkpoints(generation)
                        .chain(shown ->
                                clickHouse
                                        .select(
                                                in(generation, GROUPS),
                                                Map.of(
                                                        "from",
                                                        from.toString(),
                                                        "to",
                                                        to.toString()))
                                        .map(rows -> rows(rows, ClickHouseOrderStats::group))
                                        .map(groups ->
                                                new DailyStatistics(
                                                        Day.all(from, to, groups), shown))));
    }

    /// `statement` on the tables of `generation`.
    private static String in(long generation, String statement) {
        return statement
                .replace("{orders}", tableOf(ORDERS, generation))
                .replace("{customers}", tableOf(CUSTOMERS, generation));
    }

    private static JsonObject row(CustomerChange customer) {
        return new JsonObject()
                .put("customer_id", customer.customerId())
                .put("version", customer.version());
    }

    private static JsonObject row(CountedOrder order) {
        return new JsonObject()
                .put("order_id", order.orderId())
                .put("date", order.date().toString())
                .put("currency", order.currency())
                .put("total", order.total().toString())
                .put("status", order.status())
                .put("is_submitted", order.isSubmitted())
                .put("version", order.version());
    }

    private static CountedOrder view(JsonObject row) {
        return new CountedOrder(
                row.getString("order_id"),
                LocalDate.parse(row.getString("date")),
                row.getString("currency"),
                Money.of(row.getString("total")),
                row.getString("status"),
                row.getBoolean("is_submitted"),
                row.getLong("version"));
    }

    private static OrderGroup group(JsonObject row) {
        return new OrderGroup(
                LocalDate.parse(row.getString("date")),
                row.getString("currency"),
                row.getString("status"),
                row.getLong("orders"),
                new BigDecimal(row.getString("total")));
    }

    private static <T, R> List<R> rows(List<T> all, Function<T, R> row) {
        return all.stream().map(row).toList();
    }
}

package orders.query.readmodel.stats;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
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
import java.util.stream.Stream;
import orders.model.ConsistencyToken;
import orders.model.Ids;
import orders.model.Money;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Views;

/// Keeps the rows in ClickHouse. Every version of an order may be there; the newest counts,
/// whenever it came, because an order stays in the partition of its day.
///
/// Tables end in the number of their generation and none is ever renamed: the offset store says
/// which are live.
final class ClickHouseOrderStats implements DailyOrderStats {

    /// Each insert is a part that the server has to merge: it wants few large ones.
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(100);

    /// The row of the marker; no order and no customer has this id. The marker is its status,
    /// because what an order has there never comes from an event. It counts as never submitted.
    private static final String MARKER_ID = "#generation";

    /// Parts are safe on the disk when an insert is answered: checkpoints are never ahead of rows.
    private static final List<String> DEFINITIONS =
            List.of(
                    """
                    create table if not exists {orders} (order_id String, date Date32, \
                        currency LowCardinality(String), total Decimal(20, 2), \
                        status LowCardinality(String), is_submitted Bool, version Int64) \
                    engine = ReplacingMergeTree(version) \
                    partition by toYYYYMM(date) order by order_id \
                    settings fsync_after_insert = 1, fsync_part_directory = 1\
                    """,
                    """
                    create table if not exists {customers} (customer_id String, version Int64) \
                    engine = ReplacingMergeTree(version) order by customer_id \
                    settings fsync_after_insert = 1, fsync_part_directory = 1\
                    """);

    /// Those that the type `Date32` can hold.
    private static final LocalDate FIRST_DATE = LocalDate.of(1900, 1, 1);

    private static final LocalDate LAST_DATE = LocalDate.of(2299, 12, 31);

    private static final String READ =
            "select * from {orders} final where order_id in {ids:Array(String)}";

    /// With the marker, by its day too, so that no other partition is read for it.
    private static final String GROUPS =
            """
            select is_submitted, date, currency, status, count() as orders, sum(total) as total \
            from {orders} final \
            where is_submitted and date between {from:Date32} and {to:Date32} \
                or date = '1970-01-01' and order_id = '#generation' \
            group by is_submitted, date, currency, status\
            """;

    /// None when either table has lost its rows.
    private static final String MARKER =
            """
            select status from {orders} final where order_id = '#generation' \
                and exists (select 1 from {customers} where customer_id = '#generation')\
            """;

    private static final String ORDER_VERSION =
            "select max(version) as version from {orders} where order_id = {id:String}";

    private static final String CUSTOMER_VERSION =
            "select max(version) as version from {customers} where customer_id = {id:String}";

    /// Those of checkpoints are of a former release.
    private static final String TABLES =
            """
            select name from system.tables where database = currentDatabase() \
                and match(name, '^daily_order_stats(_customers|_checkpoints)?_g[0-9]+$')\
            """;

    /// So many ids fit into an address.
    private static final int IDS_AT_ONCE = 500;

    private final OffsetStore offsets;
    private final ClickHouse clickHouse;

    ClickHouseOrderStats(OffsetStore offsets, ClickHouse clickHouse) {
        this.offsets = offsets;
        this.clickHouse = clickHouse;
    }

    /// The offsets of the rows in PostgreSQL stay, and whoever goes back to them goes on where it
    /// was.
    @Override
    public String offsetsName() {
        return NAME + "@clickhouse";
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
    public Uni<Views<CountedOrder>> read(Generation generation, List<String> orderIds) {
        return Multi.createFrom()
                .iterable(orderIds)
                .group()
                .intoLists()
                .of(IDS_AT_ONCE)
                .onCompletion()
                .ifEmpty()
                .continueWith(List.of())
                .onItem()
                .transformToUniAndConcatenate(ids -> viewsOf(generation, ids))
                .collect()
                .in(HashMap<String, CountedOrder>::new, Map::putAll)
                .map(Views::all);
    }

    private Uni<Map<String, CountedOrder>> viewsOf(Generation generation, List<String> ids) {
        String all =
                Stream.concat(Stream.of(MARKER_ID), ids.stream())
                        .collect(Collectors.joining("','", "['", "']"));
        return clickHouse
                .select(in(generation, READ), Map.of("ids", all))
                .map(rows -> views(generation, rows))
                .onFailure(ClickHouseFailure::isMissingTable)
                .transform(_ -> new StaleGeneration());
    }

    private static Map<String, CountedOrder> views(Generation generation, List<JsonObject> rows) {
        Map<String, CountedOrder> views = new HashMap<>();
        rows.forEach(row -> views.put(row.getString("order_id"), view(row)));
        CountedOrder marker = views.remove(MARKER_ID);
        if (marker == null || !marker.status().equals(generation.marker())) {
            throw new StaleGeneration();
        }
        return views;
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<CountedOrder> changes) {
        return clickHouse
                .insert(
                        in(generation, "{customers}"),
                        rows(changes.customers(), ClickHouseOrderStats::row))
                .chain(() ->
                        clickHouse.insert(
                                in(generation, "{orders}"),
                                rows(changes.views(), ClickHouseOrderStats::row)))
                .onFailure(ClickHouseFailure::isMissingTable)
                .transform(_ -> new StaleGeneration());
    }

    @Override
    public boolean isOutage(Throwable failure) {
        return ClickHouseFailure.isOutage(failure);
    }

    @Override
    public boolean isTransactional() {
        return false;
    }

    @Override
    public Uni<String> marker(Generation generation) {
        return clickHouse
                .select(in(generation, MARKER), Map.of())
                .map(rows -> rows.isEmpty() ? "" : rows.getFirst().getString("status"))
                .onFailure(ClickHouseFailure::isMissingTable)
                .recoverWithItem("");
    }

    @Override
    public Uni<Void> create(Generation generation) {
        return Multi.createFrom()
                .iterable(DEFINITIONS)
                .onItem()
                .transformToUniAndConcatenate(each -> clickHouse.run(in(generation, each)))
                .collect()
                .last()
                .chain(() ->
                        clickHouse.insert(
                                in(generation, "{customers}"),
                                List.of(
                                        new JsonObject()
                                                .put("customer_id", MARKER_ID)
                                                .put("version", 1))))
                .chain(() -> version(generation, ORDER_VERSION, MARKER_ID))
                .chain(replaced ->
                        clickHouse.insert(
                                in(generation, "{orders}"),
                                List.of(row(markerRow(generation, replaced + 1)))));
    }

    private static CountedOrder markerRow(Generation generation, long version) {
        return new CountedOrder(
                MARKER_ID, LocalDate.EPOCH, "", Money.ZERO, generation.marker(), false, version);
    }

    @Override
    public Uni<Void> finish(Generation generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> switchTo(SqlConnection transaction, Generation generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> dropLeftovers(ProjectionStatus status) {
        // Listed before the offset store is asked again: what is made afterwards is no leftover.
        return clickHouse
                .select(TABLES, Map.of())
                .chain(tables ->
                        status().map(now -> {
                            Set<String> kept =
                                    Stream.concat(tables(status), tables(now))
                                            .collect(Collectors.toSet());
                            return tables.stream()
                                    .map(table -> table.getString("name"))
                                    .filter(name -> !kept.contains(name))
                                    .toList();
                        }))
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(
                        table -> clickHouse.run("drop table if exists " + table + " sync"))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static Stream<String> tables(ProjectionStatus status) {
        return Stream.concat(
                        Stream.of(status.live()),
                        status.building().stream().map(Building::generation))
                .flatMap(each -> Stream.of(in(each, "{orders}"), in(each, "{customers}")));
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token, Optional<String> onlyCustomer) {
        String question =
                switch (token.kind()) {
                    case ORDER -> ORDER_VERSION;
                    case CUSTOMER -> CUSTOMER_VERSION;
                };
        return onlyCustomer.isPresent() || !Ids.isId(token.id())
                ? Uni.createFrom().item(0L)
                : status().chain(now -> version(now.live(), question, token.id()))
                        .onFailure(ClickHouseFailure::isMissingTable)
                        .recoverWithItem(0L);
    }

    private Uni<Long> version(Generation generation, String question, String id) {
        return clickHouse
                .select(in(generation, question), Map.of("id", id))
                .map(rows -> rows.getFirst().getLong("version"));
    }

    @Override
    public Uni<DailyStatistics> statistics(LocalDate from, LocalDate to) {
        return status().chain(now ->
                clickHouse
                        .select(
                                in(now.live(), GROUPS),
                                Map.of("from", from.toString(), "to", to.toString()))
                        .onFailure(ClickHouseFailure::isMissingTable)
                        .recoverWithItem(List.of())
                        .map(groups -> statistics(from, to, groups)));
    }

    private static DailyStatistics statistics(
            LocalDate from, LocalDate to, List<JsonObject> groups) {
        return new DailyStatistics(
                Day.all(
                        from,
                        to,
                        groups.stream()
                                .filter(row -> row.getBoolean("is_submitted"))
                                .map(ClickHouseOrderStats::group)
                                .toList()),
                groups.stream()
                        .filter(row -> !row.getBoolean("is_submitted"))
                        .map(row -> row.getString("status"))
                        .findFirst()
                        .orElse(""));
    }

    private Uni<ProjectionStatus> status() {
        return offsets.status(offsetsName(), SHAPE_VERSION);
    }

    /// `statement` on the tables of `generation`.
    private static String in(Generation generation, String statement) {
        return statement
                .replace("{orders}", "daily_order_stats_g" + generation.number())
                .replace("{customers}", "daily_order_stats_customers_g" + generation.number());
    }

    private static JsonObject row(CustomerChange customer) {
        return new JsonObject()
                .put("customer_id", customer.customerId())
                .put("version", customer.version());
    }

    private static JsonObject row(CountedOrder order) {
        // The server would store another day.
        if (order.date().isBefore(FIRST_DATE) || order.date().isAfter(LAST_DATE)) {
            throw new IllegalArgumentException("ClickHouse knows no " + order.date());
        }
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

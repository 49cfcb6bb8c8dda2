package orders.query.readmodel.stats;

import static orders.query.ledger.PostgresTables.tableOf;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orders.model.ConsistencyToken;
import orders.model.Money;
import orders.query.ledger.PostgresFailures;
import orders.query.ledger.PostgresLedger;
import orders.query.ledger.PostgresTables;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Generation;
import orders.query.projection.WriteRefused.StaleGeneration;

/// Keeps the rows in PostgreSQL: those of a batch, its dead letters and its checkpoints change in
/// one transaction.
final class PostgresOrderStats implements DailyOrderStats {

    /// Statistics of days are not looked at every moment, and a small batch costs like a large one.
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(50);

    private static final String ORDERS = "daily_order_stats";
    private static final String CUSTOMERS = "daily_order_stats_customers";

    private static final String READ = "select * from {orders} where order_id = any($1)";

    private static final String SAVE =
            """
            insert into {orders} as o \
                (order_id, date, currency, total, status, is_submitted, version)
            select * from unnest($1::text[], $2::date[], $3::text[], $4::numeric[], $5::text[], \
                $6::boolean[], $7::bigint[]) as t order by 1
            on conflict (order_id) do update set total = excluded.total, \
                status = excluded.status, is_submitted = excluded.is_submitted, \
                version = excluded.version
            where o.version < excluded.version
            """;

    private static final String SAVE_CUSTOMERS =
            """
            insert into {customers} as c (customer_id, version)
            select * from unnest($1::text[], $2::bigint[]) as t order by 1
            on conflict (customer_id) do update set version = excluded.version
            where c.version < excluded.version
            """;

    private static final String GROUPS =
            """
            select date, currency, status, count(*) as orders, sum(total) as total
            from daily_order_stats where is_submitted and date between $1 and $2
            group by date, currency, status
            """;

    private static final String ORDER_VERSION =
            "select version from daily_order_stats where order_id = $1";

    private static final String CUSTOMER_VERSION =
            "select version from daily_order_stats_customers where customer_id = $1";

    private final Pool pool;
    private final PostgresLedger ledger;
    private final PostgresTables tables;

    PostgresOrderStats(Pool pool) {
        this.pool = pool;
        this.ledger = new PostgresLedger(pool, NAME, SHAPE_VERSION);
        this.tables = new PostgresTables(pool, NAME, ORDERS, CUSTOMERS);
    }

    @Override
    public Duration minimumBatchInterval() {
        return MINIMUM_BATCH_INTERVAL;
    }

    @Override
    public String store() {
        return "PostgreSQL";
    }

    @Override
    public PostgresLedger ledger() {
        return ledger;
    }

    @Override
    public Uni<Map<String, CountedOrder>> read(Generation generation, Set<String> orderIds) {
        return orderIds.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : pool.preparedQuery(in(generation, READ))
                        .execute(Tuple.of(orderIds.toArray(String[]::new)))
                        .map(rows -> stream(rows).map(PostgresOrderStats::view).toList())
                        .map(views -> Changes.byId(views, CountedOrder::orderId))
                        .onFailure(failure -> isOver(generation, failure))
                        .transform(_ -> new StaleGeneration());
    }

    /// Tables of a generation that was given up are dropped.
    private static boolean isOver(Generation generation, Throwable failure) {
        return !generation.isLive() && PostgresFailures.isMissingTable(failure);
    }

    @Override
    public Uni<Void> write(Generation generation, Changes<CountedOrder> changes) {
        return ledger.write(
                generation,
                changes,
                transaction ->
                        List.of(
                                saveCustomers(transaction, generation, changes.customers()),
                                saveOrders(transaction, generation, changes.views())));
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return PostgresFailures.isRefusal(failure);
    }

    @Override
    public Uni<Void> create(long generation) {
        return tables.create(generation);
    }

    @Override
    public Uni<Void> finish(long generation) {
        return tables.finish(generation);
    }

    @Override
    public Uni<Boolean> switchTo(long generation) {
        return tables.switchTo(generation);
    }

    @Override
    public Uni<Void> dropLeftovers() {
        return tables.dropLeftovers();
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        String query =
                switch (token.kind()) {
                    case ORDER -> ORDER_VERSION;
                    case CUSTOMER -> CUSTOMER_VERSION;
                };
        return pool.preparedQuery(query)
                .execute(Tuple.of(token.id()))
                .map(rows -> rows.size() == 0 ? 0L : rows.iterator().next().getLong("version"));
    }

    @Override
    public Uni<DailyStatistics> statistics(LocalDate from, LocalDate to) {
        // Checkpoints first: statistics may then show more than they say, never less.
        return ledger.checkpoints()
                .chain(shown ->
                        pool.preparedQuery(GROUPS)
                                .execute(Tuple.of(from, to))
                                .map(rows -> stream(rows).map(PostgresOrderStats::group).toList())
                                .map(groups ->
                                        new DailyStatistics(Day.all(from, to, groups), shown)));
    }

    private static Uni<Void> saveCustomers(
            SqlConnection transaction, Generation generation, List<CustomerChange> customers) {
        return customers.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(in(generation, SAVE_CUSTOMERS))
                        .execute(
                                Tuple.of(
                                        column(
                                                customers,
                                                CustomerChange::customerId,
                                                String[]::new),
                                        column(customers, CustomerChange::version, Long[]::new)))
                        .replaceWithVoid();
    }

    private static Uni<Void> saveOrders(
            SqlConnection transaction, Generation generation, List<CountedOrder> views) {
        return views.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(in(generation, SAVE))
                        .execute(
                                Tuple.from(
                                        List.of(
                                                column(views, CountedOrder::orderId, String[]::new),
                                                column(views, CountedOrder::date, LocalDate[]::new),
                                                column(
                                                        views,
                                                        CountedOrder::currency,
                                                        String[]::new),
                                                column(
                                                        views,
                                                        view ->
                                                                Numeric.create(
                                                                        view.total()
                                                                                .toBigDecimal()),
                                                        Numeric[]::new),
                                                column(views, CountedOrder::status, String[]::new),
                                                column(
                                                        views,
                                                        CountedOrder::isSubmitted,
                                                        Boolean[]::new),
                                                column(views, CountedOrder::version, Long[]::new))))
                        .replaceWithVoid();
    }

    /// `statement` on the tables of `generation`.
    private static String in(Generation generation, String statement) {
        return statement
                .replace("{orders}", tableOf(ORDERS, generation))
                .replace("{customers}", tableOf(CUSTOMERS, generation));
    }

    private static CountedOrder view(Row row) {
        return new CountedOrder(
                row.getString("order_id"),
                row.getLocalDate("date"),
                row.getString("currency"),
                Money.of(row.getBigDecimal("total")),
                row.getString("status"),
                row.getBoolean("is_submitted"),
                row.getLong("version"));
    }

    private static OrderGroup group(Row row) {
        return new OrderGroup(
                row.getLocalDate("date"),
                row.getString("currency"),
                row.getString("status"),
                row.getLong("orders"),
                row.getBigDecimal("total"));
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    private static <T, C> C[] column(
            Collection<T> rows, Function<T, C> value, IntFunction<C[]> array) {
        return rows.stream().map(value).toArray(array);
    }
}

package orders.query.readmodel.stats;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import orders.model.Money;
import orders.query.offsets.Generation;
import orders.query.projection.Changes;
import orders.query.projection.Views;
import orders.query.readmodel.MarkedRows;
import orders.query.readmodel.PostgresReadModel;

/// Keeps the rows in PostgreSQL: those of a batch, its dead letters and its checkpoints change in
/// one transaction.
final class PostgresOrderStats extends PostgresReadModel<CountedOrder> implements DailyOrderStats {

    /// Statistics of days are not looked at every moment, and a small batch costs like a large one.
    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(50);

    private static final String READ = "select * from {daily_order_stats} where order_id = any($1)";

    private static final String SAVE =
            """
            insert into {daily_order_stats} as o \
                (order_id, date, currency, total, status, is_submitted, version)
            select * from unnest($1::text[], $2::date[], $3::text[], $4::numeric[], $5::text[], \
                $6::boolean[], $7::bigint[]) as t order by 1
            on conflict (order_id) do update set total = excluded.total, \
                status = excluded.status, is_submitted = excluded.is_submitted, \
                version = excluded.version
            where o.version < excluded.version
            """;

    private static final String GROUPS =
            """
            select date, currency, status, count(*) as orders, sum(total) as total
            from daily_order_stats where is_submitted and date between $1 and $2
            group by date, currency, status
            """;

    private final Pool pool;

    PostgresOrderStats(Pool pool) {
        super(pool, "daily_order_stats", "daily_order_stats_customers");
        this.pool = pool;
    }

    @Override
    public Duration minimumBatchInterval() {
        return MINIMUM_BATCH_INTERVAL;
    }

    @Override
    public Uni<Views<CountedOrder>> read(Generation generation, List<String> orderIds) {
        return read(generation, orderIds, READ, PostgresOrderStats::view);
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<CountedOrder> changes) {
        return Uni.join()
                .all(
                        saveCustomers(transaction, generation, changes.customers()),
                        save(
                                transaction,
                                generation,
                                SAVE,
                                changes.views(),
                                column(CountedOrder::orderId, String[]::new),
                                column(CountedOrder::date, LocalDate[]::new),
                                column(CountedOrder::currency, String[]::new),
                                column(
                                        view -> Numeric.create(view.total().toBigDecimal()),
                                        Numeric[]::new),
                                column(CountedOrder::status, String[]::new),
                                column(CountedOrder::isSubmitted, Boolean[]::new),
                                column(CountedOrder::version, Long[]::new)))
                .andFailFast()
                .replaceWithVoid();
    }

    @Override
    public Uni<DailyStatistics> statistics(LocalDate from, LocalDate to) {
        return MarkedRows.select(pool, NAME, GROUPS, Tuple.of(from, to))
                .map(found ->
                        new DailyStatistics(
                                Day.all(
                                        from,
                                        to,
                                        found.rows().stream()
                                                .map(PostgresOrderStats::group)
                                                .toList()),
                                found.marker()));
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
}

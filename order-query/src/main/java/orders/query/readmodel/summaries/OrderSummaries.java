package orders.query.readmodel.summaries;

import static orders.query.readmodel.summaries.OrderSummaryRows.time;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.model.ConsistencyToken;
import orders.query.projection.Batch;
import orders.query.projection.Checkpoint;
import orders.query.projection.CustomerChange;
import orders.query.projection.ReadModel;
import org.apache.kafka.common.TopicPartition;

/// Keeps `order-summaries`: rows, names and checkpoints of a batch change in one transaction.
@ApplicationScoped
public class OrderSummaries implements ReadModel {

    /// Name of the projection.
    public static final String NAME = "order-summaries";

    /// Who brings a customer and who begins an order of that customer must not miss each other: the
    /// first locks alone, the second together with its like. Locks are taken in the order of the
    /// ids, so nobody waits in a circle.
    private static final String LOCK_CUSTOMERS =
            """
            select case when alone then pg_advisory_xact_lock(1, hashtext(id)) \
                        else pg_advisory_xact_lock_shared(1, hashtext(id)) end
            from (select * from unnest($1::text[], $2::boolean[]) as t(id, alone) \
                  order by hashtext(id), not alone) as sorted
            """;

    private static final String SAVE_CUSTOMERS =
            """
            insert into order_summaries_customers as c (customer_id, name, version)
            select * from unnest($1::text[], $2::text[], $3::bigint[])
            on conflict (customer_id) do update set name = excluded.name, version = excluded.version
            where c.version < excluded.version
            """;

    private static final String NAME_ORDERS =
            """
            update order_summaries o set customer_name = c.name
            from order_summaries_customers c
            where c.customer_id = o.customer_id and o.customer_id = any($1)
              and o.customer_name is distinct from c.name
            """;

    private static final String READ =
            "select " + OrderSummaryRows.COLUMNS + " from order_summaries where order_id = any($1)";

    private static final String SAVE =
            """
            insert into order_summaries as o (order_id, customer_id, customer_name, status, total, \
                currency, item_count, created_at, updated_at, version)
            select t.order_id, t.customer_id, c.name, t.status, t.total, t.currency, t.item_count, \
                t.created_at, t.updated_at, t.version
            from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::int[], \
                $7::timestamptz[], $8::timestamptz[], $9::bigint[]) \
                as t(order_id, customer_id, status, total, currency, item_count, created_at, \
                updated_at, version)
            left join order_summaries_customers c on c.customer_id = t.customer_id
            order by t.order_id
            on conflict (order_id) do update set status = excluded.status, total = excluded.total, \
                item_count = excluded.item_count, updated_at = excluded.updated_at, \
                version = excluded.version
            where o.version < excluded.version
            """;

    private static final String SAVE_CHECKPOINTS =
            """
            insert into checkpoints as c (projection, topic, partition, next_offset, last_event_at)
            select $1, t.* from unnest($2::text[], $3::int[], $4::bigint[], $5::timestamptz[]) as t \
            order by 2, 3
            on conflict (projection, topic, partition) do update set \
                next_offset = greatest(c.next_offset, excluded.next_offset), \
                last_event_at = greatest(c.last_event_at, excluded.last_event_at)
            """;

    private static final String READ_CHECKPOINTS =
            "select topic, partition, next_offset, last_event_at from checkpoints"
                    + " where projection = $1";

    private static final String ORDER_VERSION =
            "select version from order_summaries where order_id = $1";

    private static final String CUSTOMER_VERSION =
            "select version from order_summaries_customers where customer_id = $1";

    private final Pool pool;

    OrderSummaries(Pool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String store() {
        return "PostgreSQL";
    }

    @Override
    public Uni<List<Checkpoint>> checkpoints() {
        return pool.preparedQuery(READ_CHECKPOINTS)
                .execute(Tuple.of(NAME))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(OrderSummaries::checkpoint)
                                .toList());
    }

    @Override
    public Uni<Void> apply(Batch batch) {
        return pool.withTransaction(connection ->
                lockCustomers(connection, batch)
                        .chain(() -> saveCustomers(connection, batch.customers()))
                        .chain(() -> saveOrders(connection, batch))
                        .chain(() -> saveCheckpoints(connection, batch.checkpoints())));
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

    private static Uni<Void> lockCustomers(SqlConnection connection, Batch batch) {
        var changed = new TreeSet<String>();
        batch.customers().forEach(change -> changed.add(change.customerId()));
        var all = new TreeSet<>(changed);
        all.addAll(batch.customersOfNewOrders());
        if (all.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return connection
                .preparedQuery(LOCK_CUSTOMERS)
                .execute(
                        Tuple.of(
                                all.toArray(String[]::new),
                                all.stream().map(changed::contains).toArray(Boolean[]::new)))
                .replaceWithVoid();
    }

    private static Uni<Void> saveCustomers(
            SqlConnection connection, Collection<CustomerChange> customers) {
        if (customers.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<CustomerChange> sorted =
                customers.stream()
                        .sorted(Comparator.comparing(CustomerChange::customerId))
                        .toList();
        String[] ids = column(sorted, CustomerChange::customerId, String[]::new);
        return connection
                .preparedQuery(SAVE_CUSTOMERS)
                .execute(
                        Tuple.of(
                                ids,
                                column(sorted, change -> change.customer().name(), String[]::new),
                                column(sorted, CustomerChange::version, Long[]::new)))
                .chain(() -> connection.preparedQuery(NAME_ORDERS).execute(Tuple.of(ids)))
                .replaceWithVoid();
    }

    private static Uni<Void> saveOrders(SqlConnection connection, Batch batch) {
        if (batch.orders().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return connection
                .preparedQuery(READ)
                .execute(Tuple.of(batch.orderIds().toArray(String[]::new)))
                .map(OrderSummaryRows::views)
                .map(present ->
                        OrderSummary.EVOLUTION.fold(
                                present.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        OrderSummary::orderId,
                                                        Function.identity())),
                                batch.orders()))
                .chain(changed -> save(connection, changed));
    }

    private static Uni<Void> save(SqlConnection connection, Collection<OrderSummary> views) {
        if (views.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return connection
                .preparedQuery(SAVE)
                .execute(
                        Tuple.from(
                                List.of(
                                        column(views, OrderSummary::orderId, String[]::new),
                                        column(views, OrderSummary::customerId, String[]::new),
                                        column(views, OrderSummary::status, String[]::new),
                                        column(
                                                views,
                                                view -> Numeric.create(view.total().toBigDecimal()),
                                                Numeric[]::new),
                                        column(views, OrderSummary::currency, String[]::new),
                                        column(views, OrderSummary::itemCount, Integer[]::new),
                                        column(
                                                views,
                                                view -> time(view.createdAt()),
                                                OffsetDateTime[]::new),
                                        column(
                                                views,
                                                view -> time(view.updatedAt()),
                                                OffsetDateTime[]::new),
                                        column(views, OrderSummary::version, Long[]::new))))
                .replaceWithVoid();
    }

    private static Uni<Void> saveCheckpoints(
            SqlConnection connection, Collection<Checkpoint> checkpoints) {
        return connection
                .preparedQuery(SAVE_CHECKPOINTS)
                .execute(
                        Tuple.of(
                                NAME,
                                column(checkpoints, c -> c.partition().topic(), String[]::new),
                                column(checkpoints, c -> c.partition().partition(), Integer[]::new),
                                column(checkpoints, Checkpoint::nextOffset, Long[]::new),
                                column(
                                        checkpoints,
                                        c -> time(c.lastEventAt()),
                                        OffsetDateTime[]::new)))
                .replaceWithVoid();
    }

    private static <T, C> C[] column(
            Collection<T> rows, Function<T, C> value, IntFunction<C[]> array) {
        return rows.stream().map(value).toArray(array);
    }

    private static Checkpoint checkpoint(Row row) {
        return new Checkpoint(
                new TopicPartition(row.getString("topic"), row.getInteger("partition")),
                row.getLong("next_offset"),
                row.getOffsetDateTime("last_event_at").toInstant());
    }
}

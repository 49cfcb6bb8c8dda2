package orders.query.readmodel.summaries;

import static orders.query.ledger.PostgresTables.tableOf;
import static orders.query.readmodel.summaries.OrderSummaryRows.time;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import orders.model.ConsistencyToken;
import orders.query.ledger.PostgresFailures;
import orders.query.ledger.PostgresLedger;
import orders.query.ledger.PostgresTables;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Evolution;
import orders.query.projection.Generation;
import orders.query.projection.ReadModel;
import orders.query.projection.WriteRefused.StaleGeneration;

/// Keeps `order-summaries`: rows, names, dead letters and checkpoints of a batch change in one
/// transaction.
@ApplicationScoped
public class OrderSummaries implements ReadModel<OrderSummary> {

    /// Name of the projection.
    public static final String NAME = "order-summaries";

    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(5);
    private static final int SHAPE_VERSION = 1;
    private static final String ORDERS = "order_summaries";
    private static final String CUSTOMERS = "order_summaries_customers";

    /// Who brings a customer and who begins an order of that customer must not miss each other: the
    /// first locks alone, the second together with its like. Locks are taken in the order of the
    /// ids, so nobody waits in a circle.
    private static final String LOCK_CUSTOMERS =
            """
            select case when alone then pg_advisory_xact_lock($3, hashtext(id)) \
                        else pg_advisory_xact_lock_shared($3, hashtext(id)) end
            from (select * from unnest($1::text[], $2::boolean[]) as t(id, alone) \
                  order by hashtext(id), not alone) as sorted
            """;

    private static final String SAVE_CUSTOMERS =
            """
            insert into {customers} as c (customer_id, name, version)
            select * from unnest($1::text[], $2::text[], $3::bigint[])
            on conflict (customer_id) do update set name = excluded.name, version = excluded.version
            where c.version < excluded.version
            """;

    private static final String NAME_ORDERS =
            """
            update {orders} o set customer_name = c.name from {customers} c
            where c.customer_id = o.customer_id
              and o.customer_id = any($1) and c.customer_id = any($1)
              and o.customer_name is distinct from c.name
            """;

    private static final String READ =
            "select " + OrderSummaryRows.COLUMNS + " from {orders} where order_id = any($1)";

    /// The name is looked up row by row: a join would be planned once, for the few customers that
    /// there are at first, and read them all for every batch.
    private static final String SAVE =
            """
            insert into {orders} as o (order_id, customer_id, customer_name, status, total, \
                currency, item_count, created_at, updated_at, version)
            select t.order_id, t.customer_id, \
                (select c.name from {customers} c where c.customer_id = t.customer_id), t.status, \
                t.total, t.currency, t.item_count, t.created_at, t.updated_at, t.version
            from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::text[], $6::int[], \
                $7::timestamptz[], $8::timestamptz[], $9::bigint[]) \
                as t(order_id, customer_id, status, total, currency, item_count, created_at, \
                updated_at, version)
            order by t.order_id
            on conflict (order_id) do update set status = excluded.status, total = excluded.total, \
                item_count = excluded.item_count, updated_at = excluded.updated_at, \
                version = excluded.version
            where o.version < excluded.version
            """;

    private static final String ORDER_VERSION =
            "select version from order_summaries where order_id = $1";

    private static final String CUSTOMER_VERSION =
            "select version from order_summaries_customers where customer_id = $1";

    private final Pool pool;
    private final OrderChanges orderChanges;
    private final PostgresLedger ledger;
    private final PostgresTables tables;

    OrderSummaries(Pool pool, OrderChanges changes) {
        this.pool = pool;
        this.orderChanges = changes;
        this.ledger = new PostgresLedger(pool, NAME, SHAPE_VERSION);
        this.tables = new PostgresTables(pool, NAME, ORDERS, CUSTOMERS);
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
    public Duration minimumBatchInterval() {
        return MINIMUM_BATCH_INTERVAL;
    }

    @Override
    public int shapeVersion() {
        return SHAPE_VERSION;
    }

    @Override
    public Evolution<OrderSummary> evolution() {
        return OrderSummary.EVOLUTION;
    }

    @Override
    public PostgresLedger ledger() {
        return ledger;
    }

    @Override
    public Uni<Map<String, OrderSummary>> read(Generation generation, Set<String> orderIds) {
        return orderIds.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : pool.preparedQuery(in(generation, READ))
                        .execute(Tuple.of(orderIds.toArray(String[]::new)))
                        .map(OrderSummaryRows::views)
                        .map(views -> Changes.byId(views, OrderSummary::orderId))
                        .onFailure(failure -> isOver(generation, failure))
                        .transform(_ -> new StaleGeneration());
    }

    /// Tables of a generation that was given up are dropped.
    private static boolean isOver(Generation generation, Throwable failure) {
        return !generation.isLive() && PostgresFailures.isMissingTable(failure);
    }

    /// Followers are told what the live generation shows; it never shows less than one that is
    /// being built.
    @Override
    public Uni<Void> write(Generation generation, Changes<OrderSummary> changes) {
        return ledger.write(
                        generation,
                        changes,
                        transaction ->
                                List.of(
                                        lockCustomers(transaction, generation, changes),
                                        saveCustomers(transaction, generation, changes.customers()),
                                        nameOrders(transaction, generation, changes.customers()),
                                        saveOrders(transaction, generation, changes.views()),
                                        orderChanges.save(
                                                transaction,
                                                generation.isLive() ? changes.steps() : List.of())))
                .invoke(orderChanges::ring);
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

    private static Uni<Void> lockCustomers(
            SqlConnection transaction, Generation generation, Changes<OrderSummary> changes) {
        var changed = new TreeSet<String>();
        changes.customers().forEach(change -> changed.add(change.customerId()));
        var all = new TreeSet<>(changed);
        all.addAll(changes.customersOfNewOrders());
        return all.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(LOCK_CUSTOMERS)
                        .execute(
                                Tuple.of(
                                        all.toArray(String[]::new),
                                        all.stream().map(changed::contains).toArray(Boolean[]::new),
                                        (int) generation.number()))
                        .replaceWithVoid();
    }

    private static Uni<Void> saveCustomers(
            SqlConnection transaction, Generation generation, List<CustomerChange> customers) {
        return customers.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(in(generation, SAVE_CUSTOMERS))
                        .execute(
                                Tuple.of(
                                        ids(customers),
                                        column(
                                                customers,
                                                each -> each.customer().name(),
                                                String[]::new),
                                        column(customers, CustomerChange::version, Long[]::new)))
                        .replaceWithVoid();
    }

    private static Uni<Void> nameOrders(
            SqlConnection transaction, Generation generation, List<CustomerChange> customers) {
        return customers.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(in(generation, NAME_ORDERS))
                        .execute(Tuple.of(ids(customers)))
                        .replaceWithVoid();
    }

    private static String[] ids(List<CustomerChange> customers) {
        return column(customers, CustomerChange::customerId, String[]::new);
    }

    private static Uni<Void> saveOrders(
            SqlConnection transaction, Generation generation, List<OrderSummary> views) {
        return views.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(in(generation, SAVE))
                        .execute(
                                Tuple.from(
                                        List.of(
                                                column(views, OrderSummary::orderId, String[]::new),
                                                column(
                                                        views,
                                                        OrderSummary::customerId,
                                                        String[]::new),
                                                column(views, OrderSummary::status, String[]::new),
                                                column(
                                                        views,
                                                        view ->
                                                                Numeric.create(
                                                                        view.total()
                                                                                .toBigDecimal()),
                                                        Numeric[]::new),
                                                column(
                                                        views,
                                                        OrderSummary::currency,
                                                        String[]::new),
                                                column(
                                                        views,
                                                        OrderSummary::itemCount,
                                                        Integer[]::new),
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

    /// `statement` on the tables of `generation`.
    private static String in(Generation generation, String statement) {
        return statement
                .replace("{orders}", tableOf(ORDERS, generation))
                .replace("{customers}", tableOf(CUSTOMERS, generation));
    }

    private static <T, C> C[] column(
            Collection<T> rows, Function<T, C> value, IntFunction<C[]> array) {
        return rows.stream().map(value).toArray(array);
    }
}

package orders.query.readmodel.summaries;

import static orders.query.readmodel.summaries.OrderSummaryRows.time;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.TreeSet;
import orders.query.offsets.Generation;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Evolution;
import orders.query.projection.ProjectionConsumers;
import orders.query.projection.Views;
import orders.query.readmodel.PostgresReadModel;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Keeps `order-summaries`: rows, names, dead letters and checkpoints of a batch change in one
/// transaction.
@Singleton
public class OrderSummaries extends PostgresReadModel<OrderSummary> {

    /// Name of the projection.
    public static final String NAME = "order-summaries";

    private static final Duration MINIMUM_BATCH_INTERVAL = Duration.ofMillis(5);
    private static final int SHAPE_VERSION = 1;

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
            insert into {order_summaries_customers} as c (customer_id, name, version)
            select * from unnest($1::text[], $2::text[], $3::bigint[])
            on conflict (customer_id) do update set name = excluded.name, version = excluded.version
            where c.version < excluded.version
            """;

    private static final String NAME_ORDERS =
            """
            update {order_summaries} o set customer_name = c.name from {order_summaries_customers} c
            where c.customer_id = o.customer_id
              and o.customer_id = any($1) and c.customer_id = any($1)
              and o.customer_name is distinct from c.name
            """;

    private static final String READ =
            "select "
                    + OrderSummaryRows.COLUMNS
                    + " from {order_summaries} where order_id = any($1)";

    /// The name is looked up row by row: a join would be planned once, for the few customers that
    /// there are at first, and read them all for every batch.
    private static final String SAVE =
            """
            insert into {order_summaries} as o (order_id, customer_id, customer_name, status, total, \
                currency, item_count, created_at, updated_at, version)
            select t.order_id, t.customer_id, \
                (select c.name from {order_summaries_customers} c where c.customer_id = t.customer_id), t.status, \
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

    private final OrderChanges orderChanges;
    private final ProjectionConsumers consumers;

    OrderSummaries(Pool pool, OrderChanges changes, ProjectionConsumers consumers) {
        super(pool, "order_summaries", "order_summaries_customers");
        this.orderChanges = changes;
        this.consumers = consumers;
    }

    /// Takes what its channel has polled.
    @Incoming(NAME)
    Uni<Void> project(ConsumerRecords<String, byte[]> polled) {
        return consumers.consume(NAME, polled);
    }

    @Override
    public String name() {
        return NAME;
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
    protected String isOwned() {
        return "customer_id = $2";
    }

    @Override
    public Uni<Views<OrderSummary>> read(Generation generation, List<String> orderIds) {
        return read(generation, orderIds, READ, OrderSummaryRows::view);
    }

    /// Followers are told what the live generation shows; it never shows less than one that is
    /// being built.
    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<OrderSummary> changes) {
        List<CustomerChange> customers = changes.customers();
        return Uni.join()
                .all(
                        lockCustomers(transaction, generation, changes),
                        save(
                                transaction,
                                generation,
                                SAVE_CUSTOMERS,
                                customers,
                                column(CustomerChange::customerId, String[]::new),
                                column(each -> each.customer().name(), String[]::new),
                                column(CustomerChange::version, Long[]::new)),
                        save(
                                transaction,
                                generation,
                                NAME_ORDERS,
                                customers,
                                column(CustomerChange::customerId, String[]::new)),
                        save(
                                transaction,
                                generation,
                                SAVE,
                                changes.views(),
                                column(OrderSummary::orderId, String[]::new),
                                column(OrderSummary::customerId, String[]::new),
                                column(OrderSummary::status, String[]::new),
                                column(
                                        view -> Numeric.create(view.total().toBigDecimal()),
                                        Numeric[]::new),
                                column(OrderSummary::currency, String[]::new),
                                column(OrderSummary::itemCount, Integer[]::new),
                                column(view -> time(view.createdAt()), OffsetDateTime[]::new),
                                column(view -> time(view.updatedAt()), OffsetDateTime[]::new),
                                column(OrderSummary::version, Long[]::new)),
                        orderChanges.save(
                                transaction, generation.isLive() ? changes.steps() : List.of()))
                .andFailFast()
                .replaceWithVoid();
    }

    @Override
    public void wrote() {
        orderChanges.ring();
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
}

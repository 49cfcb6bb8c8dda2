package orders.query.readmodel.totals;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import orders.model.ConsistencyToken.Kind;
import orders.model.Money;
import orders.query.offsets.Generation;
import orders.query.projection.Changes;
import orders.query.projection.Evolution;
import orders.query.readmodel.PostgresReadModel;

/// Keeps `order-totals` in PostgreSQL.
@Singleton
public class OrderTotals extends PostgresReadModel<OrderTotal> {

    static final String NAME = "order-totals";

    private final Pool pool;

    OrderTotals(Pool pool) {
        super(pool, "order_totals");
        this.pool = pool;
    }

    /// A real one has a migration.
    void createTable(@Observes @Priority(1) StartupEvent event) {
        pool.query(
                        "create table if not exists order_totals (order_id text primary key,"
                                + " customer_id text, total numeric(20, 2), version bigint)")
                .execute()
                .await()
                .atMost(Duration.ofSeconds(60));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shapeVersion() {
        return 1;
    }

    @Override
    public Evolution<OrderTotal> evolution() {
        return OrderTotal.EVOLUTION;
    }

    @Override
    protected String versionQuery(Kind kind) {
        return "select version from order_totals where order_id = $1";
    }

    @Override
    public Uni<Map<String, OrderTotal>> read(Generation generation, Set<String> orderIds) {
        return read(
                generation,
                orderIds,
                "select * from {order_totals} where order_id = any($1)",
                OrderTotals::view);
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<OrderTotal> changes) {
        return save(
                transaction,
                generation,
                """
                insert into {order_totals} as o
                select * from unnest($1::text[], $2::text[], $3::numeric[], $4::bigint[])
                on conflict (order_id) do update
                    set total = excluded.total, version = excluded.version
                    where o.version < excluded.version
                """,
                changes.views(),
                column(OrderTotal::orderId, String[]::new),
                column(OrderTotal::customerId, String[]::new),
                column(view -> Numeric.create(view.total().toBigDecimal()), Numeric[]::new),
                column(OrderTotal::version, Long[]::new));
    }

    /// What an order costs, `null` when there is none.
    Uni<OrderTotal> find(String orderId) {
        return pool.preparedQuery("select * from order_totals where order_id = $1")
                .execute(Tuple.of(orderId))
                .map(rows -> rows.size() == 0 ? null : view(rows.iterator().next()));
    }

    private static OrderTotal view(Row row) {
        return new OrderTotal(
                row.getString("order_id"),
                row.getString("customer_id"),
                Money.of(row.getBigDecimal("total")),
                row.getLong("version"));
    }
}

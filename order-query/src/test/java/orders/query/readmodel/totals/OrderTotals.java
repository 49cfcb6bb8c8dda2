package orders.query.readmodel.totals;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import orders.model.ConsistencyToken;
import orders.model.Money;
import orders.query.ledger.PostgresFailures;
import orders.query.ledger.PostgresLedger;
import orders.query.ledger.PostgresTables;
import orders.query.projection.Changes;
import orders.query.projection.Evolution;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.ReadModel;

/// Keeps `order-totals` in PostgreSQL.
@ApplicationScoped
public class OrderTotals implements ReadModel<OrderTotal> {

    static final String NAME = "order-totals";

    private static final String TABLE = "order_totals";

    private final Pool pool;
    private final PostgresLedger ledger;
    private final PostgresTables tables;

    OrderTotals(Pool pool) {
        this.pool = pool;
        this.ledger = new PostgresLedger(pool, NAME, 1);
        this.tables = new PostgresTables(pool, NAME, TABLE);
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
    public String store() {
        return "PostgreSQL";
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
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Uni<Map<String, OrderTotal>> read(Generation generation, Set<String> orderIds) {
        return pool.preparedQuery(
                        "select * from %s where order_id = any($1)"
                                .formatted(PostgresTables.tableOf(TABLE, generation)))
                .execute(Tuple.of(orderIds.toArray(String[]::new)))
                .map(rows -> Changes.byId(views(rows), OrderTotal::orderId));
    }

    @Override
    public Uni<Void> write(Generation generation, Changes<OrderTotal> changes) {
        return ledger.write(
                generation,
                changes,
                transaction -> List.of(save(transaction, generation, changes.views())));
    }

    private static Uni<Void> save(
            SqlConnection transaction, Generation generation, List<OrderTotal> views) {
        return views.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(
                                """
                                insert into %s as o values ($1, $2, $3, $4)
                                on conflict (order_id) do update
                                    set total = excluded.total, version = excluded.version
                                    where o.version < excluded.version
                                """
                                        .formatted(PostgresTables.tableOf(TABLE, generation)))
                        .executeBatch(
                                views.stream()
                                        .map(view ->
                                                Tuple.of(
                                                        view.orderId(),
                                                        view.customerId(),
                                                        view.total().toBigDecimal(),
                                                        view.version()))
                                        .toList())
                        .replaceWithVoid();
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
        return find(token.id()).map(view -> view == null ? 0 : view.version());
    }

    /// What an order costs, `null` when there is none.
    Uni<OrderTotal> find(String orderId) {
        return pool.preparedQuery("select * from order_totals where order_id = $1")
                .execute(Tuple.of(orderId))
                .map(rows -> rows.size() == 0 ? null : views(rows).getFirst());
    }

    private static List<OrderTotal> views(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row ->
                        new OrderTotal(
                                row.getString("order_id"),
                                row.getString("customer_id"),
                                Money.of(row.getBigDecimal("total")),
                                row.getLong("version")))
                .toList();
    }
}

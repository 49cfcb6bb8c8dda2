package orders.query.readmodel;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.offsets.Generation;
import orders.query.offsets.PostgresFailures;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.ReadModel;
import orders.query.projection.Views;

/// A read model in the database of the offset store: rows and checkpoints change in one
/// transaction, and a switch renames tables in one.
///
/// @param <V> a view of one order
public abstract class PostgresReadModel<V> implements ReadModel<V> {

    private final Pool pool;
    private final String orders;
    private final String customers;
    private final PostgresTables tables;

    /// @param orders name of its table of `order_id` and `version`, as it is called in the live
    ///   generation
    /// @param customers name of that of `customer_id` and `version`
    protected PostgresReadModel(Pool pool, String orders, String customers) {
        this.pool = pool;
        this.orders = orders;
        this.customers = customers;
        this.tables = new PostgresTables(pool, List.of(orders, customers));
    }

    @Override
    public String store() {
        return "PostgreSQL";
    }

    @Override
    public boolean isTransactional() {
        return true;
    }

    /// Rows that are lost without their offsets were taken on purpose.
    @Override
    public Uni<String> marker(Generation generation) {
        return Uni.createFrom().item(generation.marker());
    }

    @Override
    public Uni<Void> create(Generation generation) {
        return tables.create(generation);
    }

    @Override
    public Uni<Void> finish(Generation generation) {
        return tables.finish(generation);
    }

    @Override
    public Uni<Void> switchTo(SqlConnection transaction, Generation generation) {
        return tables.rename(transaction, generation);
    }

    @Override
    public Uni<Void> dropLeftovers(ProjectionStatus status) {
        return tables.dropLeftovers(status);
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token, Optional<String> onlyCustomer) {
        String select =
                switch (token.kind()) {
                    case ORDER ->
                            "select version from %s o where order_id = $1%s order by version desc limit 1"
                                    .formatted(
                                            orders,
                                            onlyCustomer.map(_ -> " and " + isOwned()).orElse(""));
                    case CUSTOMER ->
                            "select version from %s where customer_id = $1".formatted(customers);
                };
        return pool.preparedQuery(select)
                .execute(
                        token.kind() == Kind.ORDER && onlyCustomer.isPresent()
                                ? Tuple.of(token.id(), onlyCustomer.get())
                                : Tuple.of(token.id()))
                .map(rows -> rows.size() == 0 ? 0L : rows.iterator().next().getLong("version"));
    }

    /// The condition in SQL that the order of row `o` belongs to the customer `$2`; false where
    /// rows belong to nobody.
    protected String isOwned() {
        return "false";
    }

    /// The views that `sql` selects of these orders (`$1`), by order id.
    protected final Uni<Views<V>> read(
            Generation generation, List<String> orderIds, String sql, Function<Row, V> view) {
        return orderIds.isEmpty()
                ? Uni.createFrom().item(Views.all(Map.of()))
                : pool.preparedQuery(in(generation, sql))
                        .execute(Tuple.of(orderIds.toArray(String[]::new)))
                        .map(rows ->
                                StreamSupport.stream(rows.spliterator(), false)
                                        .map(view)
                                        .collect(
                                                Collectors.toMap(
                                                        evolution()::orderId, Function.identity())))
                        .map(Views::all)
                        .onFailure(failure ->
                                !generation.isLive() && PostgresFailures.isMissingTable(failure))
                        .transform(_ -> new StaleGeneration());
    }

    /// Keeps the versions of customers of whom nothing else is shown.
    protected final Uni<Void> saveCustomers(
            SqlConnection transaction, Generation generation, List<CustomerChange> changes) {
        return save(
                transaction,
                generation,
                """
                insert into {%s} as c (customer_id, version)
                select * from unnest($1::text[], $2::bigint[]) as t order by 1
                on conflict (customer_id) do update set version = excluded.version
                where c.version < excluded.version
                """
                        .formatted(customers),
                changes,
                column(CustomerChange::customerId, String[]::new),
                column(CustomerChange::version, Long[]::new));
    }

    /// Executes `sql` unless there are no `rows`: with one array of values a column.
    @SafeVarargs
    @SuppressWarnings("varargs")
    protected final <T> Uni<Void> save(
            SqlConnection transaction,
            Generation generation,
            String sql,
            List<T> rows,
            Function<List<T>, Object>... columns) {
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(in(generation, sql))
                        .execute(
                                Tuple.from(
                                        Arrays.stream(columns)
                                                .map(column -> column.apply(rows))
                                                .toList()))
                        .replaceWithVoid();
    }

    /// A column of [#save]: `value` of each row, in an array of this type.
    protected static <T, C> Function<List<T>, Object> column(
            Function<T, C> value, IntFunction<C[]> array) {
        return rows -> rows.stream().map(value).toArray(array);
    }

    /// `sql` on the tables of `generation`: a table's name stands in braces.
    protected final String in(Generation generation, String sql) {
        String result = sql;
        for (String name : List.of(orders, customers)) {
            result = result.replace("{" + name + "}", PostgresTables.tableOf(name, generation));
        }
        return result;
    }
}

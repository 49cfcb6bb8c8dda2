package orders.query.readmodel;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.model.ConsistencyToken;
import orders.query.offsets.Generation;
import orders.query.offsets.PostgresFailures;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.projection.ReadModel;

/// A read model in the database of the offset store: rows and checkpoints change in one
/// transaction, and a switch renames tables in one.
///
/// @param <V> a view of one order
public abstract class PostgresReadModel<V> implements ReadModel<V> {

    private final Pool pool;
    private final List<String> names;
    private final PostgresTables tables;

    /// @param names of its tables, as they are called in the live generation
    protected PostgresReadModel(Pool pool, String... names) {
        this.pool = pool;
        this.names = List.of(names);
        this.tables = new PostgresTables(pool, this.names);
    }

    /// Selects the `version` that the live generation shows of what has the id `$1`.
    protected abstract String versionQuery(ConsistencyToken.Kind kind);

    @Override
    public String store() {
        return "PostgreSQL";
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return PostgresFailures.isRefusal(failure);
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
    public Uni<Long> versionOf(ConsistencyToken token) {
        return pool.preparedQuery(versionQuery(token.kind()))
                .execute(Tuple.of(token.id()))
                .map(rows -> rows.size() == 0 ? 0L : rows.iterator().next().getLong("version"));
    }

    /// The views that `sql` selects of these orders (`$1`), by order id.
    protected final Uni<Map<String, V>> read(
            Generation generation, Set<String> orderIds, String sql, Function<Row, V> view) {
        return orderIds.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : pool.preparedQuery(in(generation, sql))
                        .execute(Tuple.of(orderIds.toArray(String[]::new)))
                        .map(rows ->
                                StreamSupport.stream(rows.spliterator(), false)
                                        .map(view)
                                        .collect(
                                                Collectors.toMap(
                                                        evolution()::orderId, Function.identity())))
                        .onFailure(failure ->
                                !generation.isLive() && PostgresFailures.isMissingTable(failure))
                        .transform(_ -> new StaleGeneration());
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
        for (String name : names) {
            result = result.replace("{" + name + "}", PostgresTables.tableOf(name, generation));
        }
        return result;
    }
}

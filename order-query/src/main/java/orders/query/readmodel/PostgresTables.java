package orders.query.readmodel;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.query.offsets.Generation;
import orders.query.offsets.ProjectionStatus;

/// The tables of one read model in each of its generations: the live ones have their plain names,
/// those of a generation that is being built end in its number. Their shape is that of the live
/// ones, which the migrations own.
final class PostgresTables {

    /// What follows the table's name in the definition of an index: method and columns.
    private static final String INDEXES =
            """
            select substring(pg_get_indexdef(indexrelid) from ' USING .*$') as columns
            from pg_index where indrelid = $1::text::regclass and not indisprimary
            """;

    private static final String PRIMARY_KEY =
            """
            select pg_get_constraintdef(oid) as definition
            from pg_constraint where conrelid = $1::text::regclass and contype = 'p'
            """;

    private static final String HAS_INDEX =
            "select from pg_index where indrelid = $1::text::regclass and indisprimary = $2";

    private static final String LEFTOVERS =
            """
            select c.relname as name from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' \
                and c.relname ~ $1
            """;

    private final Pool pool;
    private final List<String> tables;

    /// The tables, by their plain names.
    PostgresTables(Pool pool, List<String> tables) {
        this.pool = pool;
        this.tables = tables;
    }

    /// The name of a table in a generation.
    static String tableOf(String table, Generation generation) {
        return generation.isLive() ? table : table + "_g" + generation.number();
    }

    /// Creates the tables of a generation, without the indexes that only reads need.
    Uni<Void> create(Generation generation) {
        return each(table -> {
            String name = tableOf(table, generation);
            return run("create table if not exists %s (like %s including defaults)"
                            .formatted(name, table))
                    .chain(() -> addPrimaryKey(table, name));
        });
    }

    /// Adds the indexes that reads need, and what their planner wants to know.
    Uni<Void> finish(Generation generation) {
        return each(table -> {
            String name = tableOf(table, generation);
            return copyIndexes(table, name).chain(() -> run("analyze " + name));
        });
    }

    /// Renames the tables of a generation to the live ones.
    Uni<Void> rename(SqlConnection transaction, Generation generation) {
        return each(table ->
                transaction
                        .query("drop table " + table)
                        .execute()
                        .chain(() ->
                                transaction
                                        .query(
                                                "alter table %s rename to %s"
                                                        .formatted(
                                                                tableOf(table, generation), table))
                                        .execute())
                        .replaceWithVoid());
    }

    /// Drops tables of generations that `status` does not name.
    Uni<Void> dropLeftovers(ProjectionStatus status) {
        return each(table ->
                pool.preparedQuery(LEFTOVERS)
                        .execute(Tuple.of("^" + table + "_g[0-9]+$"))
                        .onItem()
                        .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                        .map(row -> row.getString("name"))
                        .filter(name ->
                                status.building()
                                        .filter(building ->
                                                name.equals(tableOf(table, building.generation())))
                                        .isEmpty())
                        .onItem()
                        .transformToUniAndConcatenate(name -> run("drop table if exists " + name))
                        .collect()
                        .last()
                        .replaceWithVoid());
    }

    private Uni<Void> addPrimaryKey(String table, String name) {
        return unlessIndexed(
                name,
                true,
                () ->
                        pool.preparedQuery(PRIMARY_KEY)
                                .execute(Tuple.of(table))
                                .map(rows -> rows.iterator().next().getString("definition"))
                                .chain(key -> run("alter table %s add %s".formatted(name, key))));
    }

    private Uni<Void> copyIndexes(String table, String name) {
        return unlessIndexed(
                name,
                false,
                () ->
                        pool.preparedQuery(INDEXES)
                                .execute(Tuple.of(table))
                                .chain(indexes ->
                                        indexes.size() == 0
                                                ? Uni.createFrom().voidItem()
                                                : run(together(indexes, name))));
    }

    /// One statement, so that all of them are there or none.
    private static String together(RowSet<Row> indexes, String name) {
        return StreamSupport.stream(indexes.spliterator(), false)
                .map(index -> "create index on " + name + index.getString("columns"))
                .collect(Collectors.joining("; "));
    }

    /// An index that is there was made before the builder was cut off.
    private Uni<Void> unlessIndexed(String name, boolean isPrimary, Supplier<Uni<Void>> work) {
        return pool.preparedQuery(HAS_INDEX)
                .execute(Tuple.of(name, isPrimary))
                .chain(rows -> rows.size() > 0 ? Uni.createFrom().voidItem() : work.get());
    }

    private Uni<Void> each(Function<String, Uni<Void>> work) {
        return Multi.createFrom()
                .iterable(tables)
                .onItem()
                .transformToUniAndConcatenate(work::apply)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> run(String sql) {
        return pool.query(sql).execute().replaceWithVoid();
    }
}

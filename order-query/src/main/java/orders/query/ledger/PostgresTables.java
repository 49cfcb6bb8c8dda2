package orders.query.ledger;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.query.projection.Generation;

/// The tables of one read model in each of its generations: the live ones have their plain names,
/// those of a generation that is being built end in its number. Their shape is that of the live
/// ones, which the migrations own.
public final class PostgresTables {

    /// So that reads do not queue for long behind a switch that waits for a slow one.
    private static final String SOON = "set local lock_timeout = '1s'";

    private static final String LOCK = "select 1 from projections where name = $1 for update";

    private static final String MAY_SWITCH =
            """
            select not exists (
                select from checkpoints l left join checkpoints b on b.projection = l.projection \
                    and b.generation = p.building and b.topic = l.topic \
                    and b.partition = l.partition
                where l.projection = p.name and l.generation = p.generation \
                    and coalesce(b.next_offset, 0) < l.next_offset) as may_switch
            from projections p where p.name = $1 and p.building = $2
            """;

    private static final String SWITCH =
            """
            update projections set generation = building, shape_version = building_shape, \
                building = null, building_shape = null, builder = null, held = false, \
                started_at = null
            where name = $1
            """;

    private static final String FORGET_CHECKPOINTS =
            """
            delete from checkpoints c using projections p where p.name = c.projection \
                and p.name = $1 and c.generation is distinct from p.generation \
                and c.generation is distinct from p.building
            """;

    private static final String FORGET_LETTERS =
            """
            delete from dead_letters c using projections p where p.name = c.projection \
                and p.name = $1 and c.generation is distinct from p.generation \
                and c.generation is distinct from p.building
            """;

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
                and c.relname ~ $2 and not exists (select from projections p \
                where p.name = $1 and c.relname like '%\\_g' || p.building)
            """;

    private final Pool pool;
    private final String projection;
    private final List<String> tables;

    /// The tables, by their plain names, of `projection`.
    public PostgresTables(Pool pool, String projection, String... tables) {
        this.pool = pool;
        this.projection = projection;
        this.tables = List.of(tables);
    }

    /// The name of a table in a generation.
    public static String tableOf(String table, Generation generation) {
        return generation.isLive() ? table : table + "_g" + generation.number();
    }

    /// Creates the tables of a generation, without the indexes that only reads need.
    public Uni<Void> create(long generation) {
        return each(table -> {
            String name = building(table, generation);
            return run("create table if not exists %s (like %s including defaults)"
                            .formatted(name, table))
                    .chain(() -> addPrimaryKey(table, name));
        });
    }

    /// Adds the indexes that reads need, and what their planner wants to know.
    public Uni<Void> finish(long generation) {
        return each(table -> {
            String name = building(table, generation);
            return copyIndexes(table, name).chain(() -> run("analyze " + name));
        });
    }

    /// Renames a generation to the live one, with its books, unless the live one shows more.
    public Uni<Boolean> switchTo(long generation) {
        return switchTo(
                generation,
                transaction ->
                        transaction
                                .preparedQuery(MAY_SWITCH)
                                .execute(Tuple.of(projection, generation))
                                .map(PostgresTables::maySwitch));
    }

    /// Renames a generation to the live one, with its books, unless `maySwitch` says no. Nobody
    /// writes to either meanwhile.
    Uni<Boolean> switchTo(long generation, Function<SqlConnection, Uni<Boolean>> maySwitch) {
        return pool.withTransaction(transaction ->
                transaction
                        .query(SOON)
                        .execute()
                        .chain(() -> transaction.preparedQuery(LOCK).execute(Tuple.of(projection)))
                        .chain(() -> maySwitch.apply(transaction))
                        .chain(may ->
                                may
                                        ? rename(transaction, generation).replaceWith(true)
                                        : Uni.createFrom().item(false)));
    }

    private Uni<Void> rename(SqlConnection transaction, long generation) {
        Uni<Void> done = Uni.createFrom().voidItem();
        for (String table : tables) {
            done =
                    done.chain(() -> run(transaction, "drop table " + table))
                            .chain(() ->
                                    run(
                                            transaction,
                                            "alter table %s rename to %s"
                                                    .formatted(
                                                            building(table, generation), table)));
        }
        for (String sql : List.of(SWITCH, FORGET_CHECKPOINTS, FORGET_LETTERS)) {
            done =
                    done.chain(() -> transaction.preparedQuery(sql).execute(Tuple.of(projection)))
                            .replaceWithVoid();
        }
        return done;
    }

    /// Drops tables, and forgets books, of generations that are neither live nor being built.
    public Uni<Void> dropLeftovers() {
        return Multi.createFrom()
                .iterable(tables)
                .onItem()
                .transformToMultiAndConcatenate(this::leftovers)
                .onItem()
                .transformToUniAndConcatenate(name -> run("drop table if exists " + name))
                .collect()
                .last()
                .chain(() -> pool.preparedQuery(FORGET_CHECKPOINTS).execute(Tuple.of(projection)))
                .chain(() -> pool.preparedQuery(FORGET_LETTERS).execute(Tuple.of(projection)))
                .replaceWithVoid();
    }

    private Multi<String> leftovers(String table) {
        return pool.preparedQuery(LEFTOVERS)
                .execute(Tuple.of(projection, "^" + table + "_g[0-9]+$"))
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .map(row -> row.getString("name"));
    }

    private Uni<Void> addPrimaryKey(String table, String name) {
        return hasIndex(name, true)
                .chain(has ->
                        has
                                ? Uni.createFrom().voidItem()
                                : pool.preparedQuery(PRIMARY_KEY)
                                        .execute(Tuple.of(table))
                                        .map(rows -> rows.iterator().next().getString("definition"))
                                        .chain(key ->
                                                run("alter table %s add %s".formatted(name, key))));
    }

    private Uni<Void> copyIndexes(String table, String name) {
        return hasIndex(name, false)
                .chain(has ->
                        has
                                ? Uni.createFrom().voidItem()
                                : pool.preparedQuery(INDEXES)
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

    private Uni<Boolean> hasIndex(String name, boolean isPrimary) {
        return pool.preparedQuery(HAS_INDEX)
                .execute(Tuple.of(name, isPrimary))
                .map(rows -> rows.size() > 0);
    }

    private static boolean maySwitch(RowSet<Row> rows) {
        return rows.size() > 0 && rows.iterator().next().getBoolean("may_switch");
    }

    private static String building(String table, long generation) {
        return tableOf(table, Generation.building(generation));
    }

    private interface Work {
        Uni<Void> on(String table);
    }

    private Uni<Void> each(Work work) {
        return Multi.createFrom()
                .iterable(tables)
                .onItem()
                .transformToUniAndConcatenate(work::on)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> run(String sql) {
        return pool.query(sql).execute().replaceWithVoid();
    }

    private static Uni<Void> run(SqlConnection transaction, String sql) {
        return transaction.query(sql).execute().replaceWithVoid();
    }
}

package orders.query.ledger;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.query.projection.Changes;
import orders.query.projection.Checkpoint;
import orders.query.projection.Generation;
import orders.query.projection.KnownEndOffsets;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.ProjectionStatus.Building;
import orders.query.projection.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;

/// The books of a projection whose rows are in ClickHouse. Its checkpoints are there too, written
/// after the rows. ClickHouse has neither transactions nor conditional writes, so everything else
/// is in PostgreSQL: generations, the builder, dead letters, and how far a writer is about to
/// write.
///
/// All tables end in the number of their generation, and none is ever renamed.
public final class ClickHouseLedger extends PostgresLedger {

    /// Parts are safe on the disk when an insert is answered: checkpoints are never ahead of rows.
    private static final String DURABLE =
            "settings fsync_after_insert = 1, fsync_part_directory = 1";

    /// The furthest counts, whoever wrote it last.
    private static final String CHECKPOINTS_DEFINITION =
            """
            (topic String, partition Int32, \
                next_offset SimpleAggregateFunction(max, Int64), \
                last_event_at SimpleAggregateFunction(max, Nullable(DateTime64(6, 'UTC')))) \
            engine = AggregatingMergeTree order by (topic, partition)\
            """;

    private static final String CHECKPOINTS =
            """
            select topic, partition, max(next_offset) as next, max(last_event_at) as at \
            from {checkpoints} group by topic, partition\
            """;

    private static final String TABLES =
            "select name from system.tables where database = currentDatabase()";

    private static final String LIVE = "select generation from projections where name = $1";

    private final Pool pool;
    private final String name;
    private final ClickHouse clickHouse;
    private final PostgresTables generations;
    private final Map<String, String> definitions;
    private final String checkpoints;

    /// @param name of the books in PostgreSQL
    /// @param definitions columns and engine of each table, by its name without a generation
    /// @param checkpoints name of the table of checkpoints, likewise
    public ClickHouseLedger(
            Pool pool,
            ClickHouse clickHouse,
            String name,
            int shapeVersion,
            Map<String, String> definitions,
            String checkpoints) {
        super(pool, name, shapeVersion);
        this.pool = pool;
        this.name = name;
        this.clickHouse = clickHouse;
        this.generations = new PostgresTables(pool, name);
        this.definitions = definitions;
        this.checkpoints = checkpoints;
    }

    /// The name of a table in a generation.
    public static String tableOf(String table, long generation) {
        return table + "_g" + generation;
    }

    @Override
    public Uni<ProjectionStatus> standing() {
        return super.standing().chain(this::withCheckpoints);
    }

    /// As ClickHouse has them. Who finds no tables of the live generation makes them.
    private Uni<ProjectionStatus> withCheckpoints(ProjectionStatus books) {
        Uni<List<Checkpoint>> live =
                checkpoints(books.generation())
                        .onFailure(ClickHouseFailure::isMissingTable)
                        .recoverWithUni(() -> create(books.generation()).replaceWith(List.of()));
        Uni<List<Checkpoint>> building =
                books.building()
                        .map(each ->
                                checkpoints(each.generation())
                                        .onFailure(ClickHouseFailure::isMissingTable)
                                        .recoverWithItem(List.of()))
                        .orElseGet(() -> Uni.createFrom().item(List.of()));
        return Uni.combine()
                .all()
                .unis(live, building)
                .with((ofLive, ofBuilding) -> with(books, ofLive, ofBuilding));
    }

    private static ProjectionStatus with(
            ProjectionStatus books, List<Checkpoint> live, List<Checkpoint> ofBuilding) {
        return new ProjectionStatus(
                books.marker(),
                books.generation(),
                books.shapeVersion(),
                live,
                books.deadLetters(),
                books.building()
                        .map(building ->
                                new Building(
                                        building.generation(),
                                        building.shapeVersion(),
                                        building.builder(),
                                        building.beat(),
                                        building.isFenced(),
                                        building.startedAt(),
                                        ofBuilding)));
    }

    @Override
    public Uni<List<Checkpoint>> checkpoints() {
        return inLive(this::checkpoints);
    }

    /// How far a generation has come.
    public Uni<List<Checkpoint>> checkpoints(long generation) {
        return clickHouse
                .select(
                        CHECKPOINTS.replace("{checkpoints}", tableOf(checkpoints, generation)),
                        Map.of())
                .map(rows -> rows.stream().map(ClickHouseLedger::checkpoint).toList());
    }

    /// Rows that a writer left half-way are shown too, so what it was about to write counts.
    @Override
    public Uni<Map<TopicPartition, Long>> reach() {
        return Uni.combine()
                .all()
                .unis(super.checkpoints(), checkpoints())
                .with((intended, written) ->
                        Stream.concat(intended.stream(), written.stream())
                                .collect(
                                        Collectors.toMap(
                                                Checkpoint::partition,
                                                Checkpoint::nextOffset,
                                                Math::max)));
    }

    /// Answers from the generation that is live; the one before stays for a while, so it answers
    /// right when a switch comes in between.
    public <T> Uni<T> inLive(LongFunction<Uni<T>> question) {
        return pool.preparedQuery(LIVE)
                .execute(Tuple.of(name))
                .map(rows -> rows.size() == 0 ? 1L : rows.iterator().next().getLong("generation"))
                .chain(question::apply);
    }

    /// Writes a batch: `rows` go into ClickHouse while the generation may be written, so that a
    /// switch waits for them; then dead letters, then checkpoints. Whatever is cut off is repeated.
    public Uni<Void> write(Generation generation, Changes<?> changes, Supplier<Uni<Void>> rows) {
        return intend(generation, changes.checkpoints())
                .chain(() ->
                        pool.withTransaction(transaction ->
                                enter(transaction, generation)
                                        .chain(rows::get)
                                        .chain(() ->
                                                park(transaction, generation, changes.parked()))
                                        .chain(() ->
                                                resolve(
                                                        transaction,
                                                        generation,
                                                        changes.resolved()))))
                .chain(() -> save(generation, changes.checkpoints()))
                .onFailure(ClickHouseFailure::isMissingTable)
                .transform(_ -> new StaleGeneration());
    }

    private Uni<Void> intend(Generation generation, List<Checkpoint> reached) {
        return !generation.isLive() || reached.isEmpty()
                ? Uni.createFrom().voidItem()
                : pool.withTransaction(transaction ->
                        enter(transaction, generation)
                                .chain(() -> saveCheckpoints(transaction, generation, reached)));
    }

    private Uni<Void> save(Generation generation, List<Checkpoint> reached) {
        return clickHouse.insert(
                tableOf(checkpoints, generation.number()),
                reached.stream()
                        .map(each ->
                                new JsonObject()
                                        .put("topic", each.partition().topic())
                                        .put("partition", each.partition().partition())
                                        .put("next_offset", each.nextOffset())
                                        .put(
                                                "last_event_at",
                                                each.lastEventAt()
                                                        .map(Instant::toString)
                                                        .orElse(null)))
                        .toList());
    }

    /// Creates the tables of a generation, that of its checkpoints last.
    public Uni<Void> create(long generation) {
        return Multi.createFrom()
                .iterable(definitions.entrySet())
                .onItem()
                .transformToUniAndConcatenate(each ->
                        clickHouse.run(
                                "create table if not exists %s %s %s"
                                        .formatted(
                                                tableOf(each.getKey(), generation),
                                                each.getValue(),
                                                DURABLE)))
                .collect()
                .last()
                .chain(() ->
                        clickHouse.run(
                                "create table if not exists %s %s %s"
                                        .formatted(
                                                tableOf(checkpoints, generation),
                                                CHECKPOINTS_DEFINITION,
                                                DURABLE)));
    }

    /// Lets a generation answer reads, unless the live one shows more.
    public Uni<Boolean> switchTo(long generation) {
        return generations.switchTo(
                generation,
                transaction ->
                        enter(transaction, Generation.building(generation))
                                .chain(() -> hasReachedLive(generation)));
    }

    private Uni<Boolean> hasReachedLive(long generation) {
        return Uni.combine()
                .all()
                .unis(reach(), checkpoints(generation))
                .with((reach, built) ->
                        !new KnownEndOffsets(false, Optional.of(reach)).isBeyond(built));
    }

    /// Drops tables, and forgets books, of generations that are neither live nor being built.
    public Uni<Void> dropLeftovers() {
        // Listed first: whatever is made afterwards is no leftover.
        return clickHouse
                .select(TABLES, Map.of())
                .chain(tables ->
                        super.standing()
                                .map(books ->
                                        tables.stream()
                                                .map(table -> table.getString("name"))
                                                .filter(table -> isLeftover(table, books))
                                                .toList()))
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(
                        table -> clickHouse.run("drop table if exists " + table + " sync"))
                .collect()
                .last()
                .chain(generations::dropLeftovers);
    }

    private boolean isLeftover(String table, ProjectionStatus books) {
        int end = table.lastIndexOf("_g");
        String name = end < 0 ? table : table.substring(0, end);
        return (definitions.containsKey(name) || name.equals(checkpoints))
                && table.substring(end + 2).chars().allMatch(Character::isDigit)
                && !table.equals(tableOf(name, books.generation()))
                && books.building()
                        .map(building -> !table.equals(tableOf(name, building.generation())))
                        .orElse(true);
    }

    private static Checkpoint checkpoint(JsonObject row) {
        return new Checkpoint(
                new TopicPartition(row.getString("topic"), row.getInteger("partition")),
                row.getLong("next"),
                Optional.ofNullable(row.getString("at")).map(Instant::parse));
    }
}

package orders.query.offsets;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orders.query.offsets.EventRecord.Position;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.offsets.WriteRefused.Fenced;
import orders.query.offsets.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;

/// How far each projection has come, whatever store keeps its rows: generations, checkpoints and
/// the lease of a rebuild, and beside them its dead letters. Delivery is at least once: a
/// checkpoint is saved in the transaction that writes the rows, or in one that ends after they are
/// written.
@ApplicationScoped
public class OffsetStore {

    private static final String BEGIN =
            """
            insert into projections (name, generation, shape_version, last_generation)
            values ($1, 1, $2, 1) on conflict do nothing
            """;

    private static final String STATUS =
            """
            select p.*, (select count(*) from dead_letters d where d.projection = p.name \
                and d.generation = p.generation) as dead_letters
            from projections p where p.name = $1
            """;

    private static final String CHECKPOINTS =
            """
            select c.* from checkpoints c join projections p on p.name = c.projection
            where c.projection = $1 and c.generation in (p.generation, p.building)
            """;

    private static final String LIVE_CHECKPOINTS =
            """
            select c.* from checkpoints c join projections p on p.name = c.projection
            where c.projection = $1 and c.generation = p.generation
            """;

    /// Shared with other writers, so that only a switch waits for them, and they for it.
    private static final String ENTER =
            """
            select marker, building_marker, held from projections where name = $1 for share
            """;

    private static final String SAVE_CHECKPOINTS =
            """
            insert into checkpoints as c \
                (projection, generation, topic, partition, next_offset, last_event_at)
            select $1, $2, t.* \
            from unnest($3::text[], $4::int[], $5::bigint[], $6::timestamptz[]) as t order by 3, 4
            on conflict (projection, generation, topic, partition) do update set \
                next_offset = greatest(c.next_offset, excluded.next_offset), \
                last_event_at = greatest(c.last_event_at, excluded.last_event_at)
            """;

    private static final String ANNOUNCE =
            """
            update projections set building = last_generation + 1, building_shape = $2, \
                building_marker = gen_random_uuid()::text, last_generation = last_generation + 1, \
                builder = null, held = false, started_at = now()
            where name = $1 and building is null
            """;

    private static final String CANCEL =
            """
            update projections set building = null, building_shape = null, building_marker = null, \
                builder = null, held = false, started_at = null
            where name = $1 and building is not null
            """;

    private static final String TAKE_LEASE =
            """
            update projections set builder = $3, beat = beat + 1, \
                held = held and builder is not distinct from $3
            where name = $1 and building = $2 and (builder = $3 or beat = $4)
            """;

    private static final String RELEASE =
            """
            update projections set builder = null, held = false
            where name = $1 and building = $2 and builder = $3
            """;

    private static final String FENCE =
            "update projections set held = true where name = $1 and building = $2";

    /// Voids what the live generation has reached, with a marker that its store does not have yet.
    /// It waits for batches that are being written; a rebuild is given up.
    private static final String FORGET_MARKER =
            """
            update projections set marker = gen_random_uuid()::text, building = null, \
                building_shape = null, building_marker = null, builder = null, held = false, \
                started_at = null
            where name = $1 and generation = $2 and marker = $3
            """;

    private static final String VOID_CHECKPOINTS =
            """
            update checkpoints set replay_until = greatest(replay_until, next_offset), \
                next_offset = 0, last_event_at = null
            where projection = $1 and generation = $2
            """;

    /// So that reads do not queue for long behind a switch that waits for a slow one.
    private static final String SOON = "set local lock_timeout = '1s'";

    private static final String LOCK =
            """
            select generation = $2 as is_live, not exists (
                select from checkpoints l left join checkpoints b on b.projection = l.projection \
                    and b.generation = p.building and b.topic = l.topic \
                    and b.partition = l.partition
                where l.projection = p.name and l.generation = p.generation \
                    and coalesce(b.next_offset, 0) < l.next_offset) as has_reached_live
            from projections p where p.name = $1 and (generation = $2 or building = $2) for update
            """;

    private static final String SWITCH =
            """
            update projections set generation = building, shape_version = building_shape, \
                marker = building_marker, building = null, building_shape = null, \
                building_marker = null, builder = null, held = false, started_at = null
            where name = $1
            """;

    private static final String FORGET_CHECKPOINTS =
            """
            delete from checkpoints c using projections p where p.name = c.projection \
                and p.name = $1 and c.generation is distinct from p.generation \
                and c.generation is distinct from p.building
            """;

    private final Pool pool;
    private final DeadLetters deadLetters;

    protected OffsetStore(Pool pool) {
        this.pool = pool;
        this.deadLetters = new DeadLetters(pool);
    }

    /// The dead letters of all projections.
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /// What a batch leaves behind when its rows are written.
    ///
    /// @param parked new dead letters
    /// @param resolved dead letters that are applied now, or discarded
    /// @param freed orders whose early events are to be tried again
    public record Outcome(
            List<DeadLetter> parked,
            List<Position> resolved,
            List<String> freed,
            List<Checkpoint> checkpoints) {

        /// Nothing.
        public static final Outcome NOTHING =
                new Outcome(List.of(), List.of(), List.of(), List.of());
    }

    /// Writes a batch in one transaction: the right to write to `generation`, then `rows`, then
    /// `outcome`. A switch, a replay or a fence of the generation waits for its end. Fails with
    /// [WriteRefused] when the generation may not be written.
    public Uni<Void> write(
            String projection,
            Generation generation,
            Outcome outcome,
            Function<SqlConnection, Uni<Void>> rows) {
        return pool.withTransaction(transaction ->
                enter(transaction, projection, generation)
                        .chain(() -> rows.apply(transaction))
                        .chain(() ->
                                Uni.join()
                                        .all(
                                                DeadLetters.park(
                                                        transaction,
                                                        projection,
                                                        generation,
                                                        outcome.parked()),
                                                DeadLetters.resolve(
                                                        transaction,
                                                        projection,
                                                        generation,
                                                        outcome.resolved()),
                                                DeadLetters.free(
                                                        transaction,
                                                        projection,
                                                        generation,
                                                        outcome.freed()),
                                                saveCheckpoints(
                                                        transaction,
                                                        projection,
                                                        generation,
                                                        outcome.checkpoints()))
                                        .andFailFast())
                        .replaceWithVoid());
    }

    private static Uni<Void> enter(
            SqlConnection transaction, String projection, Generation generation) {
        return transaction
                .preparedQuery(ENTER)
                .execute(Tuple.of(projection))
                .invoke(rows -> {
                    Row row = rows.size() == 0 ? null : rows.iterator().next();
                    String prefix = generation.isLive() ? "" : "building_";
                    if (row == null
                            || !generation.marker().equals(row.getString(prefix + "marker"))) {
                        throw new StaleGeneration();
                    }
                    if (generation.isLive() && row.getBoolean("held")) {
                        throw new Fenced();
                    }
                })
                .replaceWithVoid();
    }

    /// How far `projection` has come. It begins with generation 1, of this shape, when nobody has
    /// asked before.
    public Uni<ProjectionStatus> status(String projection, int shapeVersion) {
        return query(STATUS, Tuple.of(projection))
                .chain(rows ->
                        rows.size() > 0
                                ? Uni.createFrom().item(rows)
                                : query(BEGIN, Tuple.of(projection, shapeVersion))
                                        .chain(() -> query(STATUS, Tuple.of(projection))))
                .map(rows -> rows.iterator().next())
                .chain(row ->
                        query(CHECKPOINTS, Tuple.of(projection))
                                .map(checkpoints -> status(row, checkpoints)));
    }

    /// Projects a read model again whose store has lost the rows of `lost`: everything is applied
    /// from the first event on, under a new marker. Nothing when somebody else has said so.
    public Uni<Void> replay(String projection, Generation lost) {
        return pool.withTransaction(transaction ->
                transaction
                        .preparedQuery(FORGET_MARKER)
                        .execute(Tuple.of(projection, lost.number(), lost.marker()))
                        .chain(rows ->
                                rows.rowCount() == 0
                                        ? Uni.createFrom().voidItem()
                                        : transaction
                                                .preparedQuery(VOID_CHECKPOINTS)
                                                .execute(Tuple.of(projection, lost.number()))
                                                .chain(() ->
                                                        DeadLetters.forget(
                                                                transaction, projection, lost))));
    }

    /// Makes a generation the live one, after `rows` has switched those; not as long as the live
    /// one has come further. Nobody writes to either meanwhile. True when it is live.
    public Uni<Boolean> switchTo(
            String projection, long generation, Function<SqlConnection, Uni<Void>> rows) {
        return pool.withTransaction(transaction ->
                transaction
                        .query(SOON)
                        .execute()
                        .chain(() ->
                                transaction
                                        .preparedQuery(LOCK)
                                        .execute(Tuple.of(projection, generation)))
                        .chain(found -> {
                            if (found.size() == 0) {
                                return Uni.createFrom().failure(new StaleGeneration());
                            }
                            Row row = found.iterator().next();
                            if (row.getBoolean("is_live") || !row.getBoolean("has_reached_live")) {
                                return Uni.createFrom().item(row.getBoolean("is_live"));
                            }
                            return rows.apply(transaction)
                                    .chain(() ->
                                            transaction
                                                    .preparedQuery(SWITCH)
                                                    .execute(Tuple.of(projection)))
                                    .chain(() -> forget(transaction, projection))
                                    .replaceWith(true);
                        }));
    }

    /// Forgets checkpoints and dead letters of generations that are neither live nor being built.
    public Uni<Void> forgetLeftovers(String projection) {
        return forget(pool, projection);
    }

    private static Uni<Void> forget(SqlClient client, String projection) {
        return client.preparedQuery(FORGET_CHECKPOINTS)
                .execute(Tuple.of(projection))
                .chain(() -> DeadLetters.forgetLeftovers(client, projection));
    }

    /// Begins a rebuild: a new generation with this shape is to be built. False when one is being
    /// built already.
    public Uni<Boolean> announce(String projection, int shape) {
        return change(ANNOUNCE, Tuple.of(projection, shape));
    }

    /// Gives up the generation that is being built. False when there is none.
    public Uni<Boolean> cancel(String projection) {
        return change(CANCEL, Tuple.of(projection));
    }

    /// Gives `instance` the lease to build a generation, or says that it still has it. False when
    /// somebody else has said so since `heartbeat`, or the generation is given up.
    public Uni<Boolean> takeLease(
            String projection, long generation, String instance, long heartbeat) {
        return change(TAKE_LEASE, Tuple.of(projection, generation, instance, heartbeat));
    }

    /// Ends what [#takeLease] began: somebody else may go on at once, and the live generation is
    /// fenced no more. Nothing when `instance` has no lease.
    public Uni<Void> release(String projection, long generation, String instance) {
        return change(RELEASE, Tuple.of(projection, generation, instance)).replaceWithVoid();
    }

    /// How far the live generation has come.
    public Uni<List<Checkpoint>> checkpoints(String projection) {
        return query(LIVE_CHECKPOINTS, Tuple.of(projection))
                .map(rows -> stream(rows).map(OffsetStore::checkpoint).toList());
    }

    /// Lets writes to the live generation wait until the one being built is switched in; those that
    /// are under way have ended when it answers. Fails with [StaleGeneration] when it was given up.
    public Uni<Void> fence(String projection, long generation) {
        return change(FENCE, Tuple.of(projection, generation))
                .invoke(isFenced -> {
                    if (!isFenced) {
                        throw new StaleGeneration();
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<Void> saveCheckpoints(
            SqlConnection transaction,
            String projection,
            Generation generation,
            List<Checkpoint> checkpoints) {
        return checkpoints.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(SAVE_CHECKPOINTS)
                        .execute(
                                Tuple.of(
                                        projection,
                                        generation.number(),
                                        array(
                                                checkpoints,
                                                each -> each.partition().topic(),
                                                String[]::new),
                                        array(
                                                checkpoints,
                                                each -> each.partition().partition(),
                                                Integer[]::new),
                                        array(checkpoints, Checkpoint::nextOffset, Long[]::new),
                                        array(
                                                checkpoints,
                                                each ->
                                                        each.lastEventAt()
                                                                .map(OffsetStore::time)
                                                                .orElse(null),
                                                OffsetDateTime[]::new)))
                        .replaceWithVoid();
    }

    private Uni<RowSet<Row>> query(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values);
    }

    private Uni<Boolean> change(String sql, Tuple values) {
        return query(sql, values).map(rows -> rows.rowCount() > 0);
    }

    private static ProjectionStatus status(Row row, RowSet<Row> checkpoints) {
        long generation = row.getLong("generation");
        List<Checkpoint> live = new ArrayList<>();
        List<Checkpoint> building = new ArrayList<>();
        checkpoints.forEach(each ->
                (each.getLong("generation") == generation ? live : building).add(checkpoint(each)));
        return new ProjectionStatus(
                new Generation(generation, true, row.getString("marker")),
                row.getInteger("shape_version"),
                live,
                stream(checkpoints)
                        .filter(each -> each.getLong("generation") == generation)
                        .anyMatch(
                                each -> each.getLong("next_offset") < each.getLong("replay_until")),
                row.getLong("dead_letters"),
                Optional.ofNullable(row.getLong("building"))
                        .map(number ->
                                new Building(
                                        new Generation(
                                                number, false, row.getString("building_marker")),
                                        row.getInteger("building_shape"),
                                        Optional.ofNullable(row.getString("builder")),
                                        row.getLong("beat"),
                                        row.getBoolean("held"),
                                        row.getOffsetDateTime("started_at").toInstant(),
                                        building)));
    }

    private static Checkpoint checkpoint(Row row) {
        return new Checkpoint(
                new TopicPartition(row.getString("topic"), row.getInteger("partition")),
                row.getLong("next_offset"),
                Optional.ofNullable(row.getOffsetDateTime("last_event_at"))
                        .map(OffsetDateTime::toInstant));
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    static <T, C> C[] array(Collection<T> rows, Function<T, C> value, IntFunction<C[]> array) {
        return rows.stream().map(value).toArray(array);
    }
}

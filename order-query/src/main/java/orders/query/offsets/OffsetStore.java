package orders.query.offsets;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
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
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orders.model.Topics;
import orders.query.offsets.EventRecord.Position;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.offsets.WriteRefused.Fenced;
import orders.query.offsets.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;

/// How far each projection has come, whatever store keeps its rows: generations, checkpoints, dead
/// letters and the lease of a rebuild. Delivery is at least once: a checkpoint is saved in the
/// transaction that writes the rows, or in one that ends after they are written.
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

    private static final String PARK =
            """
            insert into dead_letters (projection, generation, topic, partition, event_offset, \
                event_key, type, sequence, correlation_id, traceparent, value, event_at, cause, \
                parked_at)
            select $1, $2, t.* from unnest($3::text[], $4::int[], $5::bigint[], $6::text[], \
                $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::timestamptz[], \
                $13::text[], $14::timestamptz[]) as t
            on conflict (projection, generation, topic, partition, event_offset) \
                do update set cause = excluded.cause, is_to_be_retried = false
            """;

    private static final String RESOLVE =
            """
            delete from dead_letters using unnest($3::text[], $4::int[], $5::bigint[]) as t(a, b, c)
            where projection = $1 and generation = $2 \
                and topic = t.a and partition = t.b and event_offset = t.c
            """;

    private static final String PARKED =
            """
            select distinct event_key from dead_letters
            where projection = $1 and generation = $2 and topic = $3 and event_key = any($4)
            """;

    /// A letter of an order holds the later ones; one of a customer, or without a key, none.
    private static final String LETTERS =
            """
            select * from (
                select d.*, \
                    row_number() over (partition by held_by order by event_offset) as place, \
                    count(*) over (partition by held_by) - 1 as held
                from (
                    select d.*, case when topic = $2 and event_key is not null then event_key \
                        else topic || ' ' || partition || ' ' || event_offset end as held_by
                    from dead_letters d join projections p \
                        on p.name = d.projection and p.generation = d.generation
                    where d.projection = $1
                ) as d
            ) as letters where place = 1 order by parked_at, topic, partition, event_offset limit $3
            """;

    /// All letters of the order of one letter, or that letter alone.
    private static final String WANT_RETRY =
            """
            update dead_letters d set is_to_be_retried = true
            from dead_letters l
            where l.projection = $1 and l.topic = $2 and l.partition = $3 and l.event_offset = $4
                and d.projection = l.projection and d.topic = l.topic
                and (d.event_key = l.event_key or d.event_offset = l.event_offset)
            """;

    private static final String DISCARD =
            """
            insert into discarded_events \
                (projection, topic, partition, event_offset, event_key, type, reason)
            select distinct projection, topic, partition, event_offset, event_key, type, $5 \
            from dead_letters
            where projection = $1 and topic = $2 and partition = $3 and event_offset = $4
            on conflict do nothing
            """;

    private static final String RETRIES =
            """
            select d.* from dead_letters d
            where projection = $1 and generation = $2 and is_to_be_retried
            order by topic, partition, event_offset limit $3
            """;

    private static final String DISCARDED =
            "select topic, partition, event_offset from discarded_events where projection = $1";

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

    /// They are parked again, or what they waited for is there by then.
    private static final String FORGET_LIVE_LETTERS =
            "delete from dead_letters where projection = $1 and generation = $2";

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

    private static final String FORGET_LETTERS =
            """
            delete from dead_letters c using projections p where p.name = c.projection \
                and p.name = $1 and c.generation is distinct from p.generation \
                and c.generation is distinct from p.building
            """;

    /// So often in a row a person's change of letters makes way for batches that change the same.
    private static final int DEADLOCKS = 3;

    private final Pool pool;

    protected OffsetStore(Pool pool) {
        this.pool = pool;
    }

    /// What a batch leaves behind when its rows are written.
    ///
    /// @param parked new dead letters
    /// @param resolved dead letters that are applied now, or discarded
    public record Outcome(
            List<DeadLetter> parked, List<Position> resolved, List<Checkpoint> checkpoints) {}

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
                                                park(
                                                        transaction,
                                                        projection,
                                                        generation,
                                                        outcome.parked()),
                                                resolve(
                                                        transaction,
                                                        projection,
                                                        generation,
                                                        outcome.resolved()),
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
                                                        transaction
                                                                .preparedQuery(FORGET_LIVE_LETTERS)
                                                                .execute(
                                                                        Tuple.of(
                                                                                projection,
                                                                                lost.number())))
                                                .replaceWithVoid()));
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
                .chain(() -> client.preparedQuery(FORGET_LETTERS).execute(Tuple.of(projection)))
                .replaceWithVoid();
    }

    /// Which of these orders have dead letters in a generation.
    public Uni<Set<String>> parked(String projection, long generation, Set<String> orderIds) {
        return query(
                        PARKED,
                        Tuple.of(
                                projection,
                                generation,
                                Topics.ORDER_EVENTS,
                                orderIds.toArray(String[]::new)))
                .map(rows ->
                        stream(rows)
                                .map(row -> row.getString("event_key"))
                                .collect(Collectors.toUnmodifiableSet()));
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

    /// Dead letters of the live generation, oldest first: of each order the one that holds the
    /// others.
    ///
    /// @param limit letters at most
    public Uni<List<DeadLetter>> deadLetters(String projection, int limit) {
        return query(LETTERS, Tuple.of(projection, Topics.ORDER_EVENTS, limit))
                .map(rows -> stream(rows).map(OffsetStore::letter).toList());
    }

    /// Wants the order of a dead letter to be tried again. False when there is no such letter.
    public Uni<Boolean> retry(String projection, Position position) {
        return change(WANT_RETRY, tuple(projection, position))
                .onFailure(PostgresFailures::isDeadlock)
                .retry()
                .atMost(DEADLOCKS);
    }

    /// Gives up a dead letter, in every generation, and wants the rest of its order to be tried
    /// again. False when there is no such letter.
    public Uni<Boolean> discard(String projection, Position position, String reason) {
        return pool.withTransaction(transaction ->
                        transaction
                                .preparedQuery(DISCARD)
                                .execute(tuple(projection, position).addString(reason))
                                .chain(() ->
                                        transaction
                                                .preparedQuery(WANT_RETRY)
                                                .execute(tuple(projection, position)))
                                .map(rows -> rows.rowCount() > 0))
                .onFailure(PostgresFailures::isDeadlock)
                .retry()
                .atMost(DEADLOCKS);
    }

    /// All dead letters of the orders that are to be tried again, in the order of their partitions.
    ///
    /// @param limit letters at most
    public Uni<List<EventRecord>> retries(String projection, long generation, int limit) {
        return query(RETRIES, Tuple.of(projection, generation, limit))
                .map(rows -> stream(rows).map(OffsetStore::event).toList());
    }

    /// The events that were given up.
    public Uni<Set<Position>> discarded(String projection) {
        return query(DISCARDED, Tuple.of(projection))
                .map(rows ->
                        stream(rows)
                                .map(OffsetStore::position)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    private static Uni<Void> park(
            SqlConnection transaction,
            String projection,
            Generation generation,
            List<DeadLetter> letters) {
        return letters.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(PARK)
                        .execute(
                                Tuple.from(
                                        List.of(
                                                projection,
                                                generation.number(),
                                                letters(letters, OffsetStore::topic, String[]::new),
                                                letters(
                                                        letters,
                                                        OffsetStore::partition,
                                                        Integer[]::new),
                                                letters(letters, OffsetStore::offset, Long[]::new),
                                                letters(letters, l -> text(l.key()), String[]::new),
                                                letters(letters, EventRecord::type, String[]::new),
                                                letters(
                                                        letters,
                                                        EventRecord::sequence,
                                                        String[]::new),
                                                letters(
                                                        letters,
                                                        EventRecord::correlationId,
                                                        String[]::new),
                                                letters(
                                                        letters,
                                                        EventRecord::traceparent,
                                                        String[]::new),
                                                letters(letters, OffsetStore::value, Buffer[]::new),
                                                letters(
                                                        letters,
                                                        letter -> time(letter.at()),
                                                        OffsetDateTime[]::new),
                                                array(letters, l -> text(l.cause()), String[]::new),
                                                array(
                                                        letters,
                                                        letter -> time(letter.at()),
                                                        OffsetDateTime[]::new))))
                        .replaceWithVoid();
    }

    private static Uni<Void> resolve(
            SqlConnection transaction,
            String projection,
            Generation generation,
            List<Position> resolved) {
        return resolved.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(RESOLVE)
                        .execute(
                                Tuple.of(
                                        projection,
                                        generation.number(),
                                        array(
                                                resolved,
                                                at -> at.partition().topic(),
                                                String[]::new),
                                        array(
                                                resolved,
                                                at -> at.partition().partition(),
                                                Integer[]::new),
                                        array(resolved, Position::offset, Long[]::new)))
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

    private static Tuple tuple(String projection, Position position) {
        return Tuple.of(
                projection,
                position.partition().topic(),
                position.partition().partition(),
                position.offset());
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

    private static DeadLetter letter(Row row) {
        return new DeadLetter(
                event(row),
                row.getString("cause"),
                row.getOffsetDateTime("parked_at").toInstant(),
                row.getLong("held"));
    }

    private static EventRecord event(Row row) {
        var value = row.getBuffer("value");
        return new EventRecord(
                position(row),
                row.getString("event_key"),
                row.getString("type"),
                row.getString("sequence"),
                row.getString("correlation_id"),
                row.getString("traceparent"),
                value == null ? null : value.getBytes(),
                row.getOffsetDateTime("event_at").toInstant());
    }

    private static Position position(Row row) {
        return new Position(
                new TopicPartition(row.getString("topic"), row.getInteger("partition")),
                row.getLong("event_offset"));
    }

    private static String topic(EventRecord event) {
        return event.position().partition().topic();
    }

    private static Integer partition(EventRecord event) {
        return event.position().partition().partition();
    }

    private static Long offset(EventRecord event) {
        return event.position().offset();
    }

    private static Buffer value(EventRecord event) {
        return event.value() == null ? null : Buffer.buffer(event.value());
    }

    /// PostgreSQL keeps no zero in a text: a symbol stands for it. No id has one.
    private static String text(String foreign) {
        return foreign == null ? null : foreign.replace('\u0000', '\u2400');
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    private static <C> C[] letters(
            List<DeadLetter> letters, Function<EventRecord, C> value, IntFunction<C[]> array) {
        return array(letters, letter -> value.apply(letter.record()), array);
    }

    private static <T, C> C[] array(
            Collection<T> rows, Function<T, C> value, IntFunction<C[]> array) {
        return rows.stream().map(value).toArray(array);
    }
}

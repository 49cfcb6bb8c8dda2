package orders.query.ledger;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orders.model.Topics;
import orders.query.projection.Changes;
import orders.query.projection.Checkpoint;
import orders.query.projection.DeadLetter;
import orders.query.projection.EventRecord;
import orders.query.projection.EventRecord.Position;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.ProjectionStatus.Building;
import orders.query.projection.WriteRefused.Fenced;
import orders.query.projection.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;

/// The books of a projection in PostgreSQL, written in the transaction that writes its rows.
public class PostgresLedger implements Ledger {

    private static final String BEGIN =
            """
            insert into projections (name, generation, shape_version, last_generation)
            values ($1, 1, $2, 1) on conflict do nothing
            """;

    private static final String STANDING =
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
            "select generation, building, held from projections where name = $1 for share";

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
                event_key, type, sequence, value, event_at, cause, parked_at)
            select $1, $2, t.* from unnest($3::text[], $4::int[], $5::bigint[], $6::text[], \
                $7::text[], $8::text[], $9::bytea[], $10::timestamptz[], $11::text[], \
                $12::timestamptz[]) as t
            on conflict (projection, generation, topic, partition, event_offset) \
                do update set cause = excluded.cause, is_to_be_retried = false
            """;

    private static final String SETTLE =
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
                last_generation = last_generation + 1, builder = null, held = false, \
                started_at = now()
            where name = $1 and building is null
            """;

    private static final String CANCEL =
            """
            update projections set building = null, building_shape = null, builder = null, \
                held = false, started_at = null
            where name = $1 and building is not null
            """;

    private static final String LEAD =
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

    private static final String HOLD =
            "update projections set held = true where name = $1 and building = $2";

    private final Pool pool;
    private final String name;
    private final int shapeVersion;

    /// The books of the projection `name`, whose rows have the shape `shapeVersion` when they
    /// begin.
    public PostgresLedger(Pool pool, String name, int shapeVersion) {
        this.pool = pool;
        this.name = name;
        this.shapeVersion = shapeVersion;
    }

    /// Writes a batch: rows by `statements`, dead letters and checkpoints, in one transaction. All
    /// is sent at once and answered in order, so a batch costs few round trips however much it
    /// writes. Fails with a refusal when `generation` may not be written.
    public Uni<Void> write(
            Generation generation,
            Changes<?> changes,
            Function<SqlConnection, List<Uni<Void>>> statements) {
        return pool.withTransaction(transaction -> {
            List<Uni<Void>> all = new ArrayList<>();
            all.add(enter(transaction, generation));
            all.addAll(statements.apply(transaction));
            all.add(park(transaction, generation, changes.parked()));
            all.add(resolve(transaction, generation, changes.resolved()));
            all.add(saveCheckpoints(transaction, generation, changes.checkpoints()));
            return Uni.join().all(all).andFailFast().replaceWithVoid();
        });
    }

    /// Lets a transaction write to `generation`. Fails with a refusal when it may not.
    public Uni<Void> enter(SqlConnection transaction, Generation generation) {
        return transaction
                .preparedQuery(ENTER)
                .execute(Tuple.of(name))
                .map(rows -> rows.iterator().next())
                .invoke(row -> {
                    Long right = row.getLong(generation.isLive() ? "generation" : "building");
                    if (right == null || right != generation.number()) {
                        throw new StaleGeneration();
                    }
                    if (generation.isLive() && row.getBoolean("held")) {
                        throw new Fenced();
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<ProjectionStatus> standing() {
        return query(STANDING, Tuple.of(name))
                .chain(rows ->
                        rows.size() > 0
                                ? Uni.createFrom().item(rows)
                                : query(BEGIN, Tuple.of(name, shapeVersion))
                                        .chain(() -> query(STANDING, Tuple.of(name))))
                .map(rows -> rows.iterator().next())
                .chain(row ->
                        query(CHECKPOINTS, Tuple.of(name))
                                .map(checkpoints -> standing(row, checkpoints)));
    }

    @Override
    public Uni<Set<String>> parked(long generation, Set<String> orderIds) {
        return query(
                        PARKED,
                        Tuple.of(
                                name,
                                generation,
                                Topics.ORDER_EVENTS,
                                orderIds.toArray(String[]::new)))
                .map(rows ->
                        stream(rows)
                                .map(row -> row.getString("event_key"))
                                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public Uni<Boolean> announce(int shape) {
        return change(ANNOUNCE, Tuple.of(name, shape));
    }

    @Override
    public Uni<Boolean> cancel() {
        return change(CANCEL, Tuple.of(name));
    }

    @Override
    public Uni<Boolean> lead(long generation, String instance, long beat) {
        return change(LEAD, Tuple.of(name, generation, instance, beat));
    }

    @Override
    public Uni<Void> release(long generation, String instance) {
        return change(RELEASE, Tuple.of(name, generation, instance)).replaceWithVoid();
    }

    /// How far the live generation has come.
    public Uni<List<Checkpoint>> checkpoints() {
        return query(LIVE_CHECKPOINTS, Tuple.of(name))
                .map(rows -> stream(rows).map(PostgresLedger::checkpoint).toList());
    }

    @Override
    public Uni<Map<TopicPartition, Long>> reach() {
        return checkpoints()
                .map(checkpoints ->
                        checkpoints.stream()
                                .collect(
                                        Collectors.toMap(
                                                Checkpoint::partition, Checkpoint::nextOffset)));
    }

    @Override
    public Uni<Void> fence(long generation) {
        return change(HOLD, Tuple.of(name, generation))
                .invoke(isFenced -> {
                    if (!isFenced) {
                        throw new StaleGeneration();
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<List<DeadLetter>> deadLetters(int limit) {
        return query(LETTERS, Tuple.of(name, Topics.ORDER_EVENTS, limit))
                .map(rows -> stream(rows).map(PostgresLedger::letter).toList());
    }

    @Override
    public Uni<Boolean> retry(Position position) {
        return change(WANT_RETRY, tuple(position));
    }

    @Override
    public Uni<Boolean> discard(Position position, String reason) {
        return pool.withTransaction(transaction ->
                transaction
                        .preparedQuery(DISCARD)
                        .execute(tuple(position).addString(reason))
                        .chain(() -> transaction.preparedQuery(WANT_RETRY).execute(tuple(position)))
                        .map(rows -> rows.rowCount() > 0));
    }

    @Override
    public Uni<List<EventRecord>> retries(long generation, int limit) {
        return query(RETRIES, Tuple.of(name, generation, limit))
                .map(rows -> stream(rows).map(PostgresLedger::event).toList());
    }

    @Override
    public Uni<Set<Position>> discarded() {
        return query(DISCARDED, Tuple.of(name))
                .map(rows ->
                        stream(rows)
                                .map(PostgresLedger::position)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    final Uni<Void> park(
            SqlConnection transaction, Generation generation, List<DeadLetter> letters) {
        return letters.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(PARK)
                        .execute(
                                Tuple.from(
                                        List.of(
                                                name,
                                                generation.number(),
                                                letters(letters, l -> topic(l), String[]::new),
                                                letters(letters, l -> partition(l), Integer[]::new),
                                                letters(letters, l -> offset(l), Long[]::new),
                                                letters(letters, l -> text(l.key()), String[]::new),
                                                letters(
                                                        letters,
                                                        l -> text(l.type()),
                                                        String[]::new),
                                                letters(
                                                        letters,
                                                        letter -> text(letter.sequence()),
                                                        String[]::new),
                                                letters(
                                                        letters,
                                                        PostgresLedger::value,
                                                        Buffer[]::new),
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

    final Uni<Void> resolve(
            SqlConnection transaction, Generation generation, List<Position> resolved) {
        return resolved.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(SETTLE)
                        .execute(
                                Tuple.of(
                                        name,
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

    final Uni<Void> saveCheckpoints(
            SqlConnection transaction, Generation generation, List<Checkpoint> checkpoints) {
        return checkpoints.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(SAVE_CHECKPOINTS)
                        .execute(
                                Tuple.of(
                                        name,
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
                                                                .map(PostgresLedger::time)
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

    private Tuple tuple(Position position) {
        return Tuple.of(
                name,
                position.partition().topic(),
                position.partition().partition(),
                position.offset());
    }

    private static ProjectionStatus standing(Row row, RowSet<Row> checkpoints) {
        long generation = row.getLong("generation");
        List<Checkpoint> live = new ArrayList<>();
        List<Checkpoint> building = new ArrayList<>();
        checkpoints.forEach(each ->
                (each.getLong("generation") == generation ? live : building).add(checkpoint(each)));
        return new ProjectionStatus(
                "",
                generation,
                row.getInteger("shape_version"),
                live,
                row.getLong("dead_letters"),
                Optional.ofNullable(row.getLong("building"))
                        .map(number ->
                                new Building(
                                        number,
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

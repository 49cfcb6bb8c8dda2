package orders.query.offsets;

import static orders.query.offsets.OffsetStore.array;
import static orders.query.offsets.OffsetStore.stream;
import static orders.query.offsets.OffsetStore.time;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import orders.model.Topics;
import orders.query.offsets.EventRecord.Position;
import org.apache.kafka.common.TopicPartition;

/// The events of each generation that are parked, and those of each projection that were discarded.
/// A batch parks and resolves in the transaction that saves its checkpoint.
public class DeadLetters {

    private static final String PARK =
            """
            insert into dead_letters (projection, generation, topic, partition, event_offset, \
                event_key, type, sequence, correlation_id, traceparent, value, event_at, cause, \
                parked_at, is_early)
            select $1, $2, t.* from unnest($3::text[], $4::int[], $5::bigint[], $6::text[], \
                $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::timestamptz[], \
                $13::text[], $14::timestamptz[], $15::boolean[]) as t
            on conflict (projection, generation, topic, partition, event_offset) \
                do update set cause = excluded.cause, is_early = excluded.is_early, \
                is_to_be_retried = false
            """;

    private static final String RESOLVE =
            """
            delete from dead_letters using unnest($3::text[], $4::int[], $5::bigint[]) as t(a, b, c)
            where projection = $1 and generation = $2 \
                and topic = t.a and partition = t.b and event_offset = t.c
            """;

    private static final String PARKED =
            """
            select event_key, bool_and(is_early) as is_early from dead_letters
            where projection = $1 and generation = $2 and topic = $3 and event_key = any($4)
            group by event_key
            """;

    /// Of these orders, something has been applied since.
    private static final String FREE =
            """
            update dead_letters set is_to_be_retried = true
            where projection = $1 and generation = $2 and topic = $3 and event_key = any($4) \
                and is_early
            """;

    private static final String RETRY_EARLY =
            """
            update dead_letters set is_to_be_retried = true
            where projection = $1 and generation = $2 and is_early and parked_at >= $3
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
            select projection, topic, partition, event_offset, event_key, type, $5 \
            from dead_letters
            where projection = $1 and topic = $2 and partition = $3 and event_offset = $4
            order by generation desc limit 1
            on conflict (projection, topic, partition, event_offset) \
                do update set event_key = excluded.event_key, type = excluded.type, \
                reason = excluded.reason, discarded_at = excluded.discarded_at
            """;

    private static final String RETRIES =
            """
            select * from (
                select d.*, sum(octet_length(value)) over (order by topic, partition, event_offset \
                    rows between unbounded preceding and 1 preceding) as bytes_before
                from dead_letters d
                where projection = $1 and generation = $2 and is_to_be_retried
                order by topic, partition, event_offset limit $3
            ) as letters where coalesce(bytes_before, 0) < $4 order by topic, partition, event_offset
            """;

    private static final String DISCARDED =
            """
            select topic, partition, event_offset, event_key, type from discarded_events
            where projection = $1
            """;

    /// They are parked again, or what they waited for is there by then.
    private static final String FORGET =
            "delete from dead_letters where projection = $1 and generation = $2";

    private static final String FORGET_LEFTOVERS =
            """
            delete from dead_letters c using projections p where p.name = c.projection \
                and p.name = $1 and c.generation is distinct from p.generation \
                and c.generation is distinct from p.building
            """;

    /// So often in a row a person's change of letters makes way for batches that change the same.
    private static final int DEADLOCKS = 3;

    private static final long RETRIED_BYTES = 4L << 20;

    private final Pool pool;

    protected DeadLetters(Pool pool) {
        this.pool = pool;
    }

    /// Dead letters of the live generation, oldest first: of each order the one that holds the
    /// others.
    ///
    /// @param limit letters at most
    public Uni<List<DeadLetter>> oldest(String projection, int limit) {
        return query(LETTERS, Tuple.of(projection, Topics.ORDER_EVENTS, limit))
                .map(rows -> stream(rows).map(DeadLetters::letter).toList());
    }

    /// Wants the order of a dead letter to be tried again. False when there is no such letter.
    public Uni<Boolean> retry(String projection, Position position) {
        return query(WANT_RETRY, tuple(projection, position))
                .map(rows -> rows.rowCount() > 0)
                .onFailure(PostgresFailures::isLostRace)
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
                .onFailure(PostgresFailures::isLostRace)
                .retry()
                .atMost(DEADLOCKS);
    }

    /// Dead letters of the orders that are to be tried again, in the order of their partitions: as
    /// many as take some megabytes.
    ///
    /// @param limit letters at most
    public Uni<List<EventRecord>> retries(String projection, long generation, int limit) {
        return query(RETRIES, Tuple.of(projection, generation, limit, RETRIED_BYTES))
                .map(rows -> stream(rows).map(DeadLetters::event).toList());
    }

    /// An event that was given up. One that came to its position when the topic was made anew is
    /// another one.
    ///
    /// @param key and type as [EventRecord] has them
    public record Discarded(Position position, String key, String type) {

        /// As if `event` was given up.
        public static Discarded of(EventRecord event) {
            return new Discarded(event.position(), text(event.key()), event.type());
        }
    }

    /// The events that were given up.
    public Uni<Set<Discarded>> discarded(String projection) {
        return query(DISCARDED, Tuple.of(projection))
                .map(rows ->
                        stream(rows)
                                .map(row ->
                                        new Discarded(
                                                position(row),
                                                row.getString("event_key"),
                                                row.getString("type")))
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /// Wants the early events of a generation to be tried again that were parked since then.
    public Uni<Void> retryEarly(String projection, long generation, Instant since) {
        return query(RETRY_EARLY, Tuple.of(projection, generation, time(since))).replaceWithVoid();
    }

    /// Orders that have dead letters.
    ///
    /// @param early those of them of which all that is parked is early
    public record Parked(Set<String> orders, Set<String> early) {

        /// None.
        public static final Parked NONE = new Parked(Set.of(), Set.of());
    }

    /// Which of these orders have dead letters in a generation.
    public Uni<Parked> parked(String projection, long generation, Set<String> orderIds) {
        return query(
                        PARKED,
                        Tuple.of(
                                projection,
                                generation,
                                Topics.ORDER_EVENTS,
                                orderIds.toArray(String[]::new)))
                .map(rows ->
                        new Parked(orders(rows, _ -> true), orders(rows, DeadLetters::isEarly)));
    }

    private static Set<String> orders(RowSet<Row> rows, Predicate<Row> which) {
        return stream(rows)
                .filter(which)
                .map(row -> row.getString("event_key"))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isEarly(Row row) {
        return row.getBoolean("is_early");
    }

    static Uni<Void> park(
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
                                                letters(letters, DeadLetters::topic, String[]::new),
                                                letters(
                                                        letters,
                                                        DeadLetters::partition,
                                                        Integer[]::new),
                                                letters(letters, DeadLetters::offset, Long[]::new),
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
                                                letters(letters, DeadLetters::value, Buffer[]::new),
                                                letters(
                                                        letters,
                                                        letter -> time(letter.at()),
                                                        OffsetDateTime[]::new),
                                                array(letters, l -> text(l.cause()), String[]::new),
                                                array(
                                                        letters,
                                                        letter -> time(letter.at()),
                                                        OffsetDateTime[]::new),
                                                array(
                                                        letters,
                                                        DeadLetter::isEarly,
                                                        Boolean[]::new))))
                        .replaceWithVoid();
    }

    /// Wants what waits for events of these orders to be tried again.
    static Uni<Void> free(
            SqlConnection transaction,
            String projection,
            Generation generation,
            List<String> orderIds) {
        return orderIds.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(FREE)
                        .execute(
                                Tuple.of(
                                        projection,
                                        generation.number(),
                                        Topics.ORDER_EVENTS,
                                        orderIds.toArray(String[]::new)))
                        .replaceWithVoid();
    }

    static Uni<Void> resolve(
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

    /// Forgets those of a generation that is projected again.
    static Uni<Void> forget(SqlConnection transaction, String projection, Generation generation) {
        return transaction
                .preparedQuery(FORGET)
                .execute(Tuple.of(projection, generation.number()))
                .replaceWithVoid();
    }

    /// Forgets those of generations that are neither live nor being built.
    static Uni<Void> forgetLeftovers(SqlClient client, String projection) {
        return client.preparedQuery(FORGET_LEFTOVERS)
                .execute(Tuple.of(projection))
                .replaceWithVoid();
    }

    private Uni<RowSet<Row>> query(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values);
    }

    private static Tuple tuple(String projection, Position position) {
        return Tuple.of(
                projection,
                position.partition().topic(),
                position.partition().partition(),
                position.offset());
    }

    private static DeadLetter letter(Row row) {
        return new DeadLetter(
                event(row),
                row.getString("cause"),
                row.getOffsetDateTime("parked_at").toInstant(),
                isEarly(row),
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

    private static <C> C[] letters(
            List<DeadLetter> letters, Function<EventRecord, C> value, IntFunction<C[]> array) {
        return array(letters, letter -> value.apply(letter.record()), array);
    }
}

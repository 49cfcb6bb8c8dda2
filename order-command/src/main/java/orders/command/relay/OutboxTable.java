package orders.command.relay;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import java.util.stream.StreamSupport;

/// What the relay does with the outbox. Every call runs on the connection that holds the
/// leadership.
final class OutboxTable {

    private static final String CLAIM =
            """
            select position, id, aggregatetype, aggregateid, type, payload, version, occurred_at, \
            correlation_id, traceparent, was_held
            from (
                select o.*, h.failures is not null as was_held,
                    sum(octet_length(payload)) over (order by position rows unbounded preceding)
                        - octet_length(payload) as bytes_before
                from outbox o left join held_aggregates h using (aggregatetype, aggregateid)
                where h.retry_at is null or h.retry_at <= now()
                order by position
                limit $1) oldest
            where bytes_before < $2
            order by position
            """;

    private static final String DELETE = "delete from outbox where position = any($1)";

    private OutboxTable() {}

    /// The oldest rows of aggregates that need not wait: at most `rows`, and as many as `bytes` of
    /// payload allow.
    static Uni<List<OutboxRecord>> claim(PgConnection connection, int rows, long bytes) {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(rows, bytes))
                .map(found ->
                        StreamSupport.stream(found.spliterator(), false)
                                .map(OutboxRecord::of)
                                .toList());
    }

    /// Forgets the rows of `records`.
    static Uni<Void> delete(PgConnection connection, List<OutboxRecord> records) {
        return connection
                .preparedQuery(DELETE)
                .execute(
                        Tuple.of(records.stream().map(OutboxRecord::position).toArray(Long[]::new)))
                .replaceWithVoid();
    }
}

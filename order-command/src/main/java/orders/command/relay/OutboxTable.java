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
            correlation_id, traceparent
            from outbox
            where aggregatetype || '/' || aggregateid <> all($1)
            order by position
            limit $2
            """;

    private static final String DELETE = "delete from outbox where position = any($1)";

    private OutboxTable() {}

    /// The oldest `limit` rows of aggregates that are not in `held`.
    static Uni<List<OutboxRecord>> claim(PgConnection connection, String[] held, int limit) {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(held, limit))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(OutboxRecord::of)
                                .toList());
    }

    /// Forgets the rows at `positions`.
    static Uni<Void> delete(PgConnection connection, List<Long> positions) {
        return connection
                .preparedQuery(DELETE)
                .execute(Tuple.of(positions.toArray(Long[]::new)))
                .replaceWithVoid();
    }
}

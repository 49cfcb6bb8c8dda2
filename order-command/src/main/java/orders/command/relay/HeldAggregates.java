package orders.command.relay;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import orders.command.relay.OutboxRecord.Aggregate;
import org.jboss.logging.Logger;

/// Aggregates whose oldest event Kafka refuses: their events wait, each time twice as long, while
/// all others flow. Kept in the database, so that every instance knows them and the next leader
/// goes on with them.
@ApplicationScoped
public class HeldAggregates {

    private static final Logger LOG = Logger.getLogger(HeldAggregates.class);

    private static final String HOLD =
            """
            insert into held_aggregates values ($1, $2, 1, $3, now(), now() + make_interval(secs => $4))
            on conflict (aggregatetype, aggregateid) do update
            set failures = held_aggregates.failures + 1,
                cause = excluded.cause,
                retry_at = now() + make_interval(
                    secs => least($4 * 2 ^ least(held_aggregates.failures, 30), $5))
            returning failures, retry_at
            """;

    private static final String RELEASE =
            "delete from held_aggregates where aggregatetype = $1 and aggregateid = $2";

    private static final String FORGET_EMPTY =
            """
            delete from held_aggregates h where not exists (select from outbox o
                where o.aggregatetype = h.aggregatetype and o.aggregateid = h.aggregateid)
            """;

    private static final String LIST =
            """
            select aggregatetype, aggregateid, failures, cause, held_since, retry_at,
                (select count(*) from outbox o where o.aggregatetype = h.aggregatetype
                    and o.aggregateid = h.aggregateid) as waiting
            from held_aggregates h order by held_since limit 100
            """;

    private static final String RETRY_NOW =
            "update held_aggregates set retry_at = now() where aggregateid = $1";

    private final RelaySettings settings;
    private final Pool database;
    private final WakeUp wakeUp;

    HeldAggregates(RelaySettings settings, Pool database, WakeUp wakeUp) {
        this.settings = settings;
        this.database = database;
        this.wakeUp = wakeUp;
    }

    /// An aggregate that waits.
    ///
    /// @param type `order` or `customer`
    /// @param waiting its events in the outbox
    /// @param failures tries that Kafka refused
    public record Held(
            String type,
            String id,
            long waiting,
            int failures,
            String cause,
            Instant since,
            Instant nextTry) {}

    /// `aggregate` waits from now on.
    Uni<Void> hold(PgConnection connection, Aggregate aggregate, Throwable cause) {
        return connection
                .preparedQuery(HOLD)
                .execute(
                        Tuple.of(
                                aggregate.type(),
                                aggregate.id(),
                                String.valueOf(cause.getMessage()),
                                seconds(settings.firstBackOff()),
                                seconds(settings.longestBackOff())))
                .map(rows -> rows.iterator().next())
                .invoke(held ->
                        LOG.warnf(
                                "Kafka refuses the oldest event of %s (failure %d); its events wait until %s: %s",
                                aggregate, held.getInteger(0), held.getOffsetDateTime(1), cause))
                .replaceWithVoid();
    }

    /// `aggregate` was sent.
    Uni<Void> release(PgConnection connection, Aggregate aggregate) {
        return connection
                .preparedQuery(RELEASE)
                .execute(Tuple.of(aggregate.type(), aggregate.id()))
                .invoke(() -> LOG.infof("%s is no longer held", aggregate))
                .replaceWithVoid();
    }

    /// Those that wait, the oldest first, at most 100.
    public Uni<List<Held>> list() {
        return database.query(LIST)
                .execute()
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(HeldAggregates::held)
                                .toList());
    }

    /// Lets what is held under `id` be tried at once. Answers whether anything is.
    public Uni<Boolean> retryNow(String id) {
        return database.preparedQuery(RETRY_NOW)
                .execute(Tuple.of(id))
                .invoke(wakeUp::ring)
                .map(rows -> rows.rowCount() > 0);
    }

    /// Somebody has deleted the events that Kafka refused.
    @Scheduled(every = "{relay.measure-interval}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> forgetEmpty() {
        return database.query(FORGET_EMPTY)
                .execute()
                .onFailure()
                .invoke(failure -> LOG.debugf("What is no longer held stays: %s", failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static Held held(Row row) {
        return new Held(
                row.getString("aggregatetype"),
                row.getString("aggregateid"),
                row.getLong("waiting"),
                row.getInteger("failures"),
                row.getString("cause"),
                row.getOffsetDateTime("held_since").toInstant(),
                row.getOffsetDateTime("retry_at").toInstant());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}

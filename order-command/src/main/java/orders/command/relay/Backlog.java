package orders.command.relay;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/// How much waits in the outbox: measured now and then, and counted on by this instance's own
/// commands in between.
@ApplicationScoped
public class Backlog {

    private static final Logger LOG = Logger.getLogger(Backlog.class);

    private static final String MEASURE =
            """
            select
                (select count(*) from outbox) as depth,
                coalesce(extract(epoch from now()
                    - (select occurred_at from outbox order by position limit 1)), 0)::float8 as age,
                (select count(*) from held_aggregates) as held
            """;

    private final RelaySettings settings;
    private final Pool database;
    private final AtomicLong grewSince = new AtomicLong();
    private volatile Measured measured = new Measured(0, 0, 0);

    Backlog(RelaySettings settings, Pool database) {
        this.settings = settings;
        this.database = database;
    }

    /// The outbox at one moment.
    ///
    /// @param depth events that wait
    /// @param oldestAgeSeconds since the oldest of them happened, 0 when none waits
    /// @param held aggregates that are held
    public record Measured(long depth, double oldestAgeSeconds, long held) {}

    /// Whether no more events may be added. What somebody else relays has no limit here.
    public boolean isFull() {
        return settings.enabled() && measured.depth() + grewSince.get() >= settings.maxBacklog();
    }

    /// So many more events wait.
    public void grew(long events) {
        grewSince.addAndGet(events);
    }

    /// As it was last measured.
    Measured measured() {
        return measured;
    }

    /// As it is now.
    Uni<Measured> measure() {
        return Uni.createFrom()
                .deferred(() -> {
                    long before = grewSince.get();
                    return database.query(MEASURE)
                            .execute()
                            .map(rows -> measured(rows.iterator().next()))
                            .invoke(now -> {
                                measured = now;
                                grewSince.addAndGet(-before);
                            });
                });
    }

    @Scheduled(every = "{relay.measure-interval}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> keepMeasuring() {
        return measure()
                .onFailure()
                .invoke(failure -> LOG.debugf("The outbox was not measured: %s", failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static Measured measured(Row row) {
        return new Measured(row.getLong("depth"), row.getDouble("age"), row.getLong("held"));
    }
}

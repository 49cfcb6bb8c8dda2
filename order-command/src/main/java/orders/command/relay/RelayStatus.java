package orders.command.relay;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import orders.command.relay.Backlog.Measured;
import orders.command.relay.HeldAggregates.Held;

/// What an operator wants to know of the relay, whichever instance is asked.
@ApplicationScoped
public class RelayStatus {

    /// A lock by one bigint shows as its two halves.
    private static final String LEADER =
            """
            select a.application_name
            from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid = ($1::bigint >> 32)::oid and l.objid = ($1::bigint & 4294967295)::oid
            """;

    private final Pool database;
    private final Instance instance;
    private final Backlog backlog;
    private final HeldAggregates held;
    private final RelayMetrics metrics;

    RelayStatus(
            Pool database,
            Instance instance,
            Backlog backlog,
            HeldAggregates held,
            RelayMetrics metrics) {
        this.database = database;
        this.instance = instance;
        this.backlog = backlog;
        this.held = held;
        this.metrics = metrics;
    }

    /// The relay at one moment.
    ///
    /// @param instance that answers
    /// @param leader that relays, when any does
    /// @param publishedPerSecond by the instance that answers, lately
    public record Status(
            String instance,
            Optional<String> leader,
            Measured outbox,
            List<Held> held,
            double publishedPerSecond) {}

    /// As it is now.
    public Uni<Status> now() {
        return leader().chain(leader ->
                backlog.measure()
                        .chain(outbox ->
                                held.list()
                                        .map(waiting ->
                                                new Status(
                                                        instance.name(),
                                                        leader,
                                                        outbox,
                                                        waiting,
                                                        metrics.publishedPerSecond()))));
    }

    private Uni<Optional<String>> leader() {
        return database.preparedQuery(LEADER)
                .execute(Tuple.of(Leadership.LOCK))
                .map(rows ->
                        rows.size() == 0
                                ? Optional.empty()
                                : Optional.of(rows.iterator().next().getString(0)));
    }
}

package orders.command.relay;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Brings every outbox row to Kafka: in order per aggregate, without gaps, at least once.
///
/// One relay works at a time, however many instances run: see [Leadership]. It takes rows that are
/// there, oldest first, and deletes them when Kafka has acknowledged them; it never remembers a
/// position to go on from, because positions are given before commits.
@ApplicationScoped
class OutboxRelay {

    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);

    private final RelaySettings settings;
    private final Leadership leadership;
    private final KafkaPublisher publisher;
    private final WakeUp wakeUp;
    private Cancellable work = () -> {};

    OutboxRelay(
            RelaySettings settings,
            Leadership leadership,
            KafkaPublisher publisher,
            WakeUp wakeUp) {
        this.settings = settings;
        this.leadership = leadership;
        this.publisher = publisher;
        this.wakeUp = wakeUp;
    }

    void start(@Observes StartupEvent event) {
        if (settings.enabled()) {
            work = forever(this::lead).subscribe().with(_ -> {});
        }
    }

    void stop(@Observes ShutdownEvent event) {
        work.cancel();
    }

    private Uni<Void> lead() {
        return leadership
                .whileLeading(connection ->
                        publisher.prepare().chain(() -> forever(() -> round(connection))))
                .onFailure()
                .invoke(failure -> LOG.warnf("The relay starts again: %s", failure))
                .onFailure()
                .recoverWithUni(() ->
                        Uni.createFrom().voidItem().onItem().delayIt().by(settings.firstBackOff()));
    }

    private Uni<Void> round(PgConnection connection) {
        var bell = wakeUp.newBell();
        return OutboxTable.claim(connection, publisher.held(), settings.batchSize())
                .chain(records ->
                        records.isEmpty()
                                ? WakeUp.ringOf(bell, settings.pollInterval())
                                : relay(connection, records));
    }

    private Uni<Void> relay(PgConnection connection, List<OutboxRecord> records) {
        return publisher
                .publish(records)
                .chain(published -> OutboxTable.delete(connection, published));
    }

    /// Ends only with a failure of `step`.
    private static Uni<Void> forever(Supplier<Uni<? extends Void>> step) {
        return Multi.createBy().repeating().uni(step).indefinitely().onItem().ignoreAsUni();
    }
}

package orders.command.relay;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.pgclient.PgConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Brings every outbox row to Kafka: in order per aggregate, without gaps, at least once.
///
/// One relay works at a time, however many instances run: see [Leadership]. It takes rows that are
/// there, oldest first, and deletes them when Kafka has acknowledged them: see [RelayRound]. It
/// never remembers a position to go on from, because positions are given before commits.
@ApplicationScoped
class OutboxRelay {

    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);

    /// Between two tries to lead; what is held waits by its own rules.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private static final Duration FINISH_WITHIN = Duration.ofSeconds(3);

    private final RelaySettings settings;
    private final Leadership leadership;
    private final TopicSetup topics;
    private final RelayRound round;
    private final KafkaClients kafka;
    private final CountDownLatch ended = new CountDownLatch(1);
    private Cancellable work = () -> {};
    private volatile boolean isEnding;
    private int failures;

    OutboxRelay(
            RelaySettings settings,
            Leadership leadership,
            TopicSetup topics,
            RelayRound round,
            KafkaClients kafka) {
        this.settings = settings;
        this.leadership = leadership;
        this.topics = topics;
        this.round = round;
        this.kafka = kafka;
    }

    void start(@Observes StartupEvent event) {
        if (settings.enabled()) {
            work =
                    Multi.createBy()
                            .repeating()
                            .uni(this::lead)
                            .until(_ -> isEnding)
                            .onTermination()
                            .invoke(ended::countDown)
                            .subscribe()
                            .with(_ -> {});
        }
    }

    /// Finishes the batch that is in hand, so that the next leader does not send it again.
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        isEnding = true;
        if (leadership.isHeld() && !ended.await(FINISH_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("Events that are in flight will be published once more");
        }
        work.cancel();
    }

    /// Relays until this instance ends or the leadership does; never fails.
    private Uni<Boolean> lead() {
        return leadership
                .whileLeading(connection -> topics.ensureTopics().chain(() -> relay(connection)))
                .replaceWith(true)
                .onFailure()
                .recoverWithUni(this::pause);
    }

    private Uni<Void> relay(PgConnection connection) {
        return Uni.createFrom()
                .item(() -> new KafkaPublisher(kafka.producer(), topics))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(publisher ->
                        Multi.createBy()
                                .repeating()
                                .uni(() ->
                                        round.run(connection, publisher).invoke(() -> failures = 0))
                                .until(_ -> isEnding)
                                .onItem()
                                .ignoreAsUni()
                                .onTermination()
                                .invoke(() ->
                                        Infrastructure.getDefaultWorkerPool()
                                                .execute(publisher::close)));
    }

    private Uni<Boolean> pause(Throwable failure) {
        Duration doubled = settings.firstBackOff().multipliedBy(1L << Math.min(failures++, 10));
        Duration pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        LOG.warnf("The relay starts again in %d ms: %s", pause.toMillis(), failure);
        return Uni.createFrom().item(true).onItem().delayIt().by(pause);
    }
}

package orders.query.projection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orders.model.ConsistencyToken.Kind;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/// Keeps one read model up to date, one poll at a time.
///
/// A store that is down is waited for. A poison event stops the projection, visibly and with
/// everything behind it: nothing is skipped.
public final class Projection {

    private static final Logger LOG = Logger.getLogger(Projection.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    /// What a projection can be doing.
    public enum State {
        LIVE,
        STOPPED,
        NOT_CONFIGURED
    }

    private final ReadModel readModel;
    private final Waiters waiters = new Waiters();
    private final Counter applied;

    /// Versions that were received and are not applied yet, by [Waiters#key].
    private final Map<String, Long> inHand = new ConcurrentHashMap<>();

    private volatile State state = State.LIVE;
    private volatile Optional<String> lastError = Optional.empty();
    private volatile Optional<Instant> inHandSince = Optional.empty();

    Projection(ReadModel readModel, MeterRegistry metrics) {
        this.readModel = readModel;
        this.applied =
                Counter.builder("projection.events.applied")
                        .tag("projection", readModel.name())
                        .register(metrics);
    }

    /// The read model that it keeps.
    public ReadModel readModel() {
        return readModel;
    }

    /// What it is doing.
    public State state() {
        return state;
    }

    /// What went wrong last, while it is not mended.
    public Optional<String> lastError() {
        return lastError;
    }

    /// Those who wait for a version.
    public Waiters waiters() {
        return waiters;
    }

    /// Since when it holds events that are not applied yet.
    public Optional<Instant> inHandSince() {
        return inHandSince;
    }

    /// Whether this instance knows of any event that is not applied yet.
    public boolean isBehind() {
        return !inHand.isEmpty();
    }

    /// Whether this instance knows of an event of `id` that is newer than `version` and not applied
    /// yet.
    public boolean isBehind(Kind kind, String id, long version) {
        return inHand.getOrDefault(Waiters.key(kind, id), 0L) > version;
    }

    /// Applies what a poll brought. Answers when it is in the store; never, when it is poison.
    public Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
        return Uni.createFrom()
                .item(() -> Batch.of(records))
                .chain(this::apply)
                .invoke(() -> applied.increment(records.count()))
                .onFailure(PoisonEvent.class)
                .recoverWithUni(this::stop);
    }

    private Uni<Void> apply(Batch batch) {
        inHandSince = Optional.of(Instant.now());
        batch.orders()
                .forEach(change ->
                        inHand.put(Waiters.key(Kind.ORDER, change.orderId()), change.version()));
        batch.customers()
                .forEach(change ->
                        inHand.put(
                                Waiters.key(Kind.CUSTOMER, change.customerId()), change.version()));
        return Uni.createFrom()
                .deferred(() -> readModel.apply(batch))
                .onFailure(failure -> !(failure instanceof PoisonEvent))
                .invoke(this::report)
                .onFailure(failure -> !(failure instanceof PoisonEvent))
                .retry()
                .withBackOff(FIRST_BACK_OFF, LONGEST_BACK_OFF)
                .indefinitely()
                .invoke(() -> done(batch));
    }

    private void done(Batch batch) {
        inHand.clear();
        inHandSince = Optional.empty();
        lastError = Optional.empty();
        waiters.wake(batch);
    }

    private void report(Throwable failure) {
        lastError = Optional.of(failure.toString());
        LOG.warnf("Projection %s tries its batch again: %s", readModel.name(), failure);
    }

    /// Asks for no further batch.
    private Uni<Void> stop(Throwable poison) {
        state = State.STOPPED;
        lastError = Optional.of(poison.getMessage());
        inHandSince = inHandSince.or(() -> Optional.of(Instant.now()));
        inHand.putIfAbsent("poison", Long.MAX_VALUE);
        LOG.errorf(poison, "Projection %s stopped: %s", readModel.name(), poison.getMessage());
        return Uni.createFrom().nothing();
    }
}

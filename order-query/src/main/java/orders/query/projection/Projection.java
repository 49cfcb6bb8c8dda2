package orders.query.projection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import orders.model.ConsistencyToken.Kind;
import orders.model.Topics;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Decoded.OrderChange;
import orders.query.projection.Decoded.Poison;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// What this instance knows of one projection: what it has in hand, what went wrong, who waits.
public final class Projection {

    private static final Logger LOG = Logger.getLogger(Projection.class);

    /// A look that does not end holds nobody up for longer.
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

    private final ReadModel<?> readModel;
    private final OffsetStore offsets;
    private final EndOffsets ends;
    private final Waiters waiters = new Waiters();
    private final Counter applied;
    private final Counter parked;

    /// Versions that were received and are not applied yet, by [Waiters#key].
    private final Map<String, Long> inHand = new ConcurrentHashMap<>();

    /// By partition, the offset up to which every event is applied, or known and in hand.
    private final Map<TopicPartition, Long> seen = new ConcurrentHashMap<>();

    private volatile Set<TopicPartition> assigned = Set.of();
    private volatile Optional<ProjectionStatus> status = Optional.empty();
    private volatile Optional<String> lastError = Optional.empty();
    private volatile boolean mayHoldOrders;

    /// A look that is under way, `null` when there is none.
    private CompletableFuture<ProjectionStatus> look;

    /// The look after it, `null` when nobody has asked for one.
    private CompletableFuture<ProjectionStatus> nextLook;

    Projection(
            ReadModel<?> readModel, OffsetStore offsets, EndOffsets ends, MeterRegistry metrics) {
        this.readModel = readModel;
        this.offsets = offsets;
        this.ends = ends;
        this.applied = counter("projection.events.applied", metrics);
        this.parked = counter("projection.events.parked", metrics);
    }

    private Counter counter(String name, MeterRegistry metrics) {
        return Counter.builder(name).tag("projection", readModel.name()).register(metrics);
    }

    /// The read model that it keeps.
    public ReadModel<?> readModel() {
        return readModel;
    }

    /// How far it had come when the offset store was asked last; empty when that has not answered
    /// yet.
    public Optional<ProjectionStatus> status() {
        return status;
    }

    /// What went wrong last, while it is not mended: it does not advance on this instance.
    public Optional<String> lastError() {
        return lastError;
    }

    /// What it is doing, as far as this instance knows.
    ProjectionState state() {
        if (lastError.isPresent()) {
            return ProjectionState.STOPPED;
        }
        return status.filter(now -> now.isReplaying() || now.building().isPresent()).isPresent()
                ? ProjectionState.REBUILDING
                : ProjectionState.LIVE;
    }

    /// Whether there is anything to read from.
    boolean hasTopics() {
        return ends.known().filter(known -> !known.offsets().isEmpty()).isPresent();
    }

    /// Those who wait for a version.
    public Waiters waiters() {
        return waiters;
    }

    /// Up to where this instance knows of events: it has received them, or they are in Kafka.
    public KnownEndOffsets known() {
        return new KnownEndOffsets(
                mayHoldOrders,
                ends.known()
                        .map(known -> {
                            Map<TopicPartition, Long> offsets = new HashMap<>(known.offsets());
                            seen.forEach(
                                    (partition, next) -> offsets.merge(partition, next, Math::max));
                            return offsets;
                        }));
    }

    /// Whether this instance has received an event of `id` that is newer than `version` and is not
    /// applied yet.
    public boolean hasInHand(Kind kind, String id, long version) {
        return inHand.getOrDefault(Waiters.key(kind, id), 0L) > version;
    }

    /// Whether events may be in Kafka, of `id` perhaps, of which this instance only knows that they
    /// are there. [#look] tells.
    public boolean mayMiss(Kind kind, String id) {
        return ends.known()
                .map(known ->
                        known.partitionOf(topicOf(kind), id)
                                .filter(partition ->
                                        known.offsets().get(partition)
                                                > seen.getOrDefault(partition, 0L))
                                .isPresent())
                .orElse(true);
    }

    /// Whether this instance itself applies what comes of `id`, so that those who wait are woken.
    public boolean isApplying(Kind kind, String id) {
        return ends.known()
                .flatMap(known -> known.partitionOf(topicOf(kind), id))
                .filter(assigned::contains)
                .isPresent();
    }

    /// Whether events of this order are parked.
    public Uni<Boolean> isParked(String orderId) {
        return mayHoldOrders && status.isPresent()
                ? offsets.deadLetters()
                        .parked(
                                readModel.offsetsName(),
                                status.get().live().number(),
                                Set.of(orderId))
                        .map(parked -> !parked.orders().isEmpty())
                : Uni.createFrom().item(false);
    }

    /// Finds out how far the read model has come, by other instances too. What is read after that
    /// shows at least as much. All who ask while a look is under way share the next one, so that
    /// many reads do not ask the store for the same.
    public Uni<ProjectionStatus> look() {
        // Each has a copy, so that one who gives up gives up for itself.
        return Uni.createFrom().completionStage(() -> sharedLook().copy());
    }

    /// Answers when the store of the rows does.
    Uni<Void> askStore() {
        return readModel.isTransactional()
                ? look().replaceWithVoid()
                : readModel
                        .marker(
                                status.map(ProjectionStatus::live)
                                        .orElse(new Generation(0, true, "")))
                        .replaceWithVoid();
    }

    /// As [#look], after the store of the rows was asked whether it still has them. A switch that
    /// was cut off between both stores is finished; rows that are lost are projected again.
    public Uni<ProjectionStatus> verify() {
        return look().chain(seen ->
                readModel
                        .marker(seen.live())
                        .chain(marker ->
                                marker.equals(seen.live().marker())
                                        ? Uni.createFrom().item(seen)
                                        : repair(seen, marker).chain(this::look)));
    }

    private Uni<Void> repair(ProjectionStatus seen, String marker) {
        Optional<Generation> switched =
                seen.building()
                        .map(Building::generation)
                        .filter(building -> building.marker().equals(marker));
        if (switched.isPresent()) {
            return offsets.switchTo(
                            readModel.offsetsName(),
                            switched.get().number(),
                            transaction -> readModel.switchTo(transaction, switched.get()))
                    .replaceWithVoid();
        }
        if (seen.checkpoints().isEmpty()) {
            return readModel.create(seen.live());
        }
        LOG.warnf(
                "%s has lost the rows of %s: they are projected again",
                readModel.store(), readModel.name());
        return offsets.replay(readModel.offsetsName(), seen.live())
                .chain(this::look)
                .chain(now -> readModel.create(now.live()));
    }

    private synchronized CompletableFuture<ProjectionStatus> sharedLook() {
        if (look == null) {
            var first = new CompletableFuture<ProjectionStatus>();
            look = first;
            begin(first);
            return first;
        }
        if (nextLook == null) {
            nextLook = new CompletableFuture<>();
        }
        return nextLook;
    }

    private void begin(CompletableFuture<ProjectionStatus> shared) {
        Uni.createFrom()
                .deferred(() -> offsets.status(readModel.offsetsName(), readModel.shapeVersion()))
                .ifNoItem()
                .after(LONGEST_LOOK)
                .failWith(() -> new TimeoutException("No answer of the store in time"))
                .invoke(this::see)
                .onTermination()
                .invoke(this::beginNext)
                .subscribe()
                .with(shared::complete, shared::completeExceptionally);
    }

    private void beginNext() {
        CompletableFuture<ProjectionStatus> next;
        synchronized (this) {
            next = nextLook;
            look = next;
            nextLook = null;
        }
        if (next != null) {
            begin(next);
        }
    }

    private void see(ProjectionStatus now) {
        if (status.filter(before -> !before.live().equals(now.live())).isPresent()) {
            seen.clear();
        }
        status = Optional.of(now);
        mayHoldOrders = now.deadLetters() > 0;
        now.checkpoints()
                .forEach(checkpoint -> see(checkpoint.partition(), checkpoint.nextOffset()));
    }

    private void see(TopicPartition partition, long nextOffset) {
        seen.merge(partition, nextOffset, Math::max);
    }

    private static String topicOf(Kind kind) {
        return switch (kind) {
            case ORDER -> Topics.ORDER_EVENTS;
            case CUSTOMER -> Topics.CUSTOMER_EVENTS;
        };
    }

    /// Notes which partitions this instance applies. Who waits for what another one applies now is
    /// not woken by this instance any more, and has to know.
    void assigned(Collection<TopicPartition> partitions) {
        Set<TopicPartition> before = assigned;
        assigned = Set.copyOf(partitions);
        if (!assigned.containsAll(before)) {
            waiters.wakeAll();
        }
    }

    /// Notes what was received.
    void take(Batch batch) {
        for (Decoded entry : batch.entries()) {
            switch (entry) {
                case OrderChange change ->
                        inHand.put(Waiters.key(Kind.ORDER, change.orderId()), change.version());
                case CustomerChange change ->
                        inHand.put(
                                Waiters.key(Kind.CUSTOMER, change.customerId()), change.version());
                case Poison _ -> {}
            }
        }
        batch.ends().forEach(this::see);
    }

    /// Notes what was written.
    void wrote(Changes<?> changes) {
        if (!changes.parked().isEmpty()) {
            mayHoldOrders = true;
            parked.increment(changes.parked().size());
        }
    }

    /// Notes that what was received is in the store.
    void finished(Batch batch) {
        inHand.clear();
        lastError = Optional.empty();
        applied.increment(batch.entries().size());
        waiters.wake(batch.entries());
    }

    /// Notes that what was received will be received again.
    void dropped() {
        inHand.clear();
        seen.clear();
    }

    /// Notes what keeps it from advancing.
    void failed(Throwable failure) {
        lastError = Optional.of(failure.toString());
    }

    /// Notes that it advances.
    void recovered() {
        lastError = Optional.empty();
    }

    /// Its checkpoints when its store was asked last.
    List<Checkpoint> lastCheckpoints() {
        return status.map(ProjectionStatus::checkpoints).orElse(List.of());
    }
}

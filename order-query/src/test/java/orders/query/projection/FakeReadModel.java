package orders.query.projection;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.Topics;
import orders.query.Events;
import orders.query.projection.Decoded.OrderChange;
import orders.query.projection.EventRecord.Position;
import org.apache.kafka.common.TopicPartition;

/// A read model in memory that does as its test says: it remembers the names of the events.
public final class FakeReadModel implements ReadModel<FakeReadModel.Seen>, Ledger {

    /// What was seen of an order.
    public record Seen(String orderId, String events, long version) {}

    /// What was written.
    public final List<Changes<Seen>> written = new ArrayList<>();

    /// What is there.
    public final Map<String, Seen> rows = new HashMap<>();

    /// Dead letters, by position.
    public final Map<Position, DeadLetter> letters = new HashMap<>();

    /// Events that were given up.
    public final Set<Position> discarded = new HashSet<>();

    /// How writing ends.
    public Uni<Void> outcome = Uni.createFrom().voidItem();

    /// A failure is a refusal of the values when it says so.
    public static final class Refused extends RuntimeException {}

    /// An order that the store refuses.
    public Optional<String> refusedOrder = Optional.empty();

    /// What it shows of everything.
    public Uni<Long> version = Uni.createFrom().item(0L);

    /// How it stands.
    public Uni<ProjectionStatus> standing =
            Uni.createFrom()
                    .item(() ->
                            new ProjectionStatus(
                                    "", 1, 1, List.of(), letters.size(), Optional.empty()));

    /// What it is called.
    public String name = "fake";

    /// What has to be set before it is kept.
    public Optional<String> missingSetting = Optional.empty();

    /// A projection that keeps it; Kafka says nothing.
    public Projection projection() {
        return new Projection(this, Optional::empty, new SimpleMeterRegistry());
    }

    /// Lets `projection` receive a version of an order. Returns what applies it.
    public static Runnable receive(Projection projection, String orderId, long version) {
        var record =
                new EventRecord(
                        new Position(new TopicPartition(Topics.ORDER_EVENTS, 0), 0),
                        orderId,
                        "OrderSubmitted",
                        Long.toString(version),
                        null,
                        Events.AT);
        var batch =
                new Batch(List.of(new OrderChange(record, version, Events.SUBMITTED)), Map.of());
        projection.take(batch);
        return () -> projection.finished(batch);
    }

    /// Brings batches into it.
    public BatchProcessor<Seen> processor() {
        return new BatchProcessor<>(this, Generation.live(1), true, discarded, _ -> {});
    }

    @Override
    public Optional<String> missingSetting() {
        return missingSetting;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String store() {
        return "memory";
    }

    @Override
    public int shapeVersion() {
        return 1;
    }

    @Override
    public Ledger ledger() {
        return this;
    }

    @Override
    public Evolution<Seen> evolution() {
        return new SeenEvolution();
    }

    /// Remembers the names of events.
    public static final class SeenEvolution implements Evolution<Seen> {
        @Override
        public Seen begin(String orderId, OrderCreated created) {
            return new Seen(orderId, "created", 1);
        }

        @Override
        public Seen evolve(Seen view, long version, OrderEvent event) {
            return new Seen(
                    view.orderId(),
                    view.events() + " " + event.getClass().getSimpleName(),
                    version);
        }

        @Override
        public Seen skip(Seen view, long version) {
            return new Seen(view.orderId(), view.events(), version);
        }

        @Override
        public String orderId(Seen view) {
            return view.orderId();
        }

        @Override
        public long version(Seen view) {
            return view.version();
        }
    }

    @Override
    public Uni<Map<String, Seen>> read(Generation generation, Set<String> orderIds) {
        Map<String, Seen> present = new HashMap<>(rows);
        present.keySet().retainAll(orderIds);
        return Uni.createFrom().item(present);
    }

    @Override
    public Uni<Void> write(Generation generation, Changes<Seen> changes) {
        if (changes.views().stream()
                .anyMatch(view -> refusedOrder.equals(Optional.of(view.orderId())))) {
            return Uni.createFrom().failure(new Refused());
        }
        return outcome.invoke(() -> {
            written.add(changes);
            changes.views().forEach(view -> rows.put(view.orderId(), view));
            changes.parked().forEach(letter -> letters.put(letter.record().position(), letter));
            changes.resolved().forEach(letters::remove);
        });
    }

    @Override
    public boolean isRefusal(Throwable failure) {
        return failure instanceof Refused;
    }

    @Override
    public Uni<Void> create(long generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> finish(long generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Boolean> switchTo(long generation) {
        return Uni.createFrom().item(true);
    }

    @Override
    public Uni<Void> dropLeftovers() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token) {
        return version;
    }

    @Override
    public Uni<ProjectionStatus> standing() {
        return standing;
    }

    @Override
    public Uni<Set<String>> parked(long generation, Set<String> orderIds) {
        return Uni.createFrom()
                .item(
                        letters.values().stream()
                                .map(letter -> letter.record().key())
                                .filter(orderIds::contains)
                                .collect(Collectors.toSet()));
    }

    @Override
    public Uni<Boolean> announce(int shapeVersion) {
        return Uni.createFrom().item(false);
    }

    @Override
    public Uni<Boolean> cancel() {
        return Uni.createFrom().item(false);
    }

    @Override
    public Uni<Boolean> lead(long generation, String instance, long beat) {
        return Uni.createFrom().item(false);
    }

    @Override
    public Uni<Void> release(long generation, String instance) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Map<TopicPartition, Long>> reach() {
        return Uni.createFrom().item(Map.of());
    }

    @Override
    public Uni<Void> fence(long generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<List<DeadLetter>> deadLetters(int limit) {
        return Uni.createFrom().item(List.copyOf(letters.values()));
    }

    @Override
    public Uni<Boolean> retry(Position position) {
        return Uni.createFrom().item(letters.containsKey(position));
    }

    @Override
    public Uni<Boolean> discard(Position position, String reason) {
        discarded.add(position);
        return retry(position);
    }

    @Override
    public Uni<List<EventRecord>> retries(long generation, int limit) {
        return Uni.createFrom()
                .item(
                        letters.values().stream()
                                .map(DeadLetter::record)
                                .sorted(
                                        Comparator.comparingLong(
                                                record -> record.position().offset()))
                                .toList());
    }

    @Override
    public Uni<Set<Position>> discarded() {
        return Uni.createFrom().item(Set.copyOf(discarded));
    }
}

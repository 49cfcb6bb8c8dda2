package orders.query.projection;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import orders.model.ConsistencyToken;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.Topics;
import orders.query.Events;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.DeadLetters;
import orders.query.offsets.DeadLetters.Discarded;
import orders.query.offsets.EventRecord;
import orders.query.offsets.EventRecord.Position;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus;
import orders.query.projection.Decoded.OrderChange;
import org.apache.kafka.common.TopicPartition;

/// A read model in memory that does as its test says: it remembers the names of the events.
public final class FakeReadModel implements ReadModel<FakeReadModel.Seen> {

    /// What lies beside its rows.
    public static final String MARKER = "marker";

    private static final Generation LIVE = new Generation(1, true, MARKER);

    /// What was seen of an order.
    public record Seen(String orderId, String events, long version) {}

    /// What was written.
    public final List<Changes<Seen>> written = new CopyOnWriteArrayList<>();

    /// What room was made for.
    public final List<Generation> created = new CopyOnWriteArrayList<>();

    /// What is there.
    public final Map<String, Seen> rows = new ConcurrentHashMap<>();

    /// Dead letters, by position.
    public final Map<Position, DeadLetter> letters = new HashMap<>();

    /// Orders whose early events are to be tried again.
    public final List<String> freed = new ArrayList<>();

    /// Events that were given up.
    public final Set<Discarded> discarded = new HashSet<>();

    /// How writing ends.
    public volatile Uni<Void> outcome = Uni.createFrom().voidItem();

    /// An order that its store or the client of it cannot write.
    public Optional<String> refusedOrder = Optional.empty();

    /// What comes of writing it.
    public Throwable refusal = new ArithmeticException("long overflow");

    /// So many orders are read in one go.
    public int ordersAtOnce = Integer.MAX_VALUE;

    /// What it shows of everything.
    public Uni<Long> version = Uni.createFrom().item(0L);

    /// How far it has come.
    public volatile Uni<ProjectionStatus> status =
            Uni.createFrom()
                    .item(() ->
                            new ProjectionStatus(
                                    LIVE, 1, List.of(), false, letters.size(), Optional.empty()));

    /// What lies beside the rows.
    public volatile Uni<String> marker = Uni.createFrom().item(LIVE.marker());

    /// Its offsets.
    public final OffsetStore offsets = new FakeOffsetStore();

    /// What it is called.
    public String name = "fake";

    /// What has to be set before it is kept.
    public Optional<String> missingSetting = Optional.empty();

    /// A projection that keeps it; Kafka says nothing.
    public Projection projection() {
        return new Projection(this, offsets, Optional::empty, new SimpleMeterRegistry());
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
                        null,
                        null,
                        Events.AT);
        var batch =
                new Batch(List.of(new OrderChange(record, version, Events.SUBMITTED)), Map.of());
        projection.take(batch);
        return () -> projection.finished(batch);
    }

    /// Brings batches into it.
    public BatchProcessor<Seen> processor() {
        return new BatchProcessor<>(this, offsets, LIVE, true, discarded, _ -> {});
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
    public Uni<Views<Seen>> read(Generation generation, List<String> orderIds) {
        List<String> some = orderIds.subList(0, Math.min(ordersAtOnce, orderIds.size()));
        Map<String, Seen> present = new HashMap<>(rows);
        present.keySet().retainAll(some);
        Set<String> unread = new HashSet<>(orderIds);
        some.forEach(unread::remove);
        return Uni.createFrom().item(new Views<>(present, unread));
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<Seen> changes) {
        if (changes.views().stream()
                .anyMatch(view -> refusedOrder.equals(Optional.of(view.orderId())))) {
            return Uni.createFrom().failure(refusal);
        }
        return outcome.invoke(() -> {
            written.add(changes);
            changes.views().forEach(view -> rows.put(view.orderId(), view));
        });
    }

    @Override
    public boolean isTransactional() {
        return true;
    }

    @Override
    public Uni<String> marker(Generation generation) {
        return marker;
    }

    @Override
    public Uni<Void> create(Generation generation) {
        created.add(generation);
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> finish(Generation generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> switchTo(SqlConnection transaction, Generation generation) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> dropLeftovers(ProjectionStatus seen) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Long> versionOf(ConsistencyToken token, Optional<String> onlyCustomer) {
        return version;
    }

    /// Keeps what the read model shows its test.
    private final class FakeOffsetStore extends OffsetStore {

        FakeOffsetStore() {
            super(null);
        }

        @Override
        public Uni<Void> write(
                String projection,
                Generation generation,
                Outcome left,
                Function<SqlConnection, Uni<Void>> writing) {
            return writing.apply(null)
                    .invoke(() -> {
                        left.parked()
                                .forEach(letter -> letters.put(letter.record().position(), letter));
                        left.resolved().forEach(letters::remove);
                        freed.addAll(left.freed());
                    });
        }

        @Override
        public Uni<ProjectionStatus> status(String projection, int shapeVersion) {
            return status;
        }

        @Override
        public DeadLetters deadLetters() {
            return new FakeDeadLetters();
        }
    }

    /// Shows [#letters] and [#discarded].
    private final class FakeDeadLetters extends DeadLetters {

        FakeDeadLetters() {
            super(null);
        }

        @Override
        public Uni<Parked> parked(String projection, long generation, Set<String> orderIds) {
            Map<String, Boolean> early =
                    letters.values().stream()
                            .filter(letter -> orderIds.contains(letter.record().key()))
                            .collect(
                                    Collectors.toMap(
                                            letter -> letter.record().key(),
                                            DeadLetter::isEarly,
                                            Boolean::logicalAnd));
            return Uni.createFrom()
                    .item(
                            new Parked(
                                    early.keySet(),
                                    early.keySet().stream()
                                            .filter(early::get)
                                            .collect(Collectors.toSet())));
        }

        @Override
        public Uni<Void> retryEarly(String projection, long generation, Instant since) {
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<Boolean> retry(String projection, Position position) {
            return Uni.createFrom().item(letters.containsKey(position));
        }

        @Override
        public Uni<List<EventRecord>> retries(String projection, long generation, int limit) {
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
        public Uni<Set<Discarded>> discarded(String projection) {
            return Uni.createFrom().item(Set.copyOf(discarded));
        }
    }
}

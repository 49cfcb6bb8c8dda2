package orders.query.projection;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.ProjectionStatus;
import org.apache.kafka.common.TopicPartition;

/// How far the projections are behind, from the checkpoints in their stores and the ends in Kafka:
/// right whoever runs them, and when nobody does.
@Singleton
public class Lags {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final Projections projections;
    private final KafkaEndOffsets ends;
    private final FirstRecords firstRecords;
    private final ProjectionSettings settings;
    private final Map<String, List<PartitionLag>> measured = new ConcurrentHashMap<>();
    private final MultiGauge events;
    private final MultiGauge seconds;
    private final MultiGauge deadLetters;
    private final MultiGauge rebuilt;
    private final MultiGauge toRebuild;
    private Cancellable background;

    Lags(
            Projections projections,
            KafkaEndOffsets ends,
            FirstRecords firstRecords,
            ProjectionSettings settings,
            MeterRegistry metrics) {
        this.projections = projections;
        this.ends = ends;
        this.firstRecords = firstRecords;
        this.settings = settings;
        this.events =
                MultiGauge.builder("projection.lag.events")
                        .description("Events that are not applied")
                        .register(metrics);
        this.seconds =
                MultiGauge.builder("projection.lag.seconds")
                        .description("For how long the oldest event that is not applied waits")
                        .register(metrics);
        this.deadLetters =
                MultiGauge.builder("projection.dead.letters")
                        .description("Events that are parked, held ones included")
                        .register(metrics);
        this.rebuilt =
                MultiGauge.builder("projection.rebuild.processed")
                        .description("Events that the generation being built has applied")
                        .register(metrics);
        this.toRebuild =
                MultiGauge.builder("projection.rebuild.events")
                        .description("Events that the generation being built is to apply")
                        .register(metrics);
    }

    /// How far `projection` is behind, by topic and partition: now, or when it was measured last
    /// while its store or Kafka does not answer.
    public Uni<List<PartitionLag>> of(Projection projection) {
        return projection
                .look()
                .chain(status -> compare(status.checkpoints()))
                .ifNoItem()
                .after(ANSWER_WITHIN)
                .fail()
                .onFailure()
                .recoverWithItem(() -> last(projection));
    }

    private List<PartitionLag> last(Projection projection) {
        return measured.getOrDefault(projection.readModel().name(), List.of());
    }

    private Uni<List<PartitionLag>> compare(List<Checkpoint> checkpoints) {
        return ends.read().chain(now -> compare(checkpoints, now));
    }

    private Uni<List<PartitionLag>> compare(List<Checkpoint> checkpoints, TopicEndOffsets now) {
        Map<TopicPartition, Long> next =
                checkpoints.stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        Map<TopicPartition, Long> unapplied =
                now.offsets().entrySet().stream()
                        .filter(end -> end.getValue() > next.getOrDefault(end.getKey(), 0L))
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        end -> next.getOrDefault(end.getKey(), 0L)));
        return firstRecords
                .from(unapplied)
                .map(waiting ->
                        now.offsets().entrySet().stream()
                                .map(end ->
                                        new PartitionLag(
                                                end.getKey(),
                                                next.getOrDefault(end.getKey(), 0L),
                                                end.getValue(),
                                                Optional.ofNullable(waiting.get(end.getKey()))
                                                        .map(first ->
                                                                Instant.ofEpochMilli(
                                                                        first.timestamp()))))
                                .sorted(
                                        Comparator.comparing((PartitionLag lag) ->
                                                        lag.partition().topic())
                                                .thenComparingInt(
                                                        lag -> lag.partition().partition()))
                                .toList());
    }

    void start(@Observes StartupEvent event) {
        background =
                Multi.createFrom()
                        .ticks()
                        .every(settings.watchInterval())
                        .onOverflow()
                        .drop()
                        .onItem()
                        .transformToUniAndConcatenate(_ -> measure())
                        .subscribe()
                        .with(_ -> {});
    }

    private Uni<Void> measure() {
        return Multi.createFrom()
                .iterable(projections.all())
                .onItem()
                .transformToUniAndConcatenate(this::measure)
                .collect()
                .last()
                .invoke(this::publish)
                .replaceWithVoid();
    }

    /// While its store is away a projection stands where it stood. While Kafka is away the last
    /// measure stays, and ages.
    private Uni<Void> measure(Projection projection) {
        return projection
                .look()
                .map(ProjectionStatus::checkpoints)
                .ifNoItem()
                .after(ANSWER_WITHIN)
                .fail()
                .onFailure()
                .recoverWithItem(projection::lastCheckpoints)
                .chain(this::compare)
                .invoke(lags -> measured.put(projection.readModel().name(), lags))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private void publish() {
        List<Row<?>> eventRows = new ArrayList<>();
        List<Row<?>> secondRows = new ArrayList<>();
        measured.forEach((name, lags) ->
                lags.forEach(lag -> {
                    Tags tags =
                            Tags.of(
                                    "projection", name,
                                    "topic", lag.partition().topic(),
                                    "partition", Integer.toString(lag.partition().partition()));
                    eventRows.add(Row.of(tags, lag::events));
                    secondRows.add(Row.of(tags, () -> lag.age(Instant.now()).toMillis() / 1000.0));
                }));
        List<Row<?>> letterRows = new ArrayList<>();
        List<Row<?>> processedRows = new ArrayList<>();
        List<Row<?>> toRebuildRows = new ArrayList<>();
        for (Projection projection : projections.all()) {
            Tags tags = Tags.of("projection", projection.readModel().name());
            projection
                    .status()
                    .ifPresent(status -> {
                        letterRows.add(Row.of(tags, status::deadLetters));
                        processedRows.add(Row.of(tags, () -> processed(status)));
                        toRebuildRows.add(Row.of(tags, () -> toProcess(projection, status)));
                    });
        }
        deadLetters.register(letterRows, true);
        rebuilt.register(processedRows, true);
        toRebuild.register(toRebuildRows, true);
        events.register(eventRows, true);
        seconds.register(secondRows, true);
    }

    /// Events that the generation that is being built has applied, 0 when there is none.
    private static long processed(ProjectionStatus status) {
        return status.building().stream()
                .flatMap(building -> building.checkpoints().stream())
                .mapToLong(Checkpoint::nextOffset)
                .sum();
    }

    /// Of how many there are, 0 when no generation is being built.
    private long toProcess(Projection projection, ProjectionStatus status) {
        return status.building().isEmpty()
                ? 0
                : last(projection).stream().mapToLong(PartitionLag::end).sum();
    }

    void stop(@Observes ShutdownEvent event) {
        background.cancel();
    }
}

package orders.query.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import orders.query.projection.Checkpoint;
import orders.query.projection.Generation;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.ProjectionStatus.Building;
import orders.query.projection.WriteRefused.Fenced;
import orders.query.projection.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;

/// The generations of a projection and how far each has come, as one document. Its changes are pure
/// functions; empty is what cannot be done.
///
/// @param generation the live one
/// @param shapeVersion of the live one
/// @param lastGeneration the highest number that was ever given
/// @param held whether the live generation waits for the switch
/// @param coming what is being built, `null` when nothing is
/// @param progress by generation and partition, of the live one and the one being built
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record Book(
        long generation,
        int shapeVersion,
        long lastGeneration,
        boolean held,
        Coming coming,
        Map<Long, Map<String, Progress>> progress) {

    /// A generation that is being built.
    ///
    /// @param builder `null` while nobody builds it
    /// @param beat grows as long as the builder lives
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Coming(
            long generation, int shapeVersion, String builder, long beat, Instant startedAt) {}

    /// How far a generation has come in a partition.
    ///
    /// @param next the first offset that is not applied, 0 when none is
    /// @param intent the offset before which rows may be written already
    /// @param at time of the newest event that is applied, `null` when there is none
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Progress(long next, long intent, Instant at) {

        private static final Progress NONE = new Progress(0, 0, null);

        Progress intend(Checkpoint checkpoint) {
            return new Progress(next, Math.max(intent, checkpoint.nextOffset()), at);
        }

        Progress reach(Checkpoint checkpoint) {
            Instant newest =
                    checkpoint
                            .lastEventAt()
                            .filter(event -> at == null || event.isAfter(at))
                            .orElse(at);
            return new Progress(Math.max(next, checkpoint.nextOffset()), intent, newest);
        }

        long most() {
            return Math.max(next, intent);
        }
    }

    /// The first page: generation 1, with nothing applied.
    static Book first(int shapeVersion) {
        return new Book(1, shapeVersion, 1, false, null, Map.of());
    }

    /// Begins to build the next generation, unless one is being built.
    Optional<Book> announce(int shape, Instant now) {
        return coming != null
                ? Optional.empty()
                : Optional.of(
                        new Book(
                                generation,
                                shapeVersion,
                                lastGeneration + 1,
                                false,
                                new Coming(lastGeneration + 1, shape, null, 0, now),
                                progress));
    }

    /// Gives up what is being built.
    Optional<Book> cancel() {
        return coming == null ? Optional.empty() : Optional.of(with(null, false));
    }

    /// Makes `instance` the builder, when it is that or nobody has said so since `lastBeat`.
    Optional<Book> lead(long building, String instance, long lastBeat) {
        boolean isStill = isBuilding(building) && instance.equals(coming.builder);
        if (!isStill && !(isBuilding(building) && coming.beat == lastBeat)) {
            return Optional.empty();
        }
        return Optional.of(
                with(
                        new Coming(
                                building,
                                coming.shapeVersion,
                                instance,
                                coming.beat + 1,
                                coming.startedAt),
                        held && isStill));
    }

    /// Lets others lead at once, and the live generation go on, when `instance` leads.
    Optional<Book> release(long building, String instance) {
        return isBuilding(building) && instance.equals(coming.builder)
                ? Optional.of(
                        with(
                                new Coming(
                                        building,
                                        coming.shapeVersion,
                                        null,
                                        coming.beat,
                                        coming.startedAt),
                                false))
                : Optional.empty();
    }

    /// Lets the live generation wait for the one that is being built.
    ///
    /// @throws GenerationOver when that is given up
    Book fence(long building) {
        requireOpen(Generation.building(building));
        return with(coming, true);
    }

    /// Notes how far rows of `written` are about to come.
    ///
    /// @throws orders.query.projection.WriteRefused when they may not be written
    Book enter(Generation written, List<Checkpoint> checkpoints) {
        requireOpen(written);
        if (written.isLive() && held) {
            throw new Fenced();
        }
        return with(written.number(), checkpoints, Progress::intend);
    }

    /// Notes how far `written` has come.
    ///
    /// @throws GenerationOver when it is neither live nor being built any more
    Book reach(Generation written, List<Checkpoint> checkpoints) {
        requireOpen(written);
        return with(written.number(), checkpoints, Progress::reach);
    }

    /// Makes a generation the live one, while the live one is held and not about to show more.
    Optional<Book> switchTo(long building) {
        Map<String, Progress> built = of(building);
        boolean isReached =
                of(generation).entrySet().stream()
                        .allMatch(live ->
                                built.getOrDefault(live.getKey(), Progress.NONE).next()
                                        >= live.getValue().most());
        return isBuilding(building) && held && isReached
                ? Optional.of(
                        new Book(
                                building,
                                coming.shapeVersion,
                                lastGeneration,
                                false,
                                null,
                                Map.of(building, built)))
                : Optional.empty();
    }

    /// How far the live generation shows events at most. What a writer said that it would write
    /// counts, written or not.
    Map<TopicPartition, Long> reach() {
        return of(generation).entrySet().stream()
                .collect(
                        Collectors.toMap(
                                entry -> partition(entry.getKey()),
                                entry -> entry.getValue().most()));
    }

    /// The same for the engine.
    ProjectionStatus standing(long deadLetters) {
        return new ProjectionStatus(
                "",
                generation,
                shapeVersion,
                checkpoints(generation),
                deadLetters,
                Optional.ofNullable(coming)
                        .map(building ->
                                new Building(
                                        building.generation,
                                        building.shapeVersion,
                                        Optional.ofNullable(building.builder),
                                        building.beat,
                                        held,
                                        building.startedAt,
                                        checkpoints(building.generation))));
    }

    /// How far the live generation has come.
    List<Checkpoint> checkpoints() {
        return checkpoints(generation);
    }

    private List<Checkpoint> checkpoints(long number) {
        return of(number).entrySet().stream()
                .filter(entry -> entry.getValue().next() > 0)
                .map(entry ->
                        new Checkpoint(
                                partition(entry.getKey()),
                                entry.getValue().next(),
                                Optional.ofNullable(entry.getValue().at())))
                .toList();
    }

    private void requireOpen(Generation written) {
        if (written.isLive() ? written.number() != generation : !isBuilding(written.number())) {
            throw new StaleGeneration();
        }
    }

    private boolean isBuilding(long number) {
        return coming != null && coming.generation == number;
    }

    private Map<String, Progress> of(long number) {
        return progress.getOrDefault(number, Map.of());
    }

    private Book with(Coming building, boolean isFenced) {
        Map<Long, Map<String, Progress>> kept = new TreeMap<>(progress);
        kept.keySet()
                .removeIf(number ->
                        number != generation
                                && (building == null || number != building.generation));
        return new Book(generation, shapeVersion, lastGeneration, isFenced, building, kept);
    }

    private Book with(
            long number,
            List<Checkpoint> checkpoints,
            BiFunction<Progress, Checkpoint, Progress> step) {
        Map<String, Progress> partitions = new HashMap<>(of(number));
        checkpoints.forEach(checkpoint ->
                partitions.compute(
                        checkpoint.partition().toString(),
                        (_, before) ->
                                step.apply(before == null ? Progress.NONE : before, checkpoint)));
        Map<Long, Map<String, Progress>> all = new TreeMap<>(progress);
        all.put(number, partitions);
        return new Book(generation, shapeVersion, lastGeneration, held, coming, all);
    }

    private static TopicPartition partition(String text) {
        int dash = text.lastIndexOf('-');
        return new TopicPartition(
                text.substring(0, dash), Integer.parseInt(text.substring(dash + 1)));
    }
}

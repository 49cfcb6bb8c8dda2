package orders.query.projection;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.OffsetStore.Outcome;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.projection.Positions.Following;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Applies what the channel of a projection delivers to the live generation: in order, at least
/// once, one batch at a time. Where a partition goes on is the checkpoint in the offset store,
/// whatever Kafka remembers of the group.
///
/// A message is acknowledged when it is taken, and all that came while a batch was applied is the
/// next one. When a whole batch waits, so does the acknowledgement: the connector pauses the
/// partitions and keeps the membership.
final class ProjectionConsumer<V> {

    private static final Logger LOG = Logger.getLogger(ProjectionConsumer.class);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final long LARGEST_BATCH_BYTES = 4L << 20;
    private static final int LETTERS_AT_ONCE = 1_000;

    /// Until then whoever applies another partition knows of an event that waits for one of it.
    private static final Duration EARLY_WAIT = Duration.ofMinutes(1);

    private final Projection projection;
    private final ReadModel<V> readModel;
    private final OffsetStore offsets;
    private final FirstRecords firstRecords;
    private final GroupMember member;
    private final int batchSize;
    private final RetryPolicy retryPolicy;

    private final Positions positions;

    // Guarded by this.
    private List<ConsumerRecords<String, byte[]>> waiting = new ArrayList<>();
    private CompletableFuture<Void> room = new CompletableFuture<>();
    private CompletableFuture<Void> turn = CompletableFuture.completedFuture(null);
    private boolean isCheckDue;
    private boolean isStopping;

    // Used in turn.

    /// What is not applied yet of the polls that were taken, by poll and partition.
    private List<List<ConsumerRecord<String, byte[]>>> taken = List.of();

    private BatchProcessor<V> processor;
    private Generation liveGeneration;
    private long nextBatchNanos = System.nanoTime();

    ProjectionConsumer(
            Projection projection,
            ReadModel<V> readModel,
            OffsetStore offsets,
            FirstRecords firstRecords,
            GroupMember member,
            int batchSize) {
        this.projection = projection;
        this.readModel = readModel;
        this.offsets = offsets;
        this.firstRecords = firstRecords;
        this.member = member;
        this.batchSize = batchSize;
        this.positions = new Positions(readModel.name());
        this.retryPolicy = new RetryPolicy(readModel.name(), projection::failed);
    }

    /// Takes what was polled, in this order. Answers when more may come, and never after [#stop].
    Uni<Void> consume(ConsumerRecords<String, byte[]> polled) {
        CompletableFuture<Void> answer;
        synchronized (this) {
            waiting.add(polled);
            answer = isStopping || isFull() ? room : CompletableFuture.completedFuture(null);
        }
        begin();
        return Uni.createFrom().completionStage(answer);
    }

    /// Notes that these partitions are this member's from now on.
    void assigned(Collection<TopicPartition> partitions) {
        positions.assigned(partitions);
        begin();
    }

    /// Notes that these partitions are another member's from now on. A batch in hand is finished:
    /// whoever applies the same events meanwhile writes the same.
    void revoked(Collection<TopicPartition> partitions) {
        positions.revoked(partitions);
        projection.assigned(positions.placed());
    }

    /// Looks soon whether another generation is live, the store still has its rows, and dead
    /// letters are to be tried again.
    void check() {
        synchronized (this) {
            isCheckDue = true;
        }
        begin();
    }

    /// Begins no batch any more. Answers when the one in hand is applied, or the store refuses it.
    CompletableFuture<Void> stop() {
        retryPolicy.end();
        synchronized (this) {
            isStopping = true;
            return turn.thenRun(this::commit);
        }
    }

    private boolean isFull() {
        return waiting.stream().mapToInt(ConsumerRecords::count).sum() >= batchSize
                || waiting.stream().mapToLong(ProjectionConsumer::bytes).sum()
                        >= LARGEST_BATCH_BYTES;
    }

    private static long bytes(ConsumerRecords<String, byte[]> polled) {
        long bytes = 0;
        for (ConsumerRecord<String, byte[]> record : polled) {
            bytes += Math.max(0, record.serializedValueSize());
        }
        return bytes;
    }

    /// Begins a turn when there is something to do and none is under way: on the executor, so that
    /// neither an event loop nor the polling thread works for it.
    private void begin() {
        CompletableFuture<Void> ended;
        synchronized (this) {
            if (isStopping || !turn.isDone() || !hasWork()) {
                return;
            }
            ended = new CompletableFuture<>();
            turn = ended;
        }
        Uni.createFrom()
                .voidItem()
                .emitOn(Infrastructure.getDefaultExecutor())
                .chain(() -> retryPolicy.with(this::turn))
                .onFailure(StaleGeneration.class)
                .recoverWithUni(this::beginAgain)
                .subscribe()
                .with(_ -> end(ended), failure -> giveUp(failure, ended));
    }

    private boolean hasWork() {
        return isCheckDue
                || !waiting.isEmpty()
                || !taken.isEmpty()
                || !positions.unplaced().isEmpty();
    }

    private void end(CompletableFuture<Void> ended) {
        ended.complete(null);
        begin();
    }

    /// Only when it is stopping: everything else is tried again.
    private void giveUp(Throwable failure, CompletableFuture<Void> ended) {
        LOG.debugf(failure, "Projection %s stops in the middle of a batch", readModel.name());
        ended.complete(null);
    }

    /// With the generation that is live now, at its checkpoints.
    private Uni<Void> beginAgain() {
        LOG.infof("Projection %s goes on with another generation", readModel.name());
        projection.dropped();
        positions.unplaceAll();
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> turn() {
        return place().chain(this::checkGeneration)
                .chain(this::awaitBatchInterval)
                .chain(this::applyWaiting)
                .invoke(projection::recovered);
    }

    /// Finds out where new partitions go on, and has them polled from there.
    private Uni<Void> place() {
        Set<TopicPartition> unplaced = positions.unplaced();
        return unplaced.isEmpty()
                ? Uni.createFrom().voidItem()
                : projection
                        .verify()
                        .invoke(this::requireKnownShape)
                        .invoke(this::requireSameGeneration)
                        .call(this::prepare)
                        .chain(status ->
                                offsets.deadLetters()
                                        .discarded(readModel.offsetsName())
                                        .invoke(discarded -> {
                                            liveGeneration = status.live();
                                            processor =
                                                    new BatchProcessor<>(
                                                            readModel,
                                                            offsets,
                                                            liveGeneration,
                                                            status.deadLetters() > 0,
                                                            discarded,
                                                            projection::wrote);
                                        })
                                        .chain(() -> place(unplaced, status)));
    }

    private Uni<Void> place(Set<TopicPartition> unplaced, ProjectionStatus status) {
        Map<TopicPartition, Long> checkpoints =
                status.checkpoints().stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        Map<TopicPartition, Long> next = new HashMap<>();
        unplaced.forEach(partition -> next.put(partition, checkpoints.getOrDefault(partition, 0L)));
        return member.seek(next)
                .invoke(places -> {
                    positions.place(places);
                    projection.assigned(positions.placed());
                })
                .replaceWithVoid();
    }

    /// What is written to rows of an older shape has the newer one already. No switch comes
    /// meanwhile.
    private Uni<Void> prepare(ProjectionStatus status) {
        return status.shapeVersion() < readModel.shapeVersion()
                ? offsets.write(
                        readModel.offsetsName(),
                        status.live(),
                        Outcome.NOTHING,
                        _ -> readModel.create(status.live()))
                : Uni.createFrom().voidItem();
    }

    private void requireKnownShape(ProjectionStatus status) {
        if (status.shapeVersion() > readModel.shapeVersion()) {
            throw new IllegalStateException(
                    "The read model has shape %d already and this instance knows %d"
                            .formatted(status.shapeVersion(), readModel.shapeVersion()));
        }
    }

    /// Partitions that are placed are at the checkpoints of the generation that was live then.
    private void requireSameGeneration(ProjectionStatus status) {
        if (!positions.placed().isEmpty() && !status.live().equals(liveGeneration)) {
            throw new StaleGeneration();
        }
    }

    /// When there is nothing to write, no write is refused because another generation is live, or
    /// the store has lost its data; dead letters are to be tried again all the same.
    private Uni<Void> checkGeneration() {
        synchronized (this) {
            if (!isCheckDue) {
                return Uni.createFrom().voidItem();
            }
            isCheckDue = false;
        }
        commit();
        return positions.placed().isEmpty()
                ? Uni.createFrom().voidItem()
                : projection
                        .verify()
                        .invoke(this::requireSameGeneration)
                        .invoke(status -> {
                            if (status.deadLetters() > 0) {
                                processor.expectDeadLetters();
                            }
                        })
                        .chain(() ->
                                processor.mayHoldOrders()
                                        ? retryDeadLetters()
                                        : Uni.createFrom().voidItem());
    }

    private Uni<Void> retryDeadLetters() {
        return processor
                .retryEarly(Instant.now().minus(EARLY_WAIT))
                .chain(() -> processor.retryDeadLetters(LETTERS_AT_ONCE))
                .replaceWithVoid();
    }

    private void commit() {
        Map<TopicPartition, Long> applied = positions.takeUncommitted();
        if (!applied.isEmpty()) {
            member.commit(applied);
        }
    }

    /// Before events are taken, so that what comes meanwhile is in the same batch. Timers of an
    /// event loop know no less than a millisecond.
    private Uni<Void> awaitBatchInterval() {
        Duration rest = Duration.ofNanos(nextBatchNanos - System.nanoTime());
        return hasWaiting() && rest.compareTo(MILLISECOND) >= 0
                ? Uni.createFrom().voidItem().onItem().delayIt().by(rest)
                : Uni.createFrom().voidItem();
    }

    private synchronized boolean hasWaiting() {
        return taken.isEmpty() && !waiting.isEmpty();
    }

    private Uni<Void> applyWaiting() {
        if (taken.isEmpty()) {
            take();
        }
        return applyTaken();
    }

    private void take() {
        List<ConsumerRecords<String, byte[]>> polls;
        CompletableFuture<Void> roomAgain;
        synchronized (this) {
            if (isStopping || waiting.isEmpty()) {
                return;
            }
            polls = waiting;
            waiting = new ArrayList<>();
            roomAgain = room;
            room = new CompletableFuture<>();
        }
        taken = polls.stream().flatMap(Positions::byPartition).toList();
        taken.forEach(positions::polled);
        nextBatchNanos = System.nanoTime() + readModel.minimumBatchInterval().toNanos();
        roomAgain.complete(null);
    }

    /// Once more after each step, until nothing that was taken is left.
    private Uni<Void> applyTaken() {
        Following following = positions.following(taken);
        if (!following.records().isEmpty()) {
            return apply(following.records())
                    .invoke(() -> taken = following.later())
                    .chain(this::applyTaken);
        }
        taken = following.later();
        return taken.isEmpty()
                ? Uni.createFrom().voidItem()
                : close(following.gaps()).chain(this::applyTaken);
    }

    private Uni<Void> close(Map<TopicPartition, Long> gaps) {
        return firstRecords
                .from(gaps)
                .invoke(first ->
                        gaps.forEach((partition, end) ->
                                positions.close(
                                        partition, end, Optional.ofNullable(first.get(partition)))))
                .replaceWithVoid();
    }

    private Uni<Void> apply(List<ConsumerRecord<String, byte[]>> records) {
        return Uni.createFrom()
                .voidItem()
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(_ -> Batch.of(records))
                .invoke(projection::take)
                .call(batch -> processor.apply(batch))
                .invoke(this::finish)
                .replaceWithVoid();
    }

    private void finish(Batch batch) {
        positions.applied(batch.ends());
        projection.finished(batch);
    }
}

package orders.query.projection;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import orders.model.Topics;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.EventRecord;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.WriteRefused.StaleGeneration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// Runs a projection on this instance: reads both topics as a member of the projection's group and
/// applies poll by poll to the live generation, in order, at least once, one at a time. Where a
/// partition goes on is the checkpoint in the store, whatever Kafka remembers of the group.
///
/// Kafka's consumer belongs to one thread that may wait; so this is one, and no event loop ever
/// waits. While a store is down it keeps polling without taking anything, so the group keeps this
/// member.
final class ProjectionRunner<V> implements Runnable, ConsumerRebalanceListener {

    private static final Logger LOG = Logger.getLogger(ProjectionRunner.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);

    /// Under the time that the service has to stop.
    private static final Duration FINISH_WITHIN = Duration.ofSeconds(5);

    private static final int LETTERS_AT_ONCE = 1_000;

    private final Projection projection;
    private final ReadModel<V> readModel;
    private final OffsetStore offsets;
    private final KafkaClients clients;
    private final int batchSize;
    private final RetryPolicy retryPolicy;

    /// Assigned partitions whose place is not known yet.
    private final Set<TopicPartition> unplaced = new HashSet<>();

    private final Map<TopicPartition, OffsetAndMetadata> toCommit = new HashMap<>();

    private BatchProcessor<V> processor;
    private Generation liveGeneration;
    private volatile Consumer<String, byte[]> consumer;
    private long nextLookNanos;
    private long nextBatchNanos = System.nanoTime();
    private volatile boolean isStopping;
    private volatile boolean hasRung;

    ProjectionRunner(
            Projection projection,
            ReadModel<V> readModel,
            OffsetStore offsets,
            KafkaClients clients,
            int batchSize) {
        this.offsets = offsets;
        this.projection = projection;
        this.readModel = readModel;
        this.clients = clients;
        this.batchSize = batchSize;
        this.retryPolicy = new RetryPolicy(readModel.name(), projection::failed);
    }

    @Override
    public void run() {
        while (!isStopping) {
            try {
                awaitTopics();
                consume();
            } catch (CancellationException stopped) {
                LOG.debugf("Projection %s stops in the middle of a batch", readModel.name());
            } catch (KafkaException | ExecutionException failure) {
                if (!isStopping) {
                    projection.failed(failure);
                    LOG.errorf(failure, "Projection %s begins anew soon", readModel.name());
                    pause(AFTER_A_FAILURE);
                }
            }
        }
    }

    /// Finishes the batch in hand and leaves the group.
    void stop() {
        isStopping = true;
        retryPolicy.end();
        wakeUp();
    }

    /// Looks after dead letters soon.
    void ring() {
        hasRung = true;
        wakeUp();
    }

    private void wakeUp() {
        Consumer<String, byte[]> present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    /// A consumer would complain about topics that the command service has not created yet.
    private void awaitTopics() {
        while (!projection.hasTopics()) {
            if (isStopping) {
                throw new CancellationException();
            }
            pause(SHORT);
        }
    }

    private void consume() throws ExecutionException {
        unplaced.clear();
        projection.assigned(Set.of());
        try (var member = clients.groupConsumer(readModel.name(), batchSize)) {
            consumer = member;
            consumer.subscribe(List.of(Topics.ORDER_EVENTS, Topics.CUSTOMER_EVENTS), this);
            while (!isStopping) {
                step();
            }
        }
    }

    private void step() throws ExecutionException {
        try {
            if (!unplaced.isEmpty()) {
                place();
            }
            awaitBatchInterval();
            ConsumerRecords<String, byte[]> poll = consumer.poll(unplaced.isEmpty() ? IDLE : SHORT);
            if (!poll.isEmpty()) {
                nextBatchNanos = System.nanoTime() + readModel.minimumBatchInterval().toNanos();
                apply(Batch.of(poll));
            }
            lookAfter();
        } catch (WakeupException woken) {
            LOG.debugf("Projection %s is woken", readModel.name());
        } catch (StaleGeneration over) {
            LOG.infof("Projection %s goes on with another generation", readModel.name());
            projection.dropped();
            onPartitionsAssigned(consumer.assignment());
        }
    }

    /// Seeks all new partitions to their checkpoints. While the store does not answer they wait.
    private void place() throws ExecutionException {
        Set<TopicPartition> placing = Set.copyOf(unplaced);
        ProjectionStatus status = await(projection::verify);
        if (status.shapeVersion() > readModel.shapeVersion()) {
            throw new KafkaException(
                    "The read model has shape %d already and this instance knows %d"
                            .formatted(status.shapeVersion(), readModel.shapeVersion()));
        }
        Set<EventRecord.Position> discarded =
                await(() -> offsets.discarded(readModel.offsetsName()));
        liveGeneration = status.live();
        processor =
                new BatchProcessor<>(
                        readModel,
                        offsets,
                        liveGeneration,
                        status.deadLetters() > 0,
                        discarded,
                        projection::wrote);
        Map<TopicPartition, Long> checkpoints =
                status.checkpoints().stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        placing.stream()
                .filter(consumer.assignment()::contains)
                .forEach(partition -> {
                    Long offset = checkpoints.get(partition);
                    if (offset == null) {
                        consumer.seekToBeginning(List.of(partition));
                    } else {
                        consumer.seek(partition, offset);
                    }
                    consumer.resume(List.of(partition));
                });
        unplaced.removeAll(placing);
        projection.assigned(consumer.assignment());
        projection.recovered();
    }

    /// Before events are taken, so that what comes meanwhile is in the same batch.
    private void awaitBatchInterval() {
        long nanos = nextBatchNanos - System.nanoTime();
        if (nanos > 0) {
            pause(Duration.ofNanos(nanos));
        }
    }

    private void apply(Batch batch) throws ExecutionException {
        projection.take(batch);
        await(() -> processor.apply(batch));
        projection.finished(batch);
        batch.ends()
                .forEach((partition, end) -> toCommit.put(partition, new OffsetAndMetadata(end)));
    }

    /// What has time: the generation, and what Kafka is told.
    private void lookAfter() throws ExecutionException {
        if (!hasRung && System.nanoTime() < nextLookNanos) {
            return;
        }
        hasRung = false;
        nextLookNanos = System.nanoTime() + IDLE.toNanos();
        if (processor != null) {
            lookAfterGeneration();
        }
        toCommit.keySet().retainAll(consumer.assignment());
        if (!toCommit.isEmpty()) {
            consumer.commitAsync(
                    Map.copyOf(toCommit),
                    (_, failure) -> {
                        if (failure != null) {
                            LOG.debugf("Kafka was not told of checkpoints: %s", failure);
                        }
                    });
            toCommit.clear();
        }
    }

    /// When there is nothing to write, no write is refused because another generation is live, or
    /// the store has lost its data; dead letters are to be tried again all the same.
    private void lookAfterGeneration() throws ExecutionException {
        if (!await(projection::verify).live().equals(liveGeneration)) {
            throw new StaleGeneration();
        }
        if (processor.mayHoldOrders()) {
            await(() -> processor.retryDeadLetters(LETTERS_AT_ONCE));
        }
    }

    /// Waits for a store. The group is kept meanwhile: this polls, and takes nothing.
    private <T> T await(Supplier<Uni<T>> work) throws ExecutionException {
        CompletableFuture<T> done = retryPolicy.with(work).subscribeAsCompletionStage();
        boolean hasPaused = false;
        try {
            for (Duration waited = IDLE; ; waited = waited.plus(IDLE)) {
                try {
                    return done.get(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    giveUpWhenStopping(waited);
                    consumer.pause(consumer.assignment());
                    hasPaused = true;
                    keepMembership();
                }
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StaleGeneration over) {
                throw over;
            }
            throw failed;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        } finally {
            if (hasPaused) {
                Set<TopicPartition> placed = new HashSet<>(consumer.assignment());
                placed.removeAll(unplaced);
                consumer.resume(placed);
            }
        }
    }

    private void giveUpWhenStopping(Duration waited) {
        if (isStopping && waited.compareTo(FINISH_WITHIN) >= 0) {
            throw new CancellationException();
        }
    }

    private void keepMembership() {
        try {
            consumer.poll(Duration.ZERO);
        } catch (WakeupException woken) {
            LOG.debug("Woken while a store is waited for; what for is seen afterwards");
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        unplaced.addAll(assigned);
        consumer.pause(assigned);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        unplaced.removeAll(revoked);
        Set<TopicPartition> kept = new HashSet<>(consumer.assignment());
        kept.removeAll(revoked);
        projection.assigned(kept);
    }

    private void pause(Duration duration) {
        try {
            TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            isStopping = true;
        }
    }
}

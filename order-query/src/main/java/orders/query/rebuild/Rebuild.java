package orders.query.rebuild;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.model.Topics;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.projection.Batch;
import orders.query.projection.BatchProcessor;
import orders.query.projection.KafkaClients;
import orders.query.projection.Projection;
import orders.query.projection.ProjectionSettings;
import orders.query.projection.ReadModel;
import orders.query.projection.RetryPolicy;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Builds one generation on this instance: from the first event on, or from where another builder
/// came to, by the same code as the live one, until nothing is missing. Then the live one is held
/// for a moment, the rest is applied, and the switch is made.
///
/// Whoever else builds the same generation meanwhile does no harm: both write the same.
final class Rebuild<V> implements Runnable {

    private static final Logger LOG = Logger.getLogger(Rebuild.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STEP = Duration.ofMillis(200);
    private static final Duration MOMENT = Duration.ofMillis(500);
    private static final int LETTERS_AT_ONCE = 1_000;

    /// Reads that began on the generation before have ended by then.
    private static final Duration LEFTOVERS_STAY = Duration.ofSeconds(30);

    private final Projection projection;
    private final ReadModel<V> readModel;
    private final String name;
    private final long generation;
    private final OffsetStore offsets;
    private final KafkaClients clients;
    private final ProjectionSettings.Rebuild settings;
    private final RetryPolicy retryPolicy;

    private BatchProcessor<V> processor;
    private Consumer<String, byte[]> consumer;
    private volatile boolean isStopping;

    Rebuild(
            Projection projection,
            ReadModel<V> readModel,
            long generation,
            OffsetStore offsets,
            KafkaClients clients,
            ProjectionSettings.Rebuild settings) {
        this.projection = projection;
        this.readModel = readModel;
        this.name = readModel.offsetsName();
        this.generation = generation;
        this.offsets = offsets;
        this.clients = clients;
        this.settings = settings;
        this.retryPolicy = new RetryPolicy(readModel.name() + " (rebuild)", _ -> {});
    }

    /// The generation that it builds.
    long generation() {
        return generation;
    }

    /// Lets another instance go on at once. To be asked when it has stopped.
    Uni<Void> release(String instance) {
        return offsets.release(readModel.offsetsName(), generation, instance);
    }

    /// Stops soon; another instance, or this one later, goes on where it ends.
    void stop() {
        isStopping = true;
        retryPolicy.end();
    }

    @Override
    public void run() {
        LOG.infof("Building generation %d of %s", generation, name);
        try (var alone = clients.standaloneConsumer(name + "-rebuild", settings.batchSize())) {
            consumer = alone;
            build();
            LOG.infof("Generation %d of %s is live", generation, name);
        } catch (StaleGeneration over) {
            LOG.infof("Generation %d of %s is given up", generation, name);
        } catch (CancellationException stopped) {
            LOG.infof("Building generation %d of %s stops here", generation, name);
        } catch (KafkaException | ExecutionException failure) {
            LOG.errorf(failure, "Building generation %d of %s failed", generation, name);
        }
        clearUp();
    }

    private void build() throws ExecutionException {
        // A switch that was cut off is finished by this, and not begun anew.
        ProjectionStatus status = await(projection::verify);
        Building building = building(status);
        await(() -> dropLeftovers(status));
        await(() -> makeRoom(building));
        processor =
                new BatchProcessor<>(
                        readModel,
                        offsets,
                        building.generation(),
                        !building.checkpoints().isEmpty(),
                        await(() -> offsets.deadLetters().discarded(name)),
                        _ -> {});
        Set<TopicPartition> customers = partitions(Topics.CUSTOMER_EVENTS);
        Set<TopicPartition> all =
                Stream.concat(customers.stream(), partitions(Topics.ORDER_EVENTS).stream())
                        .collect(Collectors.toSet());
        consumer.assign(all);
        seek(all, building.checkpoints());
        // Names are known then before their orders come.
        catchUp(customers);
        catchUp(all);
        await(() -> readModel.finish(building.generation()));
        catchUp(all);
        do {
            await(() -> offsets.fence(name, generation));
            drain(all);
        } while (!await(() -> switchTo(building.generation())));
    }

    private Uni<Boolean> switchTo(Generation built) {
        return offsets.switchTo(
                name, built.number(), transaction -> readModel.switchTo(transaction, built));
    }

    /// Rows that another builder wrote and that are lost since are not built on: the rebuild is
    /// given up.
    private Uni<Void> makeRoom(Building building) {
        return building.checkpoints().isEmpty()
                ? readModel.create(building.generation())
                : readModel
                        .marker(building.generation())
                        .chain(marker ->
                                marker.equals(building.generation().marker())
                                        ? Uni.createFrom().voidItem()
                                        : offsets.cancel(name)
                                                .chain(() ->
                                                        Uni.createFrom()
                                                                .failure(new StaleGeneration())));
    }

    private Uni<Void> dropLeftovers(ProjectionStatus status) {
        return readModel.dropLeftovers(status).chain(() -> offsets.forgetLeftovers(name));
    }

    /// Applies events until those that are missing need no more than a moment, for which the live
    /// generation can be held; or need no less than those before, as so many come meanwhile.
    private void catchUp(Set<TopicPartition> partitions) throws ExecutionException {
        long took = Long.MAX_VALUE;
        long before;
        long events;
        do {
            before = took;
            long startNanos = System.nanoTime();
            events = drain(partitions);
            took = System.nanoTime() - startNanos;
        } while (events > settings.batchSize() || (took > MOMENT.toNanos() && took < before));
    }

    /// Applies all events that the live generation may show now: up to its checkpoints, so that
    /// both show the same at the switch, or up to the ends of the topics, when its rows may be
    /// ahead of these. Answers how many they were.
    private long drain(Set<TopicPartition> partitions) throws ExecutionException {
        Map<TopicPartition, Long> live = liveCheckpoints();
        Map<TopicPartition, Long> topicEnds = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(topicEnds);
        if (readModel.isTransactional()) {
            ends.keySet().retainAll(live.keySet());
            ends.replaceAll((partition, end) -> Math.min(end, live.get(partition)));
        }
        long events = 0;
        consumer.pause(consumer.assignment());
        while (true) {
            ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            if (ends.isEmpty()) {
                break;
            }
            consumer.resume(ends.keySet());
            long startNanos = System.nanoTime();
            List<ConsumerRecord<String, byte[]>> records = poll(ends);
            if (!records.isEmpty()) {
                await(() -> processor.apply(Batch.of(records)));
                throttle(records.size(), startNanos);
                events += records.size();
            }
            if (isStopping) {
                throw new CancellationException();
            }
        }
        retryDeadLetters();
        live.keySet().retainAll(partitions);
        live.entrySet().removeIf(each -> each.getValue() <= topicEnds.get(each.getKey()));
        if (!live.isEmpty()) {
            // Their topic was made anew: nothing more can come up to there.
            await(() -> processor.apply(new Batch(List.of(), live)));
        }
        return events;
    }

    /// No more is missing that an early event could wait for.
    private void retryDeadLetters() throws ExecutionException {
        await(() -> processor.retryEarly(Instant.EPOCH));
        int tried;
        do {
            tried = await(() -> processor.retryDeadLetters(LETTERS_AT_ONCE));
        } while (tried > 0 && !isStopping);
    }

    private Map<TopicPartition, Long> liveCheckpoints() throws ExecutionException {
        return await(() -> offsets.checkpoints(name)).stream()
                .collect(
                        Collectors.toMap(
                                Checkpoint::partition,
                                Checkpoint::nextOffset,
                                Math::max,
                                HashMap::new));
    }

    private List<ConsumerRecord<String, byte[]>> poll(Map<TopicPartition, Long> ends) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        ConsumerRecords<String, byte[]> poll = consumer.poll(POLL);
        for (TopicPartition partition : poll.partitions()) {
            long end = ends.get(partition);
            poll.records(partition).stream()
                    .filter(record -> record.offset() < end)
                    .forEach(records::add);
            if (consumer.position(partition) > end) {
                consumer.seek(partition, end);
            }
            if (consumer.position(partition) >= end) {
                consumer.pause(List.of(partition));
            }
        }
        return records;
    }

    private void seek(Set<TopicPartition> partitions, List<Checkpoint> checkpoints) {
        Map<TopicPartition, Long> offsets =
                checkpoints.stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        for (TopicPartition partition : partitions) {
            Long offset = offsets.get(partition);
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
    }

    private Set<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .collect(Collectors.toSet());
    }

    private Building building(ProjectionStatus status) {
        return status.building()
                .filter(building -> building.generation().number() == generation)
                .orElseThrow(StaleGeneration::new);
    }

    private void throttle(int events, long startNanos) {
        if (settings.maxEventsPerSecond() > 0) {
            long due =
                    startNanos + TimeUnit.SECONDS.toNanos(events) / settings.maxEventsPerSecond();
            pause(Duration.ofNanos(due - System.nanoTime()));
        }
    }

    private void clearUp() {
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(LEFTOVERS_STAY)
                .chain(projection::look)
                .chain(this::dropLeftovers)
                .subscribe()
                .with(
                        _ -> LOG.debugf("Cleared up after generation %d", generation),
                        failure -> LOG.warnf("Not cleared up, the next rebuild will: %s", failure));
    }

    private <T> T await(Supplier<Uni<T>> work) throws ExecutionException {
        var done = retryPolicy.with(work).subscribeAsCompletionStage();
        while (true) {
            try {
                return done.get(STEP.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                if (isStopping) {
                    throw new CancellationException();
                }
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof StaleGeneration over) {
                    throw over;
                }
                throw failed;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CancellationException();
            }
        }
    }

    private static void pause(Duration duration) {
        try {
            if (duration.isPositive()) {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }
}

package orders.query.readmodel;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.projection.Batch;
import orders.query.projection.BatchProcessor;
import orders.query.projection.ReadModel;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Builds a generation of a read model step by step, so that a test decides what happens in
/// between.
///
/// @param <V> a view of one order
final class Builder<V> implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ALL = 1_000;

    private final ReadModel<V> readModel;
    private final OffsetStore offsets;
    private final String name;
    private final Generation generation;
    private final BatchProcessor<V> processor;

    /// Announces a rebuild of a shape that no instance builds. If it is switched in all the same,
    /// an instance rebuilds it at once.
    Builder(ReadModel<V> readModel, OffsetStore offsets) {
        this.readModel = readModel;
        this.offsets = offsets;
        this.name = readModel.offsetsName();
        offsets.announce(name, readModel.shapeVersion() - 1).await().atMost(SOON);
        this.generation = building().generation();
        readModel.create(generation).await().atMost(SOON);
        this.processor =
                new BatchProcessor<>(
                        readModel,
                        offsets,
                        generation,
                        false,
                        offsets.deadLetters().discarded(name).await().atMost(SOON),
                        _ -> {});
    }

    /// What is being built.
    Building building() {
        return offsets.status(name, readModel.shapeVersion())
                .await()
                .atMost(SOON)
                .building()
                .orElseThrow();
    }

    /// Applies what came from Kafka.
    void apply(List<ConsumerRecord<String, byte[]>> records) {
        processor.apply(Batch.of(records)).await().atMost(SOON);
    }

    /// Tries what is to be tried again.
    void retryDeadLetters() {
        processor.retryDeadLetters(ALL).await().atMost(SOON);
    }

    /// The version of an order that it would show, 0 when it shows none.
    long version(String orderId) {
        V view =
                readModel
                        .read(generation, List.of(orderId))
                        .await()
                        .atMost(SOON)
                        .byId()
                        .get(orderId);
        return view == null ? 0 : readModel.evolution().version(view);
    }

    /// Whether an order is parked in what is being built.
    boolean isParked(String orderId) {
        return !offsets.deadLetters()
                .parked(name, generation.number(), Set.of(orderId))
                .await()
                .atMost(SOON)
                .orders()
                .isEmpty();
    }

    /// Gives the generation up.
    @Override
    public void close() {
        offsets.cancel(name)
                .chain(() -> offsets.status(name, readModel.shapeVersion()))
                .chain(readModel::dropLeftovers)
                .await()
                .atMost(SOON);
    }
}

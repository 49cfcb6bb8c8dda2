package orders.query.readmodel;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import orders.query.projection.Batch;
import orders.query.projection.BatchProcessor;
import orders.query.projection.Generation;
import orders.query.projection.ProjectionStatus;
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
    private final Generation generation;
    private final BatchProcessor<V> processor;

    /// Announces a rebuild of a shape that no instance builds.
    Builder(ReadModel<V> readModel) {
        this.readModel = readModel;
        readModel.ledger().announce(readModel.shapeVersion() + 1).await().atMost(SOON);
        long number =
                standing().building().map(ProjectionStatus.Building::generation).orElseThrow();
        this.generation = standing().building(number);
        readModel.create(number).await().atMost(SOON);
        this.processor =
                new BatchProcessor<>(
                        readModel,
                        generation,
                        false,
                        readModel.ledger().discarded().await().atMost(SOON),
                        _ -> {});
    }

    /// How the projection stands.
    ProjectionStatus standing() {
        return readModel.ledger().standing().await().atMost(SOON);
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
        V view = readModel.read(generation, Set.of(orderId)).await().atMost(SOON).get(orderId);
        return view == null ? 0 : readModel.evolution().version(view);
    }

    /// Whether an order is parked in what is being built.
    boolean isParked(String orderId) {
        return !readModel
                .ledger()
                .parked(generation.number(), Set.of(orderId))
                .await()
                .atMost(SOON)
                .isEmpty();
    }

    /// Gives the generation up.
    @Override
    public void close() {
        readModel.ledger().cancel().chain(readModel::dropLeftovers).await().atMost(SOON);
    }
}

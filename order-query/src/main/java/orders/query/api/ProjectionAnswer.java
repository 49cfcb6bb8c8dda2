package orders.query.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import orders.query.projection.ProjectionState;

/// How far a projection has come, on the wire.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProjectionAnswer(
        String name,
        String store,
        ProjectionState state,
        long generation,
        int version,
        Lag lag,
        List<Partition> partitions,
        long deadLetters,
        Rebuild rebuild,
        String lastError) {

    /// What is not applied yet.
    ///
    /// @param seconds for how long the oldest such event has been in Kafka
    public record Lag(long events, long seconds) {}

    /// One partition of one topic.
    ///
    /// @param partition topic and number, like `order-events-3`
    /// @param lag events that are not applied
    /// @param seconds for how long the oldest of them has been in Kafka
    public record Partition(String partition, long checkpoint, long end, long lag, long seconds) {}

    /// A generation that is being built.
    ///
    /// @param processed events that it has applied, of `total`
    public record Rebuild(long generation, long processed, long total, Instant startedAt) {}

    /// All projections.
    public record All(List<ProjectionAnswer> items) {}
}

package orders.query.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import orders.query.projection.Projection.State;

/// How far a projection has come, on the wire.
public record ProjectionAnswer(
        String name,
        String store,
        State state,
        int generation,
        int version,
        Lag lag,
        List<Partition> partitions,
        int deadLetters,
        @JsonInclude(JsonInclude.Include.NON_NULL) String lastError) {

    /// What is not applied yet.
    ///
    /// @param seconds age of the oldest event that this instance holds and has not applied
    public record Lag(long events, long seconds) {}

    /// One partition of one topic.
    ///
    /// @param partition topic and number, like `order-events-3`
    public record Partition(String partition, long checkpoint, long end, long lag) {}

    /// All projections.
    public record All(List<ProjectionAnswer> items) {}
}

package orders.query.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/// How far a projection is behind in one partition.
///
/// @param checkpoint the first offset that is not applied
/// @param end the next offset that the partition will give
/// @param waitingSince when the first record that is not applied came to Kafka; empty when all are
public record PartitionLag(
        TopicPartition partition, long checkpoint, long end, Optional<Instant> waitingSince) {

    /// Events that are not applied.
    public long events() {
        return Math.max(0, end - checkpoint);
    }

    /// For how long the first of them has been waiting.
    public Duration age(Instant now) {
        return waitingSince
                .map(since -> Duration.between(since, now))
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }
}

package orders.query.offsets;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/// How far a projection has come in one partition.
///
/// @param nextOffset the first offset that is not applied yet
/// @param lastEventAt time of the newest event that is applied, if any
public record Checkpoint(
        TopicPartition partition, long nextOffset, Optional<Instant> lastEventAt) {}

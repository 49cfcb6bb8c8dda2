package orders.query.projection;

import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/// How far a projection has come in one partition.
///
/// @param nextOffset the first offset that is not applied yet
/// @param lastEventAt time of the newest event that is applied
public record Checkpoint(TopicPartition partition, long nextOffset, Instant lastEventAt) {}

package orders.query.projection;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orders.query.offsets.Checkpoint;
import org.apache.kafka.common.TopicPartition;

/// Up to which offsets an instance knew that there are events, at some moment.
///
/// @param isParked whether events are parked: known and not shown
/// @param offsets by partition, behind the last one that was known; empty when nobody has said yet
public record KnownEndOffsets(boolean isParked, Optional<Map<TopicPartition, Long>> offsets) {

    /// Whether any of these events is missing in a read model with these checkpoints; true when
    /// that is not known.
    public boolean isBeyond(Collection<Checkpoint> shown) {
        Map<TopicPartition, Long> next =
                shown.stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        return isParked
                || offsets.map(known ->
                                known.entrySet().stream()
                                        .anyMatch(entry ->
                                                entry.getValue()
                                                        > next.getOrDefault(entry.getKey(), 0L)))
                        .orElse(true);
    }
}

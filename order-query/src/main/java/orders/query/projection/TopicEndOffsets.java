package orders.query.projection;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;

/// Where the partitions of both topics ended when Kafka was asked last.
///
/// @param offsets the next offset that each partition will give
public record TopicEndOffsets(Map<TopicPartition, Long> offsets) {

    public TopicEndOffsets {
        offsets = Map.copyOf(offsets);
    }

    /// The partition that holds the events of `key`; none while the topic is missing.
    Optional<TopicPartition> partitionOf(String topic, String key) {
        int partitions =
                (int) offsets.keySet().stream().filter(each -> each.topic().equals(topic)).count();
        return partitions == 0
                ? Optional.empty()
                : Optional.of(
                        new TopicPartition(
                                topic,
                                BuiltInPartitioner.partitionForKey(
                                        key.getBytes(StandardCharsets.UTF_8), partitions)));
    }
}

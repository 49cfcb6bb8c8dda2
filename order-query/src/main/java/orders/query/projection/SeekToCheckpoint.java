package orders.query.projection;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/// Where a projection goes on is written in its store: whatever Kafka remembers of its group, an
/// assigned partition is read from the checkpoint.
@ApplicationScoped
@Identifier("seek-to-checkpoint")
class SeekToCheckpoint implements KafkaConsumerRebalanceListener {

    private static final Duration STORE_ANSWERS_WITHIN = Duration.ofSeconds(30);

    private final Projections projections;

    SeekToCheckpoint(Projections projections) {
        this.projections = projections;
    }

    /// Blocks, as this callback of Kafka's client must; it runs on the thread that polls and on no
    /// event loop.
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
        ReadModel readModel = projections.get(consumer.groupMetadata().groupId()).readModel();
        Map<TopicPartition, Long> offsets =
                readModel
                        .checkpoints()
                        .onFailure()
                        .retry()
                        .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(2))
                        .expireIn(STORE_ANSWERS_WITHIN.toMillis())
                        .await()
                        .atMost(STORE_ANSWERS_WITHIN)
                        .stream()
                        .collect(Collectors.toMap(Checkpoint::partition, Checkpoint::nextOffset));
        for (TopicPartition partition : assigned) {
            Long offset = offsets.get(partition);
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
    }
}

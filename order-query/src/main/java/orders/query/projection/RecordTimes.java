package orders.query.projection;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// When single records came to Kafka. Reads them by a consumer without a group, so that nobody is
/// disturbed.
@Singleton
class RecordTimes {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final KafkaClients clients;

    private Consumer<String, byte[]> consumer;

    RecordTimes(KafkaClients clients) {
        this.clients = clients;
    }

    /// The times of the first records from `offsets` on, as far as Kafka gives them soon.
    Uni<Map<TopicPartition, Instant>> from(Map<TopicPartition, Long> offsets) {
        return offsets.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : Uni.createFrom()
                        .item(() -> poll(offsets))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private synchronized Map<TopicPartition, Instant> poll(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Instant> times = new HashMap<>();
        Consumer<String, byte[]> reader = consumer();
        reader.assign(offsets.keySet());
        reader.resume(offsets.keySet());
        offsets.forEach(reader::seek);
        Instant end = Instant.now().plus(ANSWER_WITHIN);
        while (times.size() < offsets.size() && Instant.now().isBefore(end)) {
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                var partition = new TopicPartition(record.topic(), record.partition());
                times.putIfAbsent(partition, Instant.ofEpochMilli(record.timestamp()));
                reader.pause(List.of(partition));
            }
        }
        return times;
    }

    private Consumer<String, byte[]> consumer() {
        if (consumer == null) {
            consumer = clients.singleRecordConsumer("order-query-lag");
        }
        return consumer;
    }

    @PreDestroy
    synchronized void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}

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

/// The first records that Kafka has from given offsets on. They are read by a consumer without a
/// group, so that nobody is disturbed.
@Singleton
class FirstRecords {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final KafkaClients clients;

    private Consumer<String, byte[]> consumer;

    FirstRecords(KafkaClients clients) {
        this.clients = clients;
    }

    /// The first records from `offsets` on, as far as Kafka gives them soon.
    Uni<Map<TopicPartition, ConsumerRecord<String, byte[]>>> from(
            Map<TopicPartition, Long> offsets) {
        return offsets.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : Uni.createFrom()
                        .item(() -> poll(offsets))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private synchronized Map<TopicPartition, ConsumerRecord<String, byte[]>> poll(
            Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, ConsumerRecord<String, byte[]>> records = new HashMap<>();
        Consumer<String, byte[]> reader = consumer();
        reader.assign(offsets.keySet());
        reader.resume(offsets.keySet());
        offsets.forEach(reader::seek);
        Instant end = Instant.now().plus(ANSWER_WITHIN);
        while (records.size() < offsets.size() && Instant.now().isBefore(end)) {
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                var partition = new TopicPartition(record.topic(), record.partition());
                records.putIfAbsent(partition, record);
                reader.pause(List.of(partition));
            }
        }
        return records;
    }

    private Consumer<String, byte[]> consumer() {
        if (consumer == null) {
            consumer = clients.singleRecordConsumer("order-query-first-records");
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

package orders.query.projection;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// When single records came to Kafka. Reads them by a consumer without a group, so that nobody is
/// disturbed.
@Singleton
class RecordTimes {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final Map<String, Object> kafka;

    private Consumer<byte[], byte[]> consumer;

    RecordTimes(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.kafka = kafka;
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
        Consumer<byte[], byte[]> reader = consumer();
        reader.assign(offsets.keySet());
        reader.resume(offsets.keySet());
        offsets.forEach(reader::seek);
        Instant end = Instant.now().plus(ANSWER_WITHIN);
        while (times.size() < offsets.size() && Instant.now().isBefore(end)) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(200))) {
                var partition = new TopicPartition(record.topic(), record.partition());
                times.putIfAbsent(partition, Instant.ofEpochMilli(record.timestamp()));
                reader.pause(List.of(partition));
            }
        }
        return times;
    }

    private Consumer<byte[], byte[]> consumer() {
        if (consumer == null) {
            consumer =
                    new KafkaConsumer<>(
                            Map.of(
                                    CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                                    kafka.get("bootstrap.servers"),
                                    CommonClientConfigs.CLIENT_ID_CONFIG,
                                    "order-query-lag",
                                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                    "earliest",
                                    ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                    false,
                                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                    1,
                                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                    1),
                            new ByteArrayDeserializer(),
                            new ByteArrayDeserializer());
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

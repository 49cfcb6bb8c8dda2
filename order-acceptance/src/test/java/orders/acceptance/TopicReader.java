package orders.acceptance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads a topic as any consumer of the contract would.
public final class TopicReader {

    /// What happened to orders, by order id.
    public static final String ORDER_EVENTS = "order-events";

    /// What happened to customers, by customer id.
    public static final String CUSTOMER_EVENTS = "customer-events";

    private static final Duration POLL = Duration.ofMillis(200);

    /// One record: which version the event gave to which order or customer, and which request
    /// caused it.
    public record Event(
            String key, String type, long version, String correlationId, String value) {}

    private final String bootstrapServers;

    /// @param bootstrapServers where the consumer connects first
    public TopicReader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /// All that is in the topic now, of each key in its order.
    List<Event> all(String topic) {
        return all(topic, "");
    }

    /// All of keys with this prefix that is in the topic now, of each key in its order.
    public List<Event> all(String topic, String prefix) {
        List<Event> events = new ArrayList<>();
        upTo(
                ends(topic),
                event -> {
                    if (event.key().startsWith(prefix)) {
                        events.add(event);
                    }
                });
        return events;
    }

    /// Where the topic ends now.
    public Map<TopicPartition, Long> ends(String topic) {
        try (var consumer = consumer()) {
            return consumer.endOffsets(
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList());
        }
    }

    /// Hands over all that lies before these ends, of each key in its order.
    public void upTo(Map<TopicPartition, Long> ends, Consumer<Event> to) {
        try (var consumer = consumer()) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> found : consumer.poll(POLL)) {
                    var partition = new TopicPartition(found.topic(), found.partition());
                    if (found.offset() < ends.get(partition)) {
                        to.accept(event(found));
                    }
                }
            }
        }
    }

    private KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(
                Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static Event event(ConsumerRecord<String, String> found) {
        return new Event(
                found.key(),
                header(found, "ce_type"),
                Long.parseLong(header(found, "ce_sequence")),
                header(found, "correlation-id"),
                found.value());
    }

    private static String header(ConsumerRecord<String, String> found, String name) {
        Header header = found.headers().lastHeader(name);
        if (header == null) {
            throw new AssertionError("no header " + name + " in " + found);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}

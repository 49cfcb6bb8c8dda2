package orders.command.relay;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;

/// Makes all Kafka clients of this service. Each takes all settings of the user (`kafka.*`), those
/// of security among them, and reports its metrics under its client id until it is closed.
@Singleton
class KafkaClients {

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
    private static final int MOST_BLOCKED_MILLIS = 5_000;

    private final Map<String, Object> kafka;
    private final MeterRegistry registry;
    private AdminClient admin;
    private KafkaClientMetrics adminMetrics;

    KafkaClients(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, MeterRegistry registry) {
        this.kafka = kafka;
        this.registry = registry;
    }

    /// A producer for one leadership.
    Producer<String, String> producer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "order-command-relay");
        // The relay decides how much is in flight, and a batch of its size is sent at once.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicSetup.LARGEST_RECORD);
        // Nothing else is sent while the client waits for what it needs to know of a topic.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MOST_BLOCKED_MILLIS);
        // Kafka may be away for long: the outbox grows meanwhile, and nothing is given up.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.putAll(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new MeasuredProducer(settings, registry);
    }

    /// The admin client: one, which stays open as long as the service runs.
    synchronized Admin admin() {
        if (admin == null) {
            Map<String, Object> settings = new HashMap<>(kafka);
            settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "order-command-admin");
            admin = AdminClient.create(settings);
            adminMetrics = new KafkaClientMetrics(admin);
            adminMetrics.bindTo(registry);
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            adminMetrics.close();
            admin.close(CLOSE_WITHIN);
        }
    }

    /// A producer whose metrics end with it.
    private static final class MeasuredProducer extends KafkaProducer<String, String> {

        private final KafkaClientMetrics metrics;

        MeasuredProducer(Map<String, Object> settings, MeterRegistry registry) {
            super(settings, new StringSerializer(), new StringSerializer());
            this.metrics = new KafkaClientMetrics(this);
            metrics.bindTo(registry);
        }

        @Override
        public void close(Duration timeout) {
            metrics.close();
            super.close(timeout);
        }
    }
}

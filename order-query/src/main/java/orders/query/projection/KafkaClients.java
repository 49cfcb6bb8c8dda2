package orders.query.projection;

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
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Makes the Kafka clients of this service but those of channels, which the connector makes. Each
/// takes all settings of the user (`kafka.*`), those of security among them, below ours, and
/// reports its metrics under its client id until it is closed.
@Singleton
public class KafkaClients {

    private static final int FETCHED_BYTES = 4 << 20;
    private static final int ADMIN_ANSWERS_WITHIN_MILLIS = 3_000;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private final Map<String, Object> kafka;
    private final MeterRegistry registry;
    private AdminClient admin;
    private KafkaClientMetrics adminMetrics;

    KafkaClients(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, MeterRegistry registry) {
        this.kafka = kafka;
        this.registry = registry;
    }

    /// One that belongs to no group and disturbs nobody.
    public Consumer<String, byte[]> standaloneConsumer(String name, int batchSize) {
        return new MeasuredConsumer(standalone(name, batchSize), registry);
    }

    /// A standalone one for single records: it fetches one batch of a partition at a time.
    Consumer<String, byte[]> singleRecordConsumer(String name) {
        Map<String, Object> settings = standalone(name, 1);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
        return new MeasuredConsumer(settings, registry);
    }

    /// The admin client: one, which stays open as long as the service runs.
    synchronized Admin admin() {
        if (admin == null) {
            Map<String, Object> settings = new HashMap<>(kafka);
            settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "order-query-admin");
            settings.put(
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_ANSWERS_WITHIN_MILLIS);
            settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_ANSWERS_WITHIN_MILLIS);
            admin = AdminClient.create(settings);
            adminMetrics = new KafkaClientMetrics(admin);
            adminMetrics.bindTo(registry);
        }
        return admin;
    }

    private Map<String, Object> standalone(String name, int batchSize) {
        Map<String, Object> settings = settings(name, batchSize);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return settings;
    }

    private Map<String, Object> settings(String name, int batchSize) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, name);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batchSize);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_BYTES);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return settings;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            adminMetrics.close();
            admin.close(CLOSE_WITHIN);
        }
    }

    /// A consumer whose metrics end with it.
    private static final class MeasuredConsumer extends KafkaConsumer<String, byte[]> {

        private final KafkaClientMetrics metrics;

        MeasuredConsumer(Map<String, Object> settings, MeterRegistry registry) {
            super(settings, new StringDeserializer(), new ByteArrayDeserializer());
            this.metrics = new KafkaClientMetrics(this);
            metrics.bindTo(registry);
        }

        @Override
        public void close() {
            metrics.close();
            super.close();
        }

        @Override
        public void close(CloseOptions options) {
            metrics.close();
            super.close(options);
        }
    }
}

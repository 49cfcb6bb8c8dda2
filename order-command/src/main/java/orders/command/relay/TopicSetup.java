package orders.command.relay;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/// Creates the two topics where they are missing. One that exists is left as it is.
@ApplicationScoped
class TopicSetup {

    /// A command of 1 MiB makes an event that is a little larger.
    private static final String LARGEST_RECORD = Integer.toString(2 * 1024 * 1024);

    private static final String FOR_EVER = "-1";

    private final RelaySettings settings;
    private final Map<String, Object> kafka;
    private Admin admin;

    TopicSetup(
            RelaySettings settings, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.settings = settings;
        this.kafka = kafka;
    }

    /// Answers when both topics are there.
    Uni<Void> ensureTopics() {
        return create(
                        Topics.ORDER_EVENTS,
                        Map.of(
                                TopicConfig.RETENTION_MS_CONFIG, FOR_EVER,
                                TopicConfig.RETENTION_BYTES_CONFIG, FOR_EVER,
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, LARGEST_RECORD))
                .chain(() ->
                        create(
                                Topics.CUSTOMER_EVENTS,
                                Map.of(
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_COMPACT)));
    }

    private Uni<Void> create(String topic, Map<String, String> configuration) {
        NewTopic wanted =
                new NewTopic(topic, Optional.of(settings.partitions()), Optional.empty())
                        .configs(configuration);
        return Uni.createFrom()
                .completionStage(
                        () -> admin().createTopics(List.of(wanted)).all().toCompletionStage())
                .onFailure(TopicExistsException.class)
                .recoverWithNull();
    }

    private synchronized Admin admin() {
        if (admin == null) {
            Map<String, Object> configuration = new HashMap<>();
            configuration.put("bootstrap.servers", kafka.get("bootstrap.servers"));
            configuration.put("client.id", "order-command-topics");
            admin = Admin.create(configuration);
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}

package orders.command.relay;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/// Creates the two topics where they are missing. One that exists is left as it is, and what is
/// wrong with it is reported.
@ApplicationScoped
class TopicSetup {

    /// Bytes. A command of 1 MiB makes an event that is a little larger.
    static final int LARGEST_RECORD = 2 * 1024 * 1024;

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);

    private static final String FOR_EVER = "-1";

    /// What each topic must be set to.
    private static final Map<String, Map<String, String>> SETTINGS =
            Map.of(
                    Topics.ORDER_EVENTS,
                    Map.of(
                            TopicConfig.CLEANUP_POLICY_CONFIG,
                            TopicConfig.CLEANUP_POLICY_DELETE,
                            TopicConfig.RETENTION_MS_CONFIG,
                            FOR_EVER,
                            TopicConfig.RETENTION_BYTES_CONFIG,
                            FOR_EVER,
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            Integer.toString(LARGEST_RECORD)),
                    Topics.CUSTOMER_EVENTS,
                    Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));

    private final RelaySettings settings;
    private final Map<String, Object> kafka;

    TopicSetup(
            RelaySettings settings, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.settings = settings;
        this.kafka = kafka;
    }

    /// Answers when both topics are there.
    Uni<Void> ensureTopics() {
        return Uni.createFrom()
                .item(this::admin)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(admin ->
                        create(admin, Topics.ORDER_EVENTS)
                                .chain(() -> create(admin, Topics.CUSTOMER_EVENTS))
                                .onTermination()
                                .invoke(() ->
                                        Infrastructure.getDefaultWorkerPool()
                                                .execute(admin::close)));
    }

    private Admin admin() {
        Map<String, Object> configuration = new HashMap<>(kafka);
        configuration.put("client.id", "order-command-topics");
        return Admin.create(configuration);
    }

    private Uni<Void> create(Admin admin, String topic) {
        NewTopic wanted =
                new NewTopic(topic, Optional.of(settings.partitions()), Optional.empty())
                        .configs(SETTINGS.get(topic));
        return Uni.createFrom()
                .completionStage(
                        () -> admin.createTopics(List.of(wanted)).all().toCompletionStage())
                .onFailure(TopicExistsException.class)
                .recoverWithUni(() -> reportSettings(admin, topic));
    }

    private Uni<Void> reportSettings(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var configuration = admin.describeConfigs(List.of(resource)).all().toCompletionStage();
        var description = admin.describeTopics(List.of(topic)).allTopicNames().toCompletionStage();
        return Uni.createFrom()
                .completionStage(
                        configuration.thenCombine(
                                description,
                                (configs, topics) ->
                                        wrong(topic, configs.get(resource), topics.get(topic))))
                .invoke(findings ->
                        findings.forEach(finding ->
                                LOG.warnf("Topic %s is not as it must be: %s", topic, finding)))
                .onFailure()
                .invoke(failure ->
                        LOG.warnf("The settings of topic %s cannot be read: %s", topic, failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private List<String> wrong(String topic, Config configuration, TopicDescription description) {
        List<String> findings = new ArrayList<>();
        SETTINGS.get(topic)
                .forEach((name, wanted) -> {
                    String present = configuration.get(name).value();
                    if (!isAsGoodAs(name, present, wanted)) {
                        findings.add("%s is %s, wanted %s".formatted(name, present, wanted));
                    }
                });
        int partitions = description.partitions().size();
        if (partitions != settings.partitions()) {
            findings.add(
                    "it has %d partitions, wanted %d".formatted(partitions, settings.partitions()));
        }
        return findings;
    }

    private static boolean isAsGoodAs(String name, String present, String wanted) {
        return name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                ? Integer.parseInt(present) >= Integer.parseInt(wanted)
                : present.equals(wanted);
    }
}

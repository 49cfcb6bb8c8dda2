package orders.command.relay;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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
    private final KafkaClients kafka;

    TopicSetup(RelaySettings settings, KafkaClients kafka) {
        this.settings = settings;
        this.kafka = kafka;
    }

    /// Answers when both topics are there, with what is wrong with those that were there before.
    Uni<List<String>> ensureTopics() {
        return admin().chain(admin ->
                        Uni.join()
                                .all(
                                        ensure(admin, Topics.ORDER_EVENTS),
                                        ensure(admin, Topics.CUSTOMER_EVENTS))
                                .andFailFast()
                                .map(findings -> findings.stream().flatMap(List::stream).toList()))
                .invoke(findings -> findings.forEach(LOG::warn));
    }

    /// Those of `topics` that cannot be written to, with the reason. One of the two that is missing
    /// is created. Fails when Kafka does not answer.
    Uni<Map<String, Throwable>> unavailable(Set<String> topics) {
        Map<String, Throwable> reasons = new HashMap<>();
        return admin().onItem()
                .transformToMulti(admin ->
                        Multi.createFrom()
                                .iterable(admin.describeTopics(topics).topicNameValues().entrySet())
                                .onItem()
                                .transformToUniAndConcatenate(topic ->
                                        find(admin, topic.getKey(), topic.getValue())
                                                .onFailure(TopicSetup::isOfTheTopic)
                                                .recoverWithUni(reason -> {
                                                    reasons.put(topic.getKey(), reason);
                                                    return Uni.createFrom().voidItem();
                                                })))
                .onItem()
                .ignoreAsUni()
                .replaceWith(reasons);
    }

    private Uni<Void> find(Admin admin, String topic, KafkaFuture<TopicDescription> description) {
        return Uni.createFrom()
                .completionStage(description.toCompletionStage())
                .replaceWithVoid()
                .onFailure(UnknownTopicOrPartitionException.class)
                .recoverWithUni(() ->
                        SETTINGS.containsKey(topic)
                                ? ensure(admin, topic)
                                        .invoke(() ->
                                                LOG.warnf(
                                                        "Topic %s was gone and is made again",
                                                        topic))
                                        .replaceWithVoid()
                                : Uni.createFrom()
                                        .failure(
                                                new UnknownTopicOrPartitionException(
                                                        "There is no topic " + topic)));
    }

    /// Whether `refusal` of Kafka lies in a topic, and not in Kafka.
    static boolean isOfTheTopic(Throwable refusal) {
        return refusal instanceof UnknownTopicOrPartitionException
                || refusal instanceof InvalidTopicException
                || refusal instanceof TopicAuthorizationException;
    }

    /// Made at the first call, which may take a while.
    private Uni<Admin> admin() {
        return Uni.createFrom()
                .item(kafka::admin)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private Uni<List<String>> ensure(Admin admin, String topic) {
        NewTopic wanted =
                new NewTopic(topic, Optional.of(settings.partitions()), Optional.empty())
                        .configs(SETTINGS.get(topic));
        return Uni.createFrom()
                .completionStage(
                        () -> admin.createTopics(List.of(wanted)).all().toCompletionStage())
                .replaceWith(List.<String>of())
                .onFailure(TopicExistsException.class)
                .recoverWithUni(() -> inspect(admin, topic));
    }

    private Uni<List<String>> inspect(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var configurations = admin.describeConfigs(List.of(resource)).all().toCompletionStage();
        var descriptions = admin.describeTopics(List.of(topic)).allTopicNames().toCompletionStage();
        return Uni.createFrom()
                .completionStage(
                        configurations.thenCombine(
                                descriptions,
                                (settingsOf, topics) ->
                                        wrong(topic, settingsOf.get(resource), topics.get(topic))))
                .onFailure()
                .recoverWithItem(failure ->
                        List.of(
                                "The settings of topic %s cannot be read: %s"
                                        .formatted(topic, failure)));
    }

    private List<String> wrong(String topic, Config configuration, TopicDescription description) {
        List<String> findings = new ArrayList<>();
        SETTINGS.get(topic)
                .forEach((name, wanted) -> {
                    String present = configuration.get(name).value();
                    if (!isAsGoodAs(name, present, wanted)) {
                        findings.add(
                                "Topic %s has %s=%s, but must have %s"
                                        .formatted(topic, name, present, wanted));
                    }
                });
        int partitions = description.partitions().size();
        if (partitions != settings.partitions()) {
            findings.add(
                    "Topic %s has %d partitions, but is configured to have %d"
                            .formatted(topic, partitions, settings.partitions()));
        }
        return findings;
    }

    private static boolean isAsGoodAs(String name, String present, String wanted) {
        return name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                ? Integer.parseInt(present) >= Integer.parseInt(wanted)
                : present.equals(wanted);
    }
}

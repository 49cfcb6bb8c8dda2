package orders.query.projection;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Where the partitions of both topics end now.
@ApplicationScoped
public class KafkaEnds {

    private static final int ANSWER_WITHIN_MILLIS = 3_000;

    private final Map<String, Object> kafka;
    private Admin admin;

    KafkaEnds(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.kafka = kafka;
    }

    /// The next offset that each partition will give; nothing while the topics are missing.
    public Uni<Map<TopicPartition, Long>> read() {
        return Uni.createFrom()
                .completionStage(() ->
                        admin().describeTopics(List.of(Topics.ORDER_EVENTS, Topics.CUSTOMER_EVENTS))
                                .allTopicNames()
                                .toCompletionStage())
                .chain(topics -> ends(topics))
                .onFailure(UnknownTopicOrPartitionException.class)
                .recoverWithItem(Map.of());
    }

    private Uni<Map<TopicPartition, Long>> ends(Map<String, TopicDescription> topics) {
        Map<TopicPartition, OffsetSpec> latest =
                topics.values().stream()
                        .flatMap(topic ->
                                topic.partitions().stream()
                                        .map(partition ->
                                                new TopicPartition(
                                                        topic.name(), partition.partition())))
                        .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        return Uni.createFrom()
                .completionStage(() -> admin().listOffsets(latest).all().toCompletionStage())
                .map(offsets ->
                        offsets.entrySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                Map.Entry::getKey,
                                                entry -> entry.getValue().offset())));
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin =
                    Admin.create(
                            Map.of(
                                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    kafka.get("bootstrap.servers"),
                                    AdminClientConfig.CLIENT_ID_CONFIG,
                                    "order-query-ends",
                                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                    ANSWER_WITHIN_MILLIS,
                                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                    ANSWER_WITHIN_MILLIS));
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

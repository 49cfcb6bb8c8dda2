package orders.command.relay;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/// Sends records to Kafka. A record is sent when the one before it with the same aggregate is
/// acknowledged, so a failure leaves no gap; different aggregates are in flight together.
@ApplicationScoped
class KafkaPublisher {

    private final MutinyEmitter<String> emitter;
    private final TopicSetup topics;
    private final HeldAggregates held;

    /// The buffer is bounded by the size of a claim, because one is sent at a time.
    KafkaPublisher(
            @Channel("outbox") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<String> emitter,
            TopicSetup topics,
            HeldAggregates held) {
        this.emitter = emitter;
        this.topics = topics;
        this.held = held;
    }

    /// Answers when the topics are there.
    Uni<Void> prepare() {
        return topics.ensureTopics();
    }

    /// Aggregates that must wait now: claim nothing of them.
    String[] held() {
        return held.waiting();
    }

    /// Sends `records` and answers the positions of those that Kafka acknowledged. An aggregate of
    /// which a record failed is held.
    Uni<List<Long>> publish(List<OutboxRecord> records) {
        Map<String, List<OutboxRecord>> byAggregate = new LinkedHashMap<>();
        for (OutboxRecord record : records) {
            byAggregate.computeIfAbsent(record.aggregate(), _ -> new ArrayList<>()).add(record);
        }
        return Multi.createFrom()
                .iterable(byAggregate.values())
                .onItem()
                .transformToMulti(this::publishInOrder)
                .merge(byAggregate.size())
                .collect()
                .asList();
    }

    private Multi<Long> publishInOrder(List<OutboxRecord> sameAggregate) {
        return Multi.createFrom()
                .iterable(sameAggregate)
                .onItem()
                .transformToUniAndConcatenate(record -> send(record).replaceWith(record.position()))
                .onCompletion()
                .invoke(() -> held.release(sameAggregate.getFirst().aggregate()))
                .onFailure()
                .invoke(failure -> held.hold(sameAggregate.getFirst().aggregate(), failure))
                .onFailure()
                .recoverWithCompletion();
    }

    private Uni<Void> send(OutboxRecord record) {
        var metadata =
                OutgoingKafkaRecordMetadata.<String>builder()
                        .withTopic(record.topic())
                        .withKey(record.key())
                        .withHeaders(record.headers())
                        .build();
        return emitter.sendMessage(Message.of(record.payload(), Metadata.of(metadata)));
    }
}

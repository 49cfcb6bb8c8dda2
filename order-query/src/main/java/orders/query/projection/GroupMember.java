package orders.query.projection;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// This instance as a member of a projection's consumer group: what the engine asks of the consumer
/// that the connector polls.
class GroupMember {

    private static final Logger LOG = Logger.getLogger(GroupMember.class);

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final String channel;
    private final ChannelRegistry channels;
    private final KafkaClientService kafka;

    /// @param channel of this name, which is that of the group too
    GroupMember(String channel, ChannelRegistry channels, KafkaClientService kafka) {
        this.channel = channel;
        this.channels = channels;
        this.kafka = kafka;
    }

    /// Lets the channel, which starts paused, join its group.
    void join() {
        channels.getPausable(channel).resume();
    }

    /// Where a partition was polled up to, and where polls go on.
    ///
    /// @param next the first offset that is polled from now on
    /// @param polled the first offset that was not polled before
    record Sought(long next, long polled) {}

    /// Has polled from `offsets` on what this member still has, and from the first record on where
    /// Kafka ends before: a topic was cut off or made anew, and its events are others. What was
    /// polled before comes first.
    Uni<Map<TopicPartition, Sought>> seek(Map<TopicPartition, Long> offsets) {
        return kafka.<String, byte[]>getConsumer(channel)
                .runOnPollingThread((Consumer<String, byte[]> consumer) -> {
                    Map<TopicPartition, Long> mine = new HashMap<>(offsets);
                    mine.keySet().retainAll(consumer.assignment());
                    Map<TopicPartition, Sought> places = new HashMap<>();
                    consumer.endOffsets(mine.keySet(), ANSWER_WITHIN)
                            .forEach((partition, end) ->
                                    places.put(
                                            partition,
                                            new Sought(
                                                    next(partition, mine.get(partition), end),
                                                    consumer.position(partition, ANSWER_WITHIN))));
                    places.forEach((partition, place) -> consumer.seek(partition, place.next()));
                    return places;
                });
    }

    private long next(TopicPartition partition, long checkpoint, long end) {
        if (checkpoint <= end) {
            return checkpoint;
        }
        LOG.warnf(
                "Projection %s applies %s again: it was read up to %d and ends at %d",
                channel, partition, checkpoint, end);
        return 0;
    }

    /// Tells Kafka, soon and as far as it answers, which offsets come next.
    void commit(Map<TopicPartition, Long> next) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                next.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        each -> new OffsetAndMetadata(each.getValue())));
        kafka.<String, byte[]>getConsumer(channel)
                .runOnPollingThread((Consumer<String, byte[]> consumer) ->
                        consumer.commitAsync(offsets, (_, failure) -> report(failure)))
                .subscribe()
                .with(_ -> {}, this::report);
    }

    /// The checkpoints count, and the next commit has these offsets too.
    private void report(Throwable failure) {
        if (failure != null) {
            LOG.debugf("Kafka was not told the offsets of %s: %s", channel, failure);
        }
    }
}

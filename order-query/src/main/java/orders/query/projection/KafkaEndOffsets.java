package orders.query.projection;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import orders.model.Topics;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/// Where the partitions of both topics end: asked for again and again in the background, so that no
/// read waits for Kafka.
@Singleton
public class KafkaEndOffsets implements EndOffsets {

    private static final Logger LOG = Logger.getLogger(KafkaEndOffsets.class);

    /// A start does not wait longer than this for the first ends.
    private static final Duration FIRST_WITHIN = Duration.ofSeconds(2);

    /// New partitions, and topics that come late, are seen after this many looks.
    private static final int LOOKS_A_DESCRIPTION = 50;

    private final KafkaClients clients;
    private final ProjectionSettings settings;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile Optional<TopicEndOffsets> known = Optional.empty();
    private volatile Set<TopicPartition> partitions = Set.of();
    private volatile boolean isClosed;
    private boolean isAway;
    private long looks;
    private Cancellable background;

    KafkaEndOffsets(KafkaClients clients, ProjectionSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    @Override
    public Optional<TopicEndOffsets> known() {
        return known;
    }

    /// Asks now. Answers no ends while the topics are missing.
    public Uni<TopicEndOffsets> read() {
        return describe().chain(this::ends);
    }

    void start(@Observes StartupEvent event) throws InterruptedException {
        background =
                Multi.createFrom()
                        .ticks()
                        .every(settings.endsInterval())
                        .onOverflow()
                        .drop()
                        .onItem()
                        .transformToUniAndConcatenate(_ -> refresh())
                        .subscribe()
                        .with(_ -> {});
        if (!first.await(FIRST_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.info(
                    "Kafka has not said yet where its topics end; all answers are stale meanwhile");
        }
    }

    private Uni<Void> refresh() {
        boolean isDescribing = partitions.isEmpty() || looks++ % LOOKS_A_DESCRIPTION == 0;
        return (isDescribing ? read() : ends(partitions))
                .invoke(this::remember)
                .onFailure()
                .invoke(this::report)
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private void remember(TopicEndOffsets ends) {
        if (isAway) {
            LOG.info("Kafka says again where its topics end");
        }
        if (known.isEmpty() && ends.offsets().isEmpty()) {
            LOG.info("The topics are not there yet; the command service creates them");
        }
        isAway = false;
        known = Optional.of(ends);
        first.countDown();
    }

    private void report(Throwable failure) {
        if (!isAway && !isClosed) {
            LOG.warnf("Kafka does not say where its topics end: %s", failure);
        }
        isAway = true;
        partitions = Set.of();
    }

    private Uni<Set<TopicPartition>> describe() {
        return Uni.createFrom()
                .completionStage(() ->
                        clients.admin()
                                .describeTopics(
                                        List.of(Topics.ORDER_EVENTS, Topics.CUSTOMER_EVENTS))
                                .allTopicNames()
                                .toCompletionStage())
                .map(topics ->
                        topics.values().stream()
                                .flatMap(topic ->
                                        topic.partitions().stream()
                                                .map(partition ->
                                                        new TopicPartition(
                                                                topic.name(),
                                                                partition.partition())))
                                .collect(Collectors.toUnmodifiableSet()))
                .onFailure(UnknownTopicOrPartitionException.class)
                .recoverWithItem(Set.of())
                .invoke(described -> partitions = described);
    }

    private Uni<TopicEndOffsets> ends(Collection<TopicPartition> of) {
        Map<TopicPartition, OffsetSpec> latest =
                of.stream()
                        .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        return Uni.createFrom()
                .completionStage(
                        () -> clients.admin().listOffsets(latest).all().toCompletionStage())
                .map(offsets ->
                        new TopicEndOffsets(
                                offsets.entrySet().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Map.Entry::getKey,
                                                        entry -> entry.getValue().offset()))));
    }

    void stop(@Observes ShutdownEvent event) {
        isClosed = true;
        background.cancel();
    }
}

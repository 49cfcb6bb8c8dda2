package orders.query.projection;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import orders.query.offsets.OffsetStore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Connects the channels of those projections that this instance runs with their read models.
@ApplicationScoped
public class ProjectionConsumers {

    private static final Logger LOG = Logger.getLogger(ProjectionConsumers.class);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TOPICS_INTERVAL = Duration.ofMillis(50);

    /// Under the time that the service has to stop.
    private static final Duration STOP_WITHIN = Duration.ofSeconds(8);

    private final Projections projections;
    private final OffsetStore offsets;
    private final FirstRecords firstRecords;
    private final ChannelRegistry channels;
    private final KafkaClientService kafka;
    private final ProjectionSettings settings;
    private final Map<String, ProjectionConsumer<?>> consumers = new ConcurrentHashMap<>();
    private Cancellable checks;

    ProjectionConsumers(
            Projections projections,
            OffsetStore offsets,
            FirstRecords firstRecords,
            ChannelRegistry channels,
            KafkaClientService kafka,
            ProjectionSettings settings) {
        this.projections = projections;
        this.offsets = offsets;
        this.firstRecords = firstRecords;
        this.channels = channels;
        this.kafka = kafka;
        this.settings = settings;
    }

    /// Takes what the channel of `projection` has polled. Answers when more may come; never fails.
    public Uni<Void> consume(String projection, ConsumerRecords<String, byte[]> polled) {
        return consumers.get(projection).consume(polled);
    }

    /// Of all channels: the group of a projection has its name.
    @Produces
    @Singleton
    @Identifier("projections")
    KafkaConsumerRebalanceListener rebalanceListener() {
        return new KafkaConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(
                    Consumer<?, ?> member, Collection<TopicPartition> partitions) {
                consumers.get(member.groupMetadata().groupId()).assigned(partitions);
            }

            @Override
            public void onPartitionsRevoked(
                    Consumer<?, ?> member, Collection<TopicPartition> partitions) {
                consumers.get(member.groupMetadata().groupId()).revoked(partitions);
            }
        };
    }

    void start(@Observes StartupEvent event) {
        projections.enabled().forEach(projection -> start(projection, projection.readModel()));
        checks =
                Multi.createFrom()
                        .ticks()
                        .every(CHECK_INTERVAL)
                        .onOverflow()
                        .drop()
                        .subscribe()
                        .with(_ -> consumers.values().forEach(ProjectionConsumer::check));
    }

    private <V> void start(Projection projection, ReadModel<V> readModel) {
        var member = new GroupMember(readModel.name(), channels, kafka);
        consumers.put(
                readModel.name(),
                new ProjectionConsumer<>(
                        projection,
                        readModel,
                        offsets,
                        firstRecords,
                        member,
                        settings.batchSize()));
        // A consumer would complain about topics that the command service has not created yet.
        Uni.createFrom()
                .item(projection::hasTopics)
                .onItem()
                .delayIt()
                .by(TOPICS_INTERVAL)
                .repeat()
                .until(hasTopics -> hasTopics)
                .subscribe()
                .with(
                        _ -> {},
                        failure -> LOG.errorf(failure, "%s does not start", readModel.name()),
                        member::join);
    }

    /// Before the connector, which would leave the groups, and the stores are closed.
    void stop(@Observes @Priority(1) ShutdownEvent event)
            throws InterruptedException, ExecutionException {
        checks.cancel();
        CompletableFuture<?>[] stopping =
                consumers.values().stream()
                        .map(ProjectionConsumer::stop)
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(stopping).get(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException busy) {
            LOG.warn("A projection stops in the middle of a batch: it is applied again");
        }
    }
}

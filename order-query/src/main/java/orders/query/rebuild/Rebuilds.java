package orders.query.rebuild;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.ProjectionStatus.Building;
import orders.query.projection.KafkaClients;
import orders.query.projection.Projection;
import orders.query.projection.ProjectionSettings;
import orders.query.projection.Projections;
import orders.query.projection.ReadModel;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Sees to it that a rebuild that was announced is made, by one instance of those that run the
/// projection; and that one is announced when the shape of a read model has changed.
///
/// The builder says again and again that it lives. When it does not any more, the next instance
/// goes on where it ended.
@Singleton
public class Rebuilds {

    private static final Logger LOG = Logger.getLogger(Rebuilds.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(3);
    private static final Duration RELEASE_WITHIN = Duration.ofSeconds(1);

    private record Running(Rebuild<?> rebuild, Thread thread) {
        boolean isBuilding(long generation) {
            return thread.isAlive() && rebuild.generation() == generation;
        }
    }

    /// The last sign of life of a builder, and when it was seen here.
    private record Sign(long generation, long heartbeat, long atNanos) {
        boolean isNews(Building building) {
            return generation != building.generation().number()
                    || heartbeat != building.heartbeat();
        }

        boolean isOlderThan(Duration age) {
            return System.nanoTime() - atNanos > age.toNanos();
        }
    }

    private final Projections projections;
    private final OffsetStore offsets;
    private final KafkaClients clients;
    private final ProjectionSettings settings;
    private final String instance;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, Sign> signs = new ConcurrentHashMap<>();
    private Cancellable background;

    Rebuilds(
            Projections projections,
            OffsetStore offsets,
            KafkaClients clients,
            ProjectionSettings settings,
            @ConfigProperty(name = "HOSTNAME", defaultValue = "local") String host) {
        this.projections = projections;
        this.offsets = offsets;
        this.clients = clients;
        this.settings = settings;
        this.instance = host + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /// Announces a rebuild of `projection`. False when one is under way.
    public Uni<Boolean> announce(Projection projection) {
        ReadModel<?> readModel = projection.readModel();
        return offsets.announce(readModel.offsetsName(), readModel.shapeVersion())
                .call(() -> projection.look())
                .call(() ->
                        projections.isEnabled(projection)
                                ? see(projection)
                                : Uni.createFrom().voidItem());
    }

    /// Gives up the rebuild of `projection`. False when there is none.
    public Uni<Boolean> cancel(Projection projection) {
        ReadModel<?> readModel = projection.readModel();
        return offsets.cancel(readModel.offsetsName())
                .call(isCancelled ->
                        projection
                                .look()
                                .chain(status ->
                                        isCancelled
                                                ? readModel.dropLeftovers(status)
                                                : Uni.createFrom().voidItem()));
    }

    void start(@Observes StartupEvent event) {
        background =
                Multi.createFrom()
                        .ticks()
                        .every(settings.watchInterval())
                        .onOverflow()
                        .drop()
                        .onItem()
                        .transformToUniAndConcatenate(_ -> seeAll())
                        .subscribe()
                        .with(_ -> {});
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        background.cancel();
        running.values().forEach(each -> each.rebuild().stop());
        for (Running each : running.values()) {
            each.thread().join(STOP_WITHIN);
            release(each.rebuild());
        }
    }

    /// Otherwise the others would take this one for silent first, and the live generation may be
    /// held meanwhile.
    private void release(Rebuild<?> rebuild) {
        rebuild.release(instance)
                .ifNoItem()
                .after(RELEASE_WITHIN)
                .fail()
                .onFailure()
                .invoke(failure -> LOG.debugf("Not released, but silent from now on: %s", failure))
                .onFailure()
                .recoverWithNull()
                .await()
                .indefinitely();
    }

    private Uni<Void> seeAll() {
        return Multi.createFrom()
                .iterable(projections.enabled())
                .onItem()
                .transformToUniAndConcatenate(projection ->
                        see(projection)
                                .onFailure()
                                .invoke(failure -> LOG.debugf("Looked in vain: %s", failure))
                                .onFailure()
                                .recoverWithNull())
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> see(Projection projection) {
        return projection
                .status()
                .map(status -> see(projection, projection.readModel(), status))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private <V> Uni<Void> see(
            Projection projection, ReadModel<V> readModel, ProjectionStatus status) {
        if (status.building().isEmpty()) {
            return status.shapeVersion() < readModel.shapeVersion()
                    ? offsets.announce(readModel.offsetsName(), readModel.shapeVersion())
                            .replaceWithVoid()
                    : Uni.createFrom().voidItem();
        }
        Building building = status.building().get();
        boolean isOurs =
                running.containsKey(readModel.name())
                        && running.get(readModel.name()).isBuilding(building.generation().number());
        if (building.shapeVersion() != readModel.shapeVersion()
                || !(isOurs || building.builder().isEmpty() || isSilent(readModel, building))) {
            return Uni.createFrom().voidItem();
        }
        return offsets.takeLease(
                        readModel.offsetsName(),
                        building.generation().number(),
                        instance,
                        building.heartbeat())
                .invoke(hasLease -> {
                    if (hasLease && !isOurs) {
                        build(projection, readModel, building.generation().number());
                    } else if (!hasLease && isOurs) {
                        running.get(readModel.name()).rebuild().stop();
                    }
                })
                .replaceWithVoid();
    }

    private boolean isSilent(ReadModel<?> readModel, Building building) {
        Sign last =
                signs.compute(
                        readModel.name(),
                        (_, before) ->
                                before == null || before.isNews(building)
                                        ? new Sign(
                                                building.generation().number(),
                                                building.heartbeat(),
                                                System.nanoTime())
                                        : before);
        return last.isOlderThan(settings.rebuild().silentBuilderTimeout());
    }

    /// Two looks at once may come to the same conclusion.
    private synchronized <V> void build(
            Projection projection, ReadModel<V> readModel, long generation) {
        Running present = running.get(readModel.name());
        if (present != null && present.isBuilding(generation)) {
            return;
        }
        var rebuild =
                new Rebuild<>(
                        projection, readModel, generation, offsets, clients, settings.rebuild());
        running.put(
                readModel.name(),
                new Running(
                        rebuild,
                        Thread.ofPlatform()
                                .daemon()
                                .name(readModel.name() + "-rebuild")
                                .start(rebuild)));
    }
}

package orders.query.projection;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orders.query.offsets.OffsetStore;
import org.jboss.logging.Logger;

/// All projections, by name; those that this instance runs start and stop with it.
@Singleton
public class Projections {

    private static final Logger LOG = Logger.getLogger(Projections.class);

    /// A batch in hand is finished, the group left.
    private static final Duration STOP_WITHIN = Duration.ofSeconds(8);

    /// Less than those wait who ask whether this instance is ready.
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    /// In place of a name: this instance only answers reads.
    private static final String NONE = "none";

    private record Running(ProjectionRunner<?> runner, Thread thread) {}

    private final Map<String, Projection> projections = new LinkedHashMap<>();
    private final Map<String, String> missingSettings = new LinkedHashMap<>();
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final OffsetStore offsets;
    private final KafkaClients clients;
    private final ProjectionSettings settings;

    Projections(
            @All List<ReadModel<?>> readModels,
            OffsetStore offsets,
            KafkaEndOffsets ends,
            KafkaClients clients,
            ProjectionSettings settings,
            MeterRegistry metrics) {
        this.offsets = offsets;
        this.clients = clients;
        this.settings = settings;
        for (ReadModel<?> readModel : readModels) {
            readModel
                    .missingSetting()
                    .ifPresentOrElse(
                            setting -> doWithout(readModel, setting),
                            () ->
                                    projections.put(
                                            readModel.name(),
                                            new Projection(readModel, offsets, ends, metrics)));
        }
        Set<String> unknown = new TreeSet<>(settings.enabled().orElse(Set.of()));
        unknown.removeAll(projections.keySet());
        unknown.removeAll(missingSettings.keySet());
        unknown.remove(NONE);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "projections.enabled names %s; there are %s"
                            .formatted(unknown, projections.keySet()));
        }
        readModels.forEach(readModel -> report(readModel.name(), metrics));
    }

    /// A gauge a state, as Prometheus has it of enums: 1 for that in which it is.
    private void report(String name, MeterRegistry metrics) {
        for (ProjectionState state : ProjectionState.values()) {
            Gauge.builder("projection.state", () -> state(name) == state ? 1 : 0)
                    .description("1 for the state in which the projection is")
                    .tag("projection", name)
                    .tag("state", state.name())
                    .register(metrics);
        }
    }

    private void doWithout(ReadModel<?> readModel, String setting) {
        LOG.infof("Projection %s is not configured: set %s", readModel.name(), setting);
        missingSettings.put(readModel.name(), setting);
    }

    /// All that are configured.
    public Collection<Projection> all() {
        return projections.values();
    }

    /// Those that this instance runs.
    public List<Projection> enabled() {
        return projections.values().stream().filter(this::isEnabled).toList();
    }

    /// What has to be set before there is a projection of this name; empty when nothing has to.
    public Optional<String> missingSetting(String name) {
        return Optional.ofNullable(missingSettings.get(name));
    }

    /// What the projection of this name is doing, as far as this instance knows.
    public ProjectionState state(String name) {
        return find(name).map(Projection::state).orElse(ProjectionState.NOT_CONFIGURED);
    }

    /// Whether any store answers now, or soon.
    public Uni<Boolean> isAnyStoreReached() {
        return Uni.join()
                .first(all().stream().map(Projection::askStore).toList())
                .withItem()
                .ifNoItem()
                .after(ANSWER_WITHIN)
                .fail()
                .replaceWith(true)
                .onFailure()
                .invoke(failure -> LOG.debugf("No store answers: %s", failure))
                .onFailure()
                .recoverWithItem(false);
    }

    /// The projection of this name, if there is one.
    public Optional<Projection> find(String name) {
        return Optional.ofNullable(projections.get(name));
    }

    /// The projection of this name.
    ///
    /// @throws java.util.NoSuchElementException when there is none
    public Projection get(String name) {
        return find(name).orElseThrow();
    }

    /// Lets this instance, if it runs the projection, look after its dead letters soon.
    public void ring(String name) {
        Optional.ofNullable(running.get(name)).ifPresent(each -> each.runner().ring());
    }

    void start(@Observes StartupEvent event) {
        enabled().forEach(projection -> start(projection, projection.readModel()));
    }

    private <V> void start(Projection projection, ReadModel<V> readModel) {
        var runner =
                new ProjectionRunner<>(
                        projection, readModel, offsets, clients, settings.batchSize());
        Thread thread = Thread.ofPlatform().daemon().name(readModel.name()).start(runner);
        running.put(readModel.name(), new Running(runner, thread));
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        running.values().forEach(each -> each.runner().stop());
        for (Running each : running.values()) {
            if (!each.thread().join(STOP_WITHIN)) {
                LOG.warnf("Projection %s does not stop in time", each.thread().getName());
            }
        }
    }

    /// Whether this instance runs it.
    public boolean isEnabled(Projection projection) {
        return settings.enabled()
                .map(names -> names.contains(projection.readModel().name()))
                .orElse(true);
    }
}

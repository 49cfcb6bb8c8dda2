package orders.query.projection;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
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
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/// All projections, by name.
@Singleton
public class Projections {

    private static final Logger LOG = Logger.getLogger(Projections.class);

    /// Less than those wait who ask whether this instance is ready.
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    /// In place of a name: this instance only answers reads.
    private static final String NONE = "none";

    private final Map<String, Projection> projections = new LinkedHashMap<>();
    private final Map<String, String> missingSettings = new LinkedHashMap<>();
    private final Config config;

    Projections(
            @All List<ReadModel<?>> readModels,
            OffsetStore offsets,
            KafkaEndOffsets ends,
            ProjectionSettings settings,
            Config config,
            MeterRegistry metrics) {
        this.config = config;
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

    /// Whether this instance runs it.
    public boolean isEnabled(Projection projection) {
        return config.getOptionalValue(
                        EnabledChannels.setting(projection.readModel().name()), Boolean.class)
                .orElse(true);
    }
}

package orders.query.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orders.query.Events;
import orders.query.offsets.Generation;
import orders.query.offsets.ProjectionStatus;
import orders.query.offsets.ProjectionStatus.Building;
import org.junit.jupiter.api.Test;

class ProjectionsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Uni<ProjectionStatus> AWAY =
            Uni.createFrom().failure(new IOException("away"));
    private static final Uni<ProjectionStatus> SILENT = Uni.createFrom().nothing();
    private static final ProjectionStatus BUILDING =
            new ProjectionStatus(
                    new Generation(1, true, ""),
                    1,
                    List.of(),
                    false,
                    0,
                    Optional.of(
                            new Building(
                                    new Generation(2, false, ""),
                                    1,
                                    Optional.empty(),
                                    0,
                                    false,
                                    Events.AT,
                                    List.of())));

    private final FakeReadModel readModel = new FakeReadModel();
    private final FakeReadModel other = new FakeReadModel();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    ProjectionsTest() {
        other.name = "other";
    }

    @Test
    void a_read_model_whose_setting_is_missing_is_done_without() {
        readModel.missingSetting = Optional.of("FAKE_URL");

        Projections projections = projections(Set.of(readModel.name()));

        assertEquals(Optional.empty(), projections.find(readModel.name()));
        assertEquals(Optional.of("FAKE_URL"), projections.missingSetting(readModel.name()));
        assertEquals(List.of(), projections.enabled());
    }

    @Test
    void one_that_is_configured_misses_nothing() {
        Projections projections = projections(Set.of(readModel.name()));

        assertEquals(Optional.empty(), projections.missingSetting(readModel.name()));
        assertEquals(List.of(projections.get(readModel.name())), projections.enabled());
    }

    @Test
    void a_name_that_nothing_has_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> projections(Set.of("nothing")));
    }

    @Test
    void a_store_is_reached_as_long_as_one_of_all_answers() {
        other.status = AWAY;
        assertTrue(isAnyStoreReached());

        other.status = SILENT;
        assertTrue(isAnyStoreReached());
    }

    @Test
    void none_is_reached_when_all_are_away_or_say_nothing() {
        readModel.status = AWAY;
        other.status = AWAY;
        assertFalse(isAnyStoreReached());

        other.status = SILENT;
        assertFalse(isAnyStoreReached());
    }

    @Test
    void the_state_of_a_projection_is_a_metric() {
        other.missingSetting = Optional.of("FAKE_URL");
        Projections projections = projections(Set.of());
        Projection projection = projections.get(readModel.name());
        assertEquals(Set.of(ProjectionState.NOT_CONFIGURED), reported(other));
        assertEquals(Set.of(ProjectionState.LIVE), reported(readModel));

        readModel.status = Uni.createFrom().item(BUILDING);
        projection.look().await().atMost(SOON);
        assertEquals(Set.of(ProjectionState.REBUILDING), reported(readModel));

        projection.failed(new IOException("away"));
        assertEquals(Set.of(ProjectionState.STOPPED), reported(readModel));

        projection.recovered();
        assertEquals(Set.of(ProjectionState.REBUILDING), reported(readModel));
    }

    private boolean isAnyStoreReached() {
        return projections(Set.of()).isAnyStoreReached().await().atMost(SOON);
    }

    /// The states that have the value 1, of all.
    private Set<ProjectionState> reported(FakeReadModel of) {
        return Stream.of(ProjectionState.values())
                .filter(state ->
                        metrics.get("projection.state")
                                        .tags("projection", of.name(), "state", state.name())
                                        .gauge()
                                        .value()
                                == 1)
                .collect(Collectors.toSet());
    }

    private Projections projections(Set<String> enabled) {
        metrics.clear();
        return new Projections(
                List.of(readModel, other),
                readModel.offsets,
                null,
                settings(enabled),
                new SmallRyeConfigBuilder()
                        .withInterceptors(new EnabledChannels())
                        .withDefaultValue("projections.enabled", String.join(",", enabled))
                        .build(),
                metrics);
    }

    private static ProjectionSettings settings(Set<String> enabled) {
        return new ProjectionSettings() {
            @Override
            public Optional<Set<String>> enabled() {
                return Optional.of(enabled);
            }

            @Override
            public int batchSize() {
                return 1;
            }

            @Override
            public Duration endsInterval() {
                return Duration.ofSeconds(1);
            }

            @Override
            public Duration watchInterval() {
                return Duration.ofSeconds(1);
            }

            @Override
            public Rebuild rebuild() {
                throw new UnsupportedOperationException();
            }
        };
    }
}

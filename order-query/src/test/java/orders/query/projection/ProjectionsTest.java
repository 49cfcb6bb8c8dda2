package orders.query.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProjectionsTest {

    private final FakeReadModel readModel = new FakeReadModel();

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

    private Projections projections(Set<String> enabled) {
        return new Projections(
                List.of(readModel), null, null, settings(enabled), new SimpleMeterRegistry());
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

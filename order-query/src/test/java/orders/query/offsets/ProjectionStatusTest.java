package orders.query.offsets;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.query.offsets.ProjectionStatus.Building;
import org.junit.jupiter.api.Test;

class ProjectionStatusTest {

    @Test
    void rows_of_the_live_generation_show_what_is_applied_and_lost_ones_do_not() {
        ProjectionStatus status = status(Optional.empty());

        assertTrue(status.isShownBy("live"));
        assertFalse(status.isShownBy("other"));
        assertFalse(status.isShownBy(""));
    }

    @Test
    void rows_of_the_next_generation_do_from_the_fence_on() {
        assertFalse(status(Optional.of(building(false))).isShownBy("next"));
        assertTrue(status(Optional.of(building(true))).isShownBy("next"));
    }

    private static ProjectionStatus status(Optional<Building> building) {
        return new ProjectionStatus(
                new Generation(1, true, "live"), 1, List.of(), false, 0, building);
    }

    private static Building building(boolean isFenced) {
        return new Building(
                new Generation(2, false, "next"),
                1,
                Optional.empty(),
                0,
                isFenced,
                Instant.EPOCH,
                List.of());
    }
}

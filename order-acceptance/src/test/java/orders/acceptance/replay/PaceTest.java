package orders.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long SECOND = 1_000_000_000;

    private final Pace pace = new Pace(5 * SECOND, 600);

    @Test
    void things_are_due_at_a_fixed_rate_without_drift() {
        assertEquals(5 * SECOND, pace.due(0));
        assertEquals(6 * SECOND, pace.due(600));
        assertEquals(3_605 * SECOND, pace.due(600L * 3_600));
    }

    @Test
    void as_many_start_as_are_due_before_the_end() {
        assertEquals(0, pace.startedBefore(5 * SECOND));
        assertEquals(1, pace.startedBefore(5 * SECOND + 1));
        assertEquals(600, pace.startedBefore(6 * SECOND));
    }
}

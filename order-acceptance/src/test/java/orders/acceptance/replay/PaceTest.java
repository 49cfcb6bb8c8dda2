package orders.acceptance.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void orders_are_due_at_a_fixed_rate_without_drift() {
        var pace = new Pace.PerSecond(5 * SECOND, 600);

        assertEquals(5 * SECOND, pace.due(0));
        assertEquals(6 * SECOND, pace.due(600));
        assertEquals(3_605 * SECOND, pace.due(600L * 3_600));
    }
}

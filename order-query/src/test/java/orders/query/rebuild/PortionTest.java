package orders.query.rebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PortionTest {

    private static final int LARGEST = 10_000;

    private final Portion portion = new Portion(LARGEST);

    @Test
    void a_fast_store_soon_gets_the_largest() {
        work(10, 100_000);
        assertEquals(LARGEST, portion.size());
    }

    @Test
    void a_slow_store_gets_what_it_writes_in_half_a_second() {
        work(10, 4_000);
        assertEquals(2_000, portion.size());
    }

    @Test
    void a_store_that_becomes_slow_gets_less_at_once() {
        work(10, 100_000);
        work(1, 4_000);
        assertEquals(2_000, portion.size());
    }

    @Test
    void even_the_slowest_store_gets_enough_to_be_worth_a_batch() {
        work(10, 1);
        assertEquals(1_000, portion.size());
    }

    @Test
    void it_grows_twofold_at_most() {
        int before = portion.size();
        work(1, 1_000_000);
        assertEquals(2 * before, portion.size());
    }

    @Test
    void few_events_that_were_all_there_were_say_nothing() {
        work(10, 100_000);
        portion.took(1, Duration.ofMillis(20).toNanos());
        assertEquals(LARGEST, portion.size());
    }

    @Test
    void none_is_larger_than_the_largest_that_is_wanted() {
        var small = new Portion(10);
        assertEquals(10, small.size());
        small.took(10, 1);
        assertEquals(10, small.size());
        small.took(10, Duration.ofMinutes(1).toNanos());
        assertTrue(small.size() <= 10);
    }

    private void work(int portions, int eventsPerSecond) {
        for (int i = 0; i < portions; i++) {
            long nanos = Duration.ofSeconds(portion.size()).toNanos() / eventsPerSecond;
            portion.took(portion.size(), nanos);
        }
    }
}

package orders.query.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.query.projection.Checkpoint;
import orders.query.projection.Generation;
import orders.query.projection.WriteRefused.Fenced;
import orders.query.projection.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BookTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final TopicPartition PARTITION = new TopicPartition("order-events", 3);
    private static final Generation LIVE = Generation.live(1);
    private static final Generation NEXT = Generation.building(2);

    private final Book first = Book.first(1);
    private final Book building = first.announce(2, NOW).orElseThrow();

    @Test
    void what_was_reached_is_said_and_never_goes_back() {
        Book book = first.reach(LIVE, at(7)).reach(LIVE, at(5));

        assertEquals(at(7), book.checkpoints());
        assertEquals(List.of(), first.checkpoints());
    }

    @Test
    void what_a_writer_is_about_to_write_counts_as_shown_and_not_as_applied() {
        Book book = first.reach(LIVE, at(5)).enter(LIVE, at(9));

        assertEquals(Map.of(PARTITION, 9L), book.reach());
        assertEquals(at(5), book.checkpoints());
    }

    @Test
    void one_generation_is_built_at_a_time_and_numbers_are_never_used_twice() {
        assertEquals(Optional.empty(), building.announce(2, NOW));
        Book again = building.cancel().orElseThrow().announce(2, NOW).orElseThrow();

        assertEquals(3, again.coming().generation());
        assertEquals(Optional.empty(), first.cancel());
        assertThrows(StaleGeneration.class, () -> again.enter(NEXT, at(1)));
        assertThrows(StaleGeneration.class, () -> again.fence(2));
    }

    @Test
    void what_a_given_up_generation_reached_is_forgotten() {
        Book again =
                building.reach(NEXT, at(5)).cancel().orElseThrow().announce(2, NOW).orElseThrow();

        assertFalse(again.progress().containsKey(2L));
    }

    @Test
    void somebody_else_leads_only_when_the_builder_is_silent() {
        Book led = building.lead(2, "one", 0).orElseThrow();
        Book still = led.lead(2, "one", 0).orElseThrow();

        assertEquals(Optional.empty(), still.lead(2, "other", led.coming().beat()));
        Book taken = still.lead(2, "other", still.coming().beat()).orElseThrow();
        assertEquals("other", taken.coming().builder());
    }

    @Test
    void whoever_takes_over_lets_the_live_generation_go_on() {
        Book held = building.lead(2, "one", 0).orElseThrow().fence(2);

        assertTrue(held.lead(2, "one", 0).orElseThrow().held());
        assertFalse(held.lead(2, "other", 1).orElseThrow().held());
    }

    @Test
    void while_it_is_held_the_live_generation_is_not_written() {
        Book held = building.fence(2);

        assertThrows(Fenced.class, () -> held.enter(LIVE, at(1)));
        assertEquals(Map.of(), held.enter(NEXT, at(1)).reach());
    }

    @Test
    void a_switch_waits_until_nothing_is_missing_of_what_may_be_written() {
        Book live = building.enter(LIVE, at(9)).reach(LIVE, at(5));
        Book built = live.reach(NEXT, at(8));

        assertEquals(Optional.empty(), built.reach(NEXT, at(9)).switchTo(2));
        assertEquals(Optional.empty(), built.fence(2).switchTo(2));
        Book switched = built.fence(2).reach(NEXT, at(9)).switchTo(2).orElseThrow();
        assertEquals(2, switched.generation());
        assertEquals(2, switched.shapeVersion());
        assertEquals(at(9), switched.checkpoints());
        assertFalse(switched.held());
        assertThrows(StaleGeneration.class, () -> switched.reach(LIVE, at(10)));
        assertEquals(Map.of(2L, switched.progress().get(2L)), switched.progress());
    }

    private static List<Checkpoint> at(long nextOffset) {
        return List.of(new Checkpoint(PARTITION, nextOffset, Optional.of(NOW)));
    }
}

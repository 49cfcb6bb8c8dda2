package orders.query.projection;

import static orders.query.Events.ITEM_ADDED;
import static orders.query.Events.SUBMITTED;
import static orders.query.Events.created;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import org.junit.jupiter.api.Test;

/// The version guard, on a view that only remembers what it has seen.
class EvolutionTest {

    private record Seen(String events, long version) {}

    private static final Evolution<Seen> EVOLUTION =
            new Evolution<>() {
                @Override
                public Seen begin(String orderId, OrderCreated created) {
                    return new Seen("created", 1);
                }

                @Override
                public Seen evolve(Seen view, long version, OrderEvent event) {
                    return new Seen(
                            view.events() + " " + event.getClass().getSimpleName(), version);
                }

                @Override
                public long version(Seen view) {
                    return view.version();
                }
            };

    @Test
    void the_next_version_is_applied() {
        assertEquals(
                List.of(new Seen("created OrderItemAdded OrderSubmitted", 3)),
                List.copyOf(
                        EVOLUTION.fold(
                                Map.of(),
                                List.of(
                                        new OrderChange("a", 1, created("ada")),
                                        new OrderChange("a", 2, ITEM_ADDED),
                                        new OrderChange("a", 3, SUBMITTED)))));
    }

    @Test
    void what_is_not_newer_is_skipped() {
        assertEquals(
                List.of(new Seen("before OrderSubmitted", 3)),
                List.copyOf(
                        EVOLUTION.fold(
                                Map.of("a", new Seen("before", 2)),
                                List.of(
                                        new OrderChange("a", 1, created("ada")),
                                        new OrderChange("a", 2, ITEM_ADDED),
                                        new OrderChange("a", 3, SUBMITTED),
                                        new OrderChange("a", 2, ITEM_ADDED),
                                        new OrderChange("a", 3, SUBMITTED)))));
    }

    @Test
    void a_view_that_does_not_change_is_not_written() {
        assertEquals(
                List.of(),
                List.copyOf(
                        EVOLUTION.fold(
                                Map.of("a", new Seen("before", 2)),
                                List.of(new OrderChange("a", 2, ITEM_ADDED)))));
    }

    @Test
    void a_gap_is_poison() {
        var changes = List.of(new OrderChange("a", 3, SUBMITTED));

        assertThrows(PoisonEvent.class, () -> EVOLUTION.fold(Map.of(), changes));
        assertThrows(
                PoisonEvent.class,
                () -> EVOLUTION.fold(Map.of("a", new Seen("created", 1)), changes));
    }

    @Test
    void a_history_that_does_not_begin_with_a_creation_is_poison() {
        var changes = List.of(new OrderChange("a", 1, SUBMITTED));

        assertThrows(PoisonEvent.class, () -> EVOLUTION.fold(Map.of(), changes));
    }
}

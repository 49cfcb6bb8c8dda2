package orders.query.readmodel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.model.OrderEvent;
import orders.query.Events;
import org.junit.jupiter.api.Test;

/// What a read model that shows single orders and their customers' names promises besides.
public abstract class ReadModelContractTest extends ProjectionContractTest {

    private static final int A_THOUSAND = 1_000;

    @Test
    void the_query_answers_what_the_events_say() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, created()),
                Events.record(orderId, 2, Events.ITEM_ADDED),
                Events.record(orderId, 3, Events.SUBMITTED),
                Events.record(orderId, 4, Events.PAID),
                Events.record(orderId, 5, Events.SHIPPED));

        awaitName("Ada", 5);
        assertEquals(
                new View("Ada", "SHIPPED", "25.21", 2, "2026-01-31T12:00:04.123Z", 5),
                query(orderId, customerId, 5));
    }

    @Test
    void a_cancelled_order_is_shown_as_it_was() {
        publish(
                Events.record(orderId, 1, created()),
                Events.record(orderId, 2, Events.ITEM_ADDED),
                Events.record(orderId, 3, Events.CANCELLED));

        assertEquals(
                new View(null, "CANCELLED", "25.21", 2, "2026-01-31T12:00:05.123Z", 3),
                query(orderId, customerId, 3));
    }

    @Test
    void a_name_that_comes_before_the_order_is_shown() {
        publish(Events.record(customerId, 1, Events.registered("Ada")));
        awaitAllApplied();
        publish(Events.record(orderId, 1, created()));

        assertEquals("Ada", query(orderId, customerId, 1).customerName());
    }

    @Test
    void a_name_that_comes_after_the_order_is_filled_in() {
        publish(Events.record(orderId, 1, created()));
        assertEquals(null, query(orderId, customerId, 1).customerName());
        publish(Events.record(customerId, 1, Events.registered("Ada")));

        awaitName("Ada", 1);
    }

    @Test
    void a_customer_who_is_gone_has_no_name_any_more_and_never_comes_back() {
        publishSubmitted();
        awaitName("Ada", 3);
        publish(Events.tombstone(customerId), Events.record(customerId, 2, Events.changed("Eve")));
        awaitName(null, 3);
        awaitAllApplied();

        assertEquals(null, query(orderId, customerId, 3).customerName());
        assertTrue(
                get("/projections/" + projection() + "/dead-letters")
                        .getList("items.findAll { it.customerId == '" + customerId + "' }")
                        .isEmpty());
    }

    @Test
    void a_changed_name_is_shown_in_every_order_and_an_older_one_never_comes_back() {
        String other = "o-" + UUID.randomUUID();
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, created()),
                Events.record(other, 1, created()));
        awaitName("Ada", 1);
        publish(
                Events.record(customerId, 2, Events.changed("Ada L.")),
                Events.record(customerId, 1, Events.registered("Ada")));
        awaitAllApplied();

        assertEquals("Ada L.", query(orderId, customerId, 1).customerName());
        assertEquals("Ada L.", query(other, customerId, 1).customerName());
    }

    @Test
    void a_changed_name_reaches_a_thousand_orders_and_others_go_on_meanwhile() {
        List<String> orders =
                Stream.generate(() -> "o-" + UUID.randomUUID()).limit(A_THOUSAND).toList();
        publish(Events.record(customerId, 1, Events.registered("Ada")));
        Events.publish(
                kafka(),
                IntStream.range(0, A_THOUSAND)
                        .mapToObj(i -> Events.record(orders.get(i), 1, created(A_THOUSAND - i)))
                        .toList());
        awaitAllApplied();
        publish(
                Events.record(customerId, 2, Events.changed("Ada L.")),
                Events.record(orderId, 1, created(A_THOUSAND + 1)));
        awaitAllApplied();

        // The newest, which the first page of every list shows.
        for (String id : List.of(orderId, orders.get(0), orders.get(1))) {
            assertEquals("Ada L.", query(id, customerId, 1).customerName());
        }
    }

    private OrderEvent created(long secondsLater) {
        return Events.created(customerId, Events.ORDERED_AT.plusSeconds(secondsLater));
    }

    private void awaitName(String name, long version) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertEquals(name, query(orderId, customerId, version).customerName()));
    }
}

package orders.query.readmodel;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import orders.query.Events;
import orders.query.QueryStack;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/// What every read model promises, on its real store and through its query.
@QuarkusTestResource(QueryStack.class)
public abstract class ReadModelContractTest {

    private final String orderId = "o-" + UUID.randomUUID();
    private final String customerId = "c-" + UUID.randomUUID();

    /// Name of the projection that keeps it.
    protected abstract String projection();

    /// What its query answers for an order.
    ///
    /// @param version the query waits until it shows this one
    protected abstract View query(String orderId, String customerId, long version);

    /// What all read models show of an order.
    protected record View(
            String customerName,
            String status,
            String total,
            int lines,
            String updatedAt,
            long version) {}

    @Test
    void the_query_answers_what_the_events_say() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, Events.created(customerId)),
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
    void every_event_twice_is_the_same_as_once() {
        for (int delivery = 0; delivery < 2; delivery++) {
            publish(
                    Events.record(orderId, 1, Events.created(customerId)),
                    Events.record(orderId, 1, Events.created(customerId)),
                    Events.record(orderId, 2, Events.ITEM_ADDED),
                    Events.record(orderId, 1, Events.created(customerId)),
                    Events.record(orderId, 2, Events.ITEM_ADDED),
                    Events.record(orderId, 3, Events.CANCELLED));
            awaitAllApplied();
        }

        assertEquals(
                new View(null, "CANCELLED", "25.21", 2, "2026-01-31T12:00:05.123Z", 3),
                query(orderId, customerId, 3));
    }

    @Test
    void a_name_that_comes_before_the_order_is_shown() {
        publish(Events.record(customerId, 1, Events.registered("Ada")));
        awaitAllApplied();
        publish(Events.record(orderId, 1, Events.created(customerId)));

        assertEquals("Ada", query(orderId, customerId, 1).customerName());
    }

    @Test
    void a_name_that_comes_after_the_order_is_filled_in() {
        publish(Events.record(orderId, 1, Events.created(customerId)));
        assertEquals(null, query(orderId, customerId, 1).customerName());
        publish(Events.record(customerId, 1, Events.registered("Ada")));

        awaitName("Ada", 1);
    }

    @Test
    void a_changed_name_is_shown_in_every_order_and_an_older_one_never_comes_back() {
        String other = "o-" + UUID.randomUUID();
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(other, 1, Events.created(customerId)));
        awaitName("Ada", 1);
        publish(
                Events.record(customerId, 2, Events.changed("Ada L.")),
                Events.record(customerId, 1, Events.registered("Ada")));
        awaitAllApplied();

        assertEquals("Ada L.", query(orderId, customerId, 1).customerName());
        assertEquals("Ada L.", query(other, customerId, 1).customerName());
    }

    @Test
    void the_checkpoint_follows_what_is_applied() {
        publish(Events.record(orderId, 1, Events.created(customerId)));
        query(orderId, customerId, 1);

        awaitAllApplied();
    }

    protected static JsonPath get(String path, Object... values) {
        return given().header("Prefer", "wait=20")
                .get(path, values)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static void publish(ProducerRecord<String, byte[]>... records) {
        String kafka = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
        Events.publish(kafka, List.of(records));
    }

    private void awaitName(String name, long version) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertEquals(name, query(orderId, customerId, version).customerName()));
    }

    private void awaitAllApplied() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> get("/projections/" + projection()).getLong("lag.events") == 0);
    }
}

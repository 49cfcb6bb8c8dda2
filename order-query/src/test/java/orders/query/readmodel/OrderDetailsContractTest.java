package orders.query.readmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import orders.query.Events;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderDetailsContractTest extends ReadModelContractTest {

    @Inject ReactiveMongoClient mongo;

    @ConfigProperty(name = "quarkus.mongodb.database")
    String database;

    @Override
    protected String projection() {
        return "order-details";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        JsonPath answer = get("/orders/{id}?minVersion={version}", orderId, version);
        assertEquals(customerId, answer.getString("order.customer.customerId"));
        return new View(
                answer.getString("order.customer.name"),
                answer.getString("order.status"),
                answer.getString("order.total"),
                answer.getList("order.items").size(),
                answer.getString("order.updatedAt"),
                answer.getLong("version"));
    }

    @Test
    void a_store_that_has_lost_its_data_is_filled_again() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, created()));
        awaitAllApplied();
        View before = query(orderId, customerId, 1);

        mongo.getDatabase(database).drop().await().atMost(SOON);
        assertEquals(before, query(orderId, customerId, 1));
        publish(Events.record(orderId, 2, Events.ITEM_ADDED));

        assertEquals(2, query(orderId, customerId, 2).version());
        awaitAllApplied();
        assertNull(letterOf(orderId).get());
        awaitRebuild(() -> assertEquals(2, query(orderId, customerId, 2).version()));
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/orders/{id}", orderId).getBoolean("stale");
    }
}

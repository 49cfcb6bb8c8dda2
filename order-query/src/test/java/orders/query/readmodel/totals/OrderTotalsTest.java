package orders.query.readmodel.totals;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import orders.query.Events;
import orders.query.QueryStack;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/// A read model that is added as a bean runs, shows and is rebuilt like all others.
@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class OrderTotalsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject OrderTotals totals;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private final String orderId = "o-" + UUID.randomUUID();

    @Test
    void it_follows_its_events_and_is_rebuilt_by_its_name() {
        Events.publish(
                kafka,
                List.of(
                        Events.record(orderId, 1, Events.created("ada")),
                        Events.record(orderId, 2, Events.ITEM_ADDED)));
        awaitTotal("25.21");
        long generation = projection().getLong("generation");

        given().post("/projections/order-totals/rebuild").then().statusCode(202);
        await().atMost(SOON).until(() -> projection().getLong("generation") > generation);

        awaitTotal("25.21");
    }

    private void awaitTotal(String total) {
        await().atMost(SOON)
                .untilAsserted(() -> {
                    OrderTotal view = totals.find(orderId).await().atMost(SOON);
                    assertEquals(total, view == null ? "none" : view.total().toString());
                });
    }

    private static JsonPath projection() {
        return given().get("/projections/order-totals").then().extract().jsonPath();
    }
}

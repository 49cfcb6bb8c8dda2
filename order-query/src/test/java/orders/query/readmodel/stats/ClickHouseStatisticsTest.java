package orders.query.readmodel.stats;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import orders.query.ClickHouseProfile;
import orders.query.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@QuarkusTest
@TestProfile(ClickHouseProfile.class)
@EnabledIf(ClickHouseProfile.CAN_BE_HAD)
class ClickHouseStatisticsTest extends DailyStatisticsTest {

    Supplier<AutoCloseable> outage;

    @Test
    void they_are_right_after_an_outage() throws Exception {
        try (AutoCloseable _ = outage.get()) {
            publish(orders.events());
            await().atMost(SOON).until(() -> projection().getString("state").equals("STOPPED"));
            ask().then().statusCode(503).body("type", equalTo("/problems/store-unavailable"));
            given().get("/orders?limit=1").then().statusCode(200);
        }

        awaitAllApplied();
        assertEquals(orders.statistics(), statistics());
    }

    @Test
    void a_row_that_clickhouse_refuses_parks_its_order_only() {
        String refused = "o-" + UUID.randomUUID();
        Instant beyondAllDates = Instant.parse("2300-01-01T00:00:00Z");
        publish(List.of(Events.record(refused, 1, Events.created("ada", beyondAllDates))));
        publish();

        assertEquals(orders.statistics(), statistics());
        String letter = "items.find { it.orderId == '" + refused + "' }.";
        var letters = given().get(PROJECTION + "/dead-letters").jsonPath();
        assertTrue(letters.getString(letter + "cause").contains("ClickHouse knows no 2300-01-01"));
        given().contentType("application/json")
                .body("{\"reason\": \"not in this era\"}")
                .post(PROJECTION + "/dead-letters/{id}/discard", letters.getString(letter + "id"))
                .then()
                .statusCode(202);
        await().atMost(SOON)
                .until(() ->
                        given().get(PROJECTION + "/dead-letters")
                                        .jsonPath()
                                        .getString(letter + "id")
                                == null);
    }
}

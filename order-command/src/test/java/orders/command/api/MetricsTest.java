package orders.command.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import orders.command.CommandStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class MetricsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka_producer_record_send_total{client_id=\"order-command-relay\"",
                "kafka_admin_client_connection_count{client_id=\"order-command-admin\"",
                "postgresql_processing_seconds_count{clientName=\"relay\"",
                "sql_pool_active"
            })
    void every_client_is_measured(String family) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertTrue(
                                metrics().lines().anyMatch(line -> line.startsWith(family)),
                                family));
    }

    @Test
    void every_metric_has_a_name() {
        await().atMost(SOON).until(() -> metrics().contains("orders_relay_leading 1.0"));

        assertEquals(List.of(), metrics().lines().filter(line -> line.startsWith("m__")).toList());
    }

    @Test
    void methods_that_a_caller_makes_up_have_one_label() {
        given().request("BREW", "/orders").then().statusCode(405);

        await().atMost(SOON).until(() -> metrics().contains("method=\"OTHER\""));
        assertFalse(metrics().contains("BREW"));
    }

    @Test
    void no_label_has_the_id_of_an_order() {
        String orderId = "o-" + UUID.randomUUID();
        given().post("/orders/{id}/submit", orderId).then().statusCode(404);

        assertFalse(metrics().contains(orderId));
    }

    private static String metrics() {
        return given().accept("text/plain").get("/q/metrics").asString();
    }
}

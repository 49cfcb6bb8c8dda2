package orders.query.api;

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
import java.util.concurrent.CompletableFuture;
import orders.query.Metrics;
import orders.query.QueryStack;
import orders.query.projection.ProjectionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class MetricsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final String orderId = "o-" + UUID.randomUUID();

    @Test
    void waits_and_those_in_vain_are_counted() {
        double waiting = Metrics.value("consistency_waiting");
        double timeouts = Metrics.value("consistency_timeouts_total");
        var read = CompletableFuture.supplyAsync(() -> statusOfRead("wait=2"));
        await().atMost(SOON).until(() -> Metrics.value("consistency_waiting") == waiting + 1);

        assertEquals(503, read.join());
        assertEquals(timeouts + 1, Metrics.value("consistency_timeouts_total"));
        assertEquals(waiting, Metrics.value("consistency_waiting"));
        assertEquals(0, Metrics.value("consistency_refused_total"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka_consumer_coordinator_assigned_partitions{client_id=\"order-details\"",
                "kafka_admin_client_connection_count{client_id=\"order-query-admin\"",
                "sql_pool_active",
                "mongodb_driver_pool_size{",
                "mongodb_driver_commands_seconds_count{collection=",
                "elasticsearch_client_requests_seconds_count{endpoint=\"_mget\",method=\"POST\""
            })
    void every_client_is_measured(String family) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertTrue(
                                Metrics.text().lines().anyMatch(line -> line.startsWith(family)),
                                family));
    }

    @Test
    void every_metric_has_a_name() {
        assertEquals(
                List.of(), Metrics.text().lines().filter(line -> line.startsWith("m__")).toList());
    }

    @Test
    void methods_that_a_caller_makes_up_have_one_label() {
        given().request("BREW", "/orders").then().statusCode(405);

        await().atMost(SOON).until(() -> Metrics.text().contains("method=\"OTHER\""));
        assertFalse(Metrics.text().contains("BREW"));
    }

    @Test
    void no_label_has_the_id_of_an_order() {
        statusOfRead("wait=0");
        given().get("/customers/{id}/orders", orderId).then().statusCode(200);

        assertFalse(Metrics.text().contains(orderId));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order-summaries",
                "order-details",
                "daily-order-stats",
                "order-search",
                "order-timeline"
            })
    void the_state_of_a_projection_is_a_metric(String name) {
        await().atMost(SOON)
                .untilAsserted(() -> {
                    String state = given().get("/projections/{name}", name).path("state");
                    for (ProjectionState each : ProjectionState.values()) {
                        assertEquals(
                                each.name().equals(state) ? 1 : 0,
                                Metrics.value(
                                        "projection_state{projection=\"%s\",state=\"%s\"}"
                                                .formatted(name, each)));
                    }
                });
    }

    private int statusOfRead(String prefer) {
        return given().header("Prefer", prefer)
                .get("/orders/{id}?minVersion=1", orderId)
                .statusCode();
    }
}

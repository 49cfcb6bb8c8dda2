package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import orders.query.Metrics;
import orders.query.QueryStack;
import org.junit.jupiter.api.Test;

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

    private int statusOfRead(String prefer) {
        return given().header("Prefer", prefer)
                .get("/orders/{id}?minVersion=1", orderId)
                .statusCode();
    }
}

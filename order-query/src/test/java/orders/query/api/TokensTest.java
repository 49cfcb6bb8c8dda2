package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import orders.query.QueryStack;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every read waits for what the caller wrote, until it does not.
@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class TokensTest {

    private final String orderId = "o-" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/orders",
                "/orders/x",
                "/customers/x/orders",
                "/orders/search?q=x",
                "/orders/stream",
                "/projections",
                "/projections/order-details",
                "/projections/order-details/dead-letters"
            })
    void a_wait_in_vain_and_a_malformed_token_are_refused(String path) {
        given().header("Prefer", "wait=0")
                .header("Consistency-Token", token(1))
                .get(path)
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/consistency-timeout"));
        given().header("Consistency-Token", "x")
                .get(path)
                .then()
                .statusCode(400)
                .body("violations.field", hasItems("Consistency-Token"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/projections",
                "/projections/order-summaries",
                "/projections/order-details",
                "/projections/order-details/dead-letters"
            })
    void a_projection_is_described_when_it_shows_what_was_written(String path) {
        Events.publish(
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
                List.of(Events.record(orderId, 1, Events.created("c-" + orderId))));

        given().header("Prefer", "wait=20")
                .header("Consistency-Token", token(1))
                .get(path)
                .then()
                .statusCode(200);
        given().header("Prefer", "wait=0, handling=lenient")
                .header("Consistency-Token", token(2))
                .get(path)
                .then()
                .statusCode(200);
    }

    private String token(long version) {
        return new ConsistencyToken(Kind.ORDER, orderId, version).encode();
    }
}

package orders.query.readmodel;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderSummariesContractTest extends ReadModelContractTest {

    @Override
    protected String projection() {
        return "order-summaries";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        JsonPath page =
                given().header("Prefer", "wait=20")
                        .header(
                                "Consistency-Token",
                                new ConsistencyToken(Kind.ORDER, orderId, version).encode())
                        .get("/customers/{id}/orders", customerId)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
        String item = "items.find { it.orderId == '" + orderId + "' }.";
        return new View(
                page.getString(item + "customerName"),
                page.getString(item + "status"),
                page.getString(item + "total"),
                page.getInt(item + "itemCount"),
                page.getString(item + "updatedAt"),
                page.getLong(item + "version"));
    }

    /// No text of PostgreSQL has a zero in it.
    @Test
    void what_postgresql_refuses_is_parked_and_everything_else_flows() {
        publish(
                Events.record(customerId, 1, Events.registered("A\u0000da")),
                Events.record(orderId, 1, created()));
        assertEquals(1, query(orderId, customerId, 1).version());
        awaitAllApplied();

        String letter = "items.find { it.customerId == '" + customerId + "' }?.id";
        String letters = "/projections/order-summaries/dead-letters";
        given().contentType("application/json")
                .body("{\"reason\": \"not a name\"}")
                .post(letters + "/{id}/discard", get(letters).getString(letter))
                .then()
                .statusCode(202);
        await().atMost(SOON).until(() -> get(letters).getString(letter) == null);
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/customers/{id}/orders", customerId).getBoolean("stale");
    }
}

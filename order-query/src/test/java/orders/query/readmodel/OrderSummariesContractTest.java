package orders.query.readmodel;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;

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

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/customers/{id}/orders", customerId).getBoolean("stale");
    }
}

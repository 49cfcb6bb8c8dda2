package orders.query.readmodel;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;

@QuarkusTest
class OrderSearchContractTest extends ReadModelContractTest {

    @Override
    protected String projection() {
        return "order-search";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        JsonPath page =
                given().header("Prefer", "wait=30")
                        .header(
                                "Consistency-Token",
                                new ConsistencyToken(Kind.ORDER, orderId, version).encode())
                        .queryParam("q", orderId)
                        .queryParam("customerId", customerId)
                        .get("/orders/search")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
        String hit = "hits.find { it.orderId == '" + orderId + "' }.";
        return new View(
                page.getString(hit + "customerName"),
                page.getString(hit + "status"),
                page.getString(hit + "total"),
                page.getInt(hit + "itemCount"),
                page.getString(hit + "updatedAt"),
                page.getLong(hit + "version"));
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/orders/search?q={q}&customerId={id}", orderId, customerId).getBoolean("stale");
    }
}

package orders.query.readmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;

@QuarkusTest
class OrderDetailsContractTest extends ReadModelContractTest {

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

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/orders/{id}", orderId).getBoolean("stale");
    }
}

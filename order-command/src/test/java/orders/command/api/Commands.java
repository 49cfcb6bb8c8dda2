package orders.command.api;

import static io.restassured.RestAssured.given;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;

/// Requests as a client would write them.
final class Commands {

    static final String ONE_MUG =
            """
            {"productId":"MUG-1","description":"Mug","quantity":2,"unitPrice":"12.50"}\
            """;

    private Commands() {}

    static String newOrderId() {
        return "o-" + UUID.randomUUID();
    }

    static String order(String orderId) {
        return """
        {"customerId":"ada","orderId":"%s","items":[%s]}\
        """
                .formatted(orderId, ONE_MUG);
    }

    static String created() {
        String orderId = newOrderId();
        post("/orders", order(orderId)).then().statusCode(202);
        return orderId;
    }

    static RequestSpecification json() {
        return given().contentType("application/json");
    }

    static Response post(String path, String body) {
        return json().body(body).post(path);
    }
}

package orders.acceptance;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;

/// The calls of `api.md`, for tests that read like a client.
public final class Api {

    private static final String TOKEN = "Consistency-Token";

    private final RunningSystem system;

    /// Of this system.
    public Api(RunningSystem system) {
        this.system = system;
    }

    /// A command that has to be accepted; answers its token.
    public String accept(String method, String path, String json) {
        return command(method, path, json).then().statusCode(202).extract().header(TOKEN);
    }

    /// Any command.
    Response command(String method, String path, String json) {
        return given().baseUri(system.commandUri().toString())
                .contentType(ContentType.JSON)
                .body(json)
                .request(method, path);
    }

    /// A read that has to answer 200 and show what the tokens promise.
    public ValidatableResponse read(String path, String... tokens) {
        return query(tokens).get(path).then().statusCode(200);
    }

    /// Any read.
    public RequestSpecification query(String... tokens) {
        RequestSpecification request =
                given().baseUri(system.queryUri().toString()).urlEncodingEnabled(false);
        return tokens.length == 0 ? request : request.header(TOKEN, String.join(",", tokens));
    }

    /// Puts a customer.
    String putCustomer(String customerId, String name) {
        return accept(
                "PUT",
                "/customers/" + customerId,
                """
                {"name": "%s", "country": "Norway"}
                """
                        .formatted(name));
    }

    /// Creates an order of two cups at 4.50 each.
    String createOrder(String orderId, String customerId) {
        return accept("POST", "/orders", twoCups(orderId, customerId));
    }

    /// The body that creates an order of two cups at 4.50 each.
    public static String twoCups(String orderId, String customerId) {
        return """
        {"orderId": "%s", "customerId": "%s",
         "items": [{"productId": "cup", "description": "A cup", "quantity": 2, "unitPrice": "4.50"}]}
        """
                .formatted(orderId, customerId);
    }
}

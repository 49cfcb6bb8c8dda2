package orders.command.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

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

    static void expectProblem(int status, String slug, Response answer) {
        answer.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/" + slug));
    }

    static List<Integer> together(int clients, IntFunction<Integer> request) {
        List<Future<Integer>> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers =
                    IntStream.range(0, clients)
                            .mapToObj(client -> threads.submit(() -> request.apply(client)))
                            .toList();
        }
        return answers.stream().map(Future::resultNow).toList();
    }
}

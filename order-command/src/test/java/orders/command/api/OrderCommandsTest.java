package orders.command.api;

import static io.restassured.RestAssured.given;
import static orders.command.api.Commands.ONE_MUG;
import static orders.command.api.Commands.created;
import static orders.command.api.Commands.expectProblem;
import static orders.command.api.Commands.json;
import static orders.command.api.Commands.newOrderId;
import static orders.command.api.Commands.order;
import static orders.command.api.Commands.post;
import static orders.command.api.Commands.together;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import orders.command.CommandStack;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class OrderCommandsTest {

    @Test
    void a_success_says_where_the_order_is_which_version_it_has_and_how_to_wait_for_it() {
        String orderId = newOrderId();

        post("/orders", order(orderId))
                .then()
                .statusCode(202)
                .header("Location", "/orders/" + orderId)
                .header("ETag", "\"1\"")
                .header("Consistency-Token", new ConsistencyToken(Kind.ORDER, orderId, 1).encode())
                .body("orderId", equalTo(orderId))
                .body("version", equalTo(1))
                .body("size()", equalTo(2));
    }

    @Test
    void an_order_without_an_id_gets_one() {
        post("/orders", "{\"customerId\":\"ada\",\"items\":[" + ONE_MUG + "]}")
                .then()
                .statusCode(202)
                .body("orderId", matchesPattern("[0-9a-f-]{36}"));
    }

    @Test
    void each_change_adds_one_to_the_version() {
        String order = "/orders/" + created();

        expectVersion(2, post(order + "/items", ONE_MUG));
        expectVersion(3, given().post(order + "/submit"));
        expectVersion(4, post(order + "/payment", "{\"method\":\"card\",\"amount\":50}"));
        expectVersion(5, post(order + "/ship", "{\"carrier\":\"DHL\",\"trackingNumber\":\"T-1\"}"));
    }

    @Test
    void what_is_true_already_is_accepted_and_changes_nothing() {
        String order = "/orders/" + created();
        expectVersion(2, given().post(order + "/submit"));
        expectVersion(2, post(order + "/submit", "{}"));
        expectVersion(3, post(order + "/cancel", "{\"reason\":\"first\"}"));
        expectVersion(3, post(order + "/cancel", "{\"reason\":\"second\"}"));
    }

    @Test
    void a_customer_has_versions_too() {
        String customer = "/customers/" + newOrderId();
        expectVersion(1, json().body("{\"name\":\"Ada\"}").put(customer));
        expectVersion(1, json().body("{\"name\":\"Ada\",\"email\":null}").put(customer));
        expectVersion(2, json().body("{\"name\":\"Ada L.\"}").put(customer));
    }

    @Test
    void out_of_turn_is_a_conflict() {
        String order = "/orders/" + created();

        expectProblem(409, "illegal-transition", post(order + "/ship", SHIPPING));
        expectProblem(409, "order-already-exists", post("/orders", order(order.substring(8))));
        given().post(order + "/submit").then().statusCode(202);
        expectProblem(409, "illegal-transition", post(order + "/items", ONE_MUG));
        expectProblem(
                409,
                "payment-amount-mismatch",
                post(order + "/payment", "{\"method\":\"card\",\"amount\":\"25.01\"}"));
    }

    @Test
    void an_unknown_order_is_not_found() {
        expectProblem(404, "order-not-found", given().post("/orders/" + newOrderId() + "/submit"));
    }

    @Test
    void if_match_lets_only_the_version_through_that_was_read() {
        String order = "/orders/" + created();
        for (String stale : List.of("\"2\"", "W/\"1\"", "\"abc\"", "\"2\", \"3.x\"")) {
            expectProblem(
                    412,
                    "version-conflict",
                    json().header("If-Match", stale).body(ONE_MUG).post(order + "/items"));
        }
        expectProblem(
                400,
                "invalid-request",
                json().header("If-Match", "1").body(ONE_MUG).post(order + "/items"));
        for (String fresh : List.of("\"1\"", "\"7\", \"2.k3\"", "*")) {
            json().header("If-Match", fresh)
                    .body(ONE_MUG)
                    .post(order + "/items")
                    .then()
                    .statusCode(202);
        }
    }

    @Test
    void of_several_who_create_the_same_order_one_wins() {
        String orderId = newOrderId();

        List<Integer> statuses = together(8, _ -> post("/orders", order(orderId)).statusCode());

        assertEquals(1, statuses.stream().filter(status -> status == 202).count(), "winners");
        assertEquals(7, statuses.stream().filter(status -> status == 409).count(), "losers");
    }

    @Test
    void those_who_change_an_order_at_the_same_time_get_a_version_each() {
        String order = "/orders/" + created();

        List<Integer> versions =
                together(
                        4,
                        _ ->
                                post(order + "/items", ONE_MUG)
                                        .then()
                                        .statusCode(202)
                                        .extract()
                                        .path("version"));

        assertEquals(List.of(2, 3, 4, 5), versions.stream().sorted().toList());
    }

    private static final String SHIPPING = "{\"carrier\":\"DHL\",\"trackingNumber\":\"T-1\"}";

    private static void expectVersion(int version, Response answer) {
        answer.then()
                .statusCode(202)
                .body("version", equalTo(version))
                .header("ETag", "\"" + version + "\"");
    }
}

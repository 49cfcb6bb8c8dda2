package orders.command.api;

import static orders.command.api.Commands.ONE_MUG;
import static orders.command.api.Commands.created;
import static orders.command.api.Commands.expectProblem;
import static orders.command.api.Commands.json;
import static orders.command.api.Commands.newOrderId;
import static orders.command.api.Commands.order;
import static orders.command.api.Commands.post;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import orders.command.CommandStack;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class IdempotencyFilterTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final String key = UUID.randomUUID().toString();

    @Inject Pool database;

    @Test
    void the_same_request_again_gets_the_first_answer_again_and_has_one_effect() {
        String body = "{\"customerId\":\"ada\",\"items\":[" + ONE_MUG + "]}";
        Response first = keyed().body(body).post("/orders");
        String submit = "/orders/" + first.path("orderId") + "/submit";
        json().post(submit).then().statusCode(202);

        Response again = keyed().body(body).post("/orders");

        assertEquals(202, first.statusCode());
        assertEquals(202, again.statusCode());
        assertEquals(first.asString(), again.asString());
        for (String header : List.of("Location", "ETag", "Consistency-Token", "Content-Type")) {
            assertEquals(first.header(header), again.header(header), header);
        }
    }

    @Test
    void an_answer_that_changed_nothing_is_remembered_too() {
        String orderId = created();
        String submit = "/orders/" + orderId + "/submit";
        json().post(submit).then().statusCode(202);
        keyed().post(submit).then().statusCode(202).body("version", equalTo(2));
        post("/orders/" + orderId + "/cancel", "{\"reason\":\"no\"}").then().statusCode(202);

        keyed().post(submit).then().statusCode(202).body("version", equalTo(2));
    }

    @Test
    void a_customer_is_put_once() {
        String customer = "/customers/c-" + key;
        keyed().body("{\"name\":\"Ada\"}").put(customer).then().body("version", equalTo(1));
        json().body("{\"name\":\"Ada L.\"}").put(customer).then().body("version", equalTo(2));

        keyed().body("{\"name\":\"Ada\"}").put(customer).then().body("version", equalTo(1));
    }

    @Test
    void a_key_that_comes_with_another_request_is_refused() {
        String orderId = created();
        String items = "/orders/" + orderId + "/items";
        keyed().body(ONE_MUG).post(items).then().statusCode(202);

        for (Response other :
                List.of(
                        keyed().body(ONE_MUG + " ").post(items),
                        keyed().body("{").post(items),
                        keyed().body(ONE_MUG).post("/orders/" + created() + "/items"),
                        keyed().body("{\"name\":\"Ada\"}").put("/customers/ada"))) {
            expectProblem(422, "idempotency-key-reused", other);
        }
        json().post("/orders/" + orderId + "/submit").then().body("version", equalTo(3));
    }

    @Test
    void a_refused_command_may_be_repeated_with_its_key() {
        String orderId = newOrderId();
        String submit = "/orders/" + orderId + "/submit";
        expectProblem(404, "order-not-found", keyed().post(submit));
        post("/orders", order(orderId)).then().statusCode(202);

        keyed().post(submit).then().statusCode(202).body("version", equalTo(2));
    }

    @Test
    void a_malformed_request_with_a_new_key_is_malformed() {
        expectProblem(400, "invalid-request", keyed().body("{").post("/orders"));
    }

    @Test
    void a_key_is_1_to_255_visible_characters() {
        for (String bad : List.of("", "a b", "k".repeat(256), "schlüssel")) {
            expectProblem(
                    400,
                    "invalid-request",
                    json().header("Idempotency-Key", bad)
                            .body(order(newOrderId()))
                            .post("/orders"));
        }
        json().header("Idempotency-Key", (key + "!~").repeat(10).substring(0, 255))
                .body(order(newOrderId()))
                .post("/orders")
                .then()
                .statusCode(202);
    }

    @Test
    void a_key_that_is_in_flight_is_a_conflict_that_may_be_repeated() throws Exception {
        String orderId = created();
        String items = "/orders/" + orderId + "/items";
        SqlConnection other = database.getConnection().await().atMost(SOON);
        other.query("begin").execute().await().atMost(SOON);
        other.query("select 1 from orders where order_id = '" + orderId + "' for update")
                .execute()
                .await()
                .atMost(SOON);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> keyed().body(ONE_MUG).post(items).statusCode());
            await().atMost(SOON).until(() -> waitingForLocks() > 0);

            Response second = keyed().body(ONE_MUG).post(items);

            expectProblem(409, "request-in-flight", second);
            second.then().header("Retry-After", notNullValue());
            other.query("rollback").execute().await().atMost(SOON);
            assertEquals(202, first.get());
        } finally {
            other.close().await().atMost(SOON);
        }
    }

    @Test
    void of_many_who_come_with_one_key_at_once_one_has_an_effect() {
        String items = "/orders/" + created() + "/items";

        List<Integer> statuses =
                Commands.together(8, _ -> keyed().body(ONE_MUG).post(items).statusCode());

        assertEquals(
                List.of(),
                statuses.stream().filter(status -> status != 202 && status != 409).toList());
        keyed().body(ONE_MUG).post(items).then().statusCode(202).body("version", equalTo(2));
    }

    @Test
    void keys_are_forgotten_when_they_are_old_enough() {
        keyed().body(order(newOrderId())).post("/orders").then().statusCode(202);
        String young = UUID.randomUUID().toString();
        json().header("Idempotency-Key", young)
                .body(order(newOrderId()))
                .post("/orders")
                .then()
                .statusCode(202);
        sql(
                "update idempotency_keys set accepted_at = now() - interval '25 h' where idempotency_key = '"
                        + key
                        + "'");

        await().atMost(SOON).until(() -> remembered(key) == 0);
        assertEquals(1, remembered(young));
    }

    private long waitingForLocks() {
        return sql("select from pg_locks where not granted");
    }

    private long remembered(String wanted) {
        return sql("select 1 from idempotency_keys where idempotency_key = '" + wanted + "'");
    }

    private long sql(String sql) {
        return database.query(sql).execute().await().atMost(SOON).rowCount();
    }

    private RequestSpecification keyed() {
        return json().header("Idempotency-Key", key);
    }
}

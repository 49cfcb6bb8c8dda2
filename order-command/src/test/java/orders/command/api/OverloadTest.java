package orders.command.api;

import static io.restassured.RestAssured.given;
import static orders.command.api.Commands.ONE_MUG;
import static orders.command.api.Commands.created;
import static orders.command.api.Commands.expectProblem;
import static orders.command.api.Commands.post;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import orders.command.CommandStack;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class OverloadTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject Pool database;

    @Test
    void beyond_what_is_in_flight_commands_are_refused_at_once_and_the_rest_goes_on() {
        String locked = created();
        String items = "/orders/" + locked + "/items";
        String other = "/orders/" + created() + "/items";
        SqlConnection somebody = lock(locked);
        AtomicBoolean isOver = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 2 * CommandStack.MOST_IN_FLIGHT; client++) {
                threads.execute(() -> {
                    while (!isOver.get()) {
                        post(items, ONE_MUG);
                    }
                });
            }
            try {
                Response refused =
                        await().atMost(SOON)
                                .until(
                                        () -> post(other, ONE_MUG),
                                        answer -> answer.statusCode() == 503);
                expectProblem(503, "overloaded", refused);
                refused.then().header("Retry-After", "1");
                given().get("/q/health/live").then().statusCode(200);
                given().get("/q/metrics").then().statusCode(200);
            } finally {
                isOver.set(true);
            }
        } finally {
            release(somebody);
        }
        await().atMost(SOON).until(() -> post(other, ONE_MUG).statusCode() == 202);
    }

    private SqlConnection lock(String orderId) {
        SqlConnection connection = database.getConnection().await().atMost(SOON);
        run(connection, "begin");
        run(connection, "select 1 from orders where order_id = '" + orderId + "' for update");
        return connection;
    }

    private static void release(SqlConnection connection) {
        run(connection, "rollback");
        connection.close().await().atMost(SOON);
    }

    private static void run(SqlConnection connection, String sql) {
        connection.query(sql).execute().await().atMost(SOON);
    }
}

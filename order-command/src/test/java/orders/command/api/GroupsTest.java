package orders.command.api;

import static io.restassured.RestAssured.get;
import static orders.command.api.Commands.ONE_MUG;
import static orders.command.api.Commands.created;
import static orders.command.api.Commands.expectProblem;
import static orders.command.api.Commands.json;
import static orders.command.api.Commands.newOrderId;
import static orders.command.api.Commands.order;
import static orders.command.api.Commands.post;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orders.command.CommandStack;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/// Commands that wait for a transaction at the same time.
@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class GroupsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern ACTIVE =
            Pattern.compile("(?m)^http_server_active_requests(?:\\{.*})? ([0-9.]+)$");
    private static final int NEW_ORDERS = 8;

    @Inject Pool database;

    @ConfigProperty(name = "handling.groups-in-flight")
    int groupsInFlight;

    @ConfigProperty(name = "quarkus.datasource.reactive.max-size")
    int connections;

    private final List<String> newOrders =
            Stream.generate(Commands::newOrderId).limit(NEW_ORDERS).toList();

    @Test
    void are_committed_together_and_none_spoils_the_others() throws Exception {
        String key = UUID.randomUUID().toString();
        Response first =
                json().header("Idempotency-Key", key).body(order(newOrderId())).post("/orders");
        String body = order(first.path("orderId"));
        String submitted = created();
        String locked = created();
        SqlConnection somebody = database.getConnection().await().atMost(SOON);
        run(somebody, "begin");
        run(somebody, "select 1 from orders where order_id = '" + locked + "' for update");

        List<Callable<Response>> others =
                List.of(
                        () -> post("/orders/none/submit", "{}"),
                        () -> post("/orders/" + submitted + "/submit", "{}"),
                        () -> json().header("Idempotency-Key", key).body(body).post("/orders"),
                        () -> post("/orders/" + locked + "/items", ONE_MUG));
        List<Response> answers = inOneGroup(others);
        run(somebody, "rollback");
        somebody.close().await().atMost(SOON);

        expectProblem(404, "order-not-found", answers.get(0));
        answers.get(1).then().statusCode(202);
        assertEquals(first.asString(), answers.get(2).asString());
        expectProblem(409, "concurrent-update", answers.get(3));
        assertEquals(1, transactions());
    }

    @Test
    void are_committed_one_by_one_when_the_database_refuses_them_together() throws Exception {
        String begun = newOrderId();
        SqlConnection somebody = database.getConnection().await().atMost(SOON);
        run(somebody, "begin");
        run(
                somebody,
                "insert into orders values ('%s', 1, 'CREATED', 'ada', 'EUR', '[]', now(), now())"
                        .formatted(begun));

        List<Response> answers = inOneGroup(List.of(() -> post("/orders", order(begun))));
        run(somebody, "rollback");
        somebody.close().await().atMost(SOON);

        expectProblem(409, "concurrent-update", answers.getFirst());
        assertEquals(NEW_ORDERS, transactions());
    }

    @Test
    void do_not_wait_for_the_locks_of_as_many_orders_as_there_may_be_groups() throws Exception {
        List<String> locked = Stream.generate(Commands::created).limit(groupsInFlight).toList();
        SqlConnection somebody = database.getConnection().await().atMost(SOON);
        run(somebody, "begin");
        for (String id : locked) {
            run(somebody, "select 1 from orders where order_id = '" + id + "' for update");
        }

        List<Future<Response>> late = new ArrayList<>();
        boolean overtaken;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String id : locked) {
                late.add(threads.submit(() -> post("/orders/" + id + "/items", ONE_MUG)));
                awaitWaitingForLocks(late.size());
            }
            post("/orders", order(newOrderId())).then().statusCode(202);
            overtaken = late.stream().noneMatch(Future::isDone);
            run(somebody, "rollback");
            somebody.close().await().atMost(SOON);
        }

        assertTrue(overtaken, "A new order has waited for the locks of others.");
        for (Future<Response> each : late) {
            each.get().then().statusCode(202);
        }
    }

    /// While there is no connection, one command for each group that may be in flight is taken
    /// alone; those that come after are taken together as soon as there is one.
    private List<Response> inOneGroup(List<Callable<Response>> others)
            throws InterruptedException, ExecutionException {
        List<SqlConnection> taken = new ArrayList<>();
        List<Future<Response>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 1; i < connections; i++) {
                    taken.add(database.getConnection().await().atMost(SOON));
                }
                for (int i = 0; i < groupsInFlight; i++) {
                    threads.execute(() -> post("/orders", order(newOrderId())));
                    awaitActive(i + 1);
                }
                newOrders.forEach(
                        id -> answers.add(threads.submit(() -> post("/orders", order(id)))));
                others.forEach(other -> answers.add(threads.submit(other)));
                awaitActive(groupsInFlight + answers.size());
            } finally {
                taken.forEach(each -> each.close().await().atMost(SOON));
            }
        }
        for (Future<Response> answer : answers.subList(0, NEW_ORDERS)) {
            answer.get().then().statusCode(202);
        }
        List<Response> othersAnswers = new ArrayList<>();
        for (Future<Response> answer : answers.subList(NEW_ORDERS, answers.size())) {
            othersAnswers.add(answer.get());
        }
        return othersAnswers;
    }

    /// Beside the request that asks.
    private static void awaitActive(int requests) {
        await().atMost(SOON)
                .until(() -> {
                    Matcher active = ACTIVE.matcher(get("/q/metrics").asString());
                    double sum = 0;
                    while (active.find()) {
                        sum += Double.parseDouble(active.group(1));
                    }
                    return sum - 1 >= requests;
                });
    }

    private void awaitWaitingForLocks(int statements) {
        await().pollInterval(Duration.ofMillis(10))
                .atMost(SOON)
                .until(() ->
                        count("select count(*) from pg_locks where not granted", Tuple.tuple())
                                >= statements);
    }

    /// That the new orders were saved in.
    private long transactions() {
        return count(
                "select count(distinct xmin::text) from orders where order_id = any($1)",
                Tuple.of(newOrders.toArray(String[]::new)));
    }

    private long count(String sql, Tuple parameters) {
        return database.preparedQuery(sql)
                .execute(parameters)
                .await()
                .atMost(SOON)
                .iterator()
                .next()
                .getLong(0);
    }

    private static void run(SqlConnection connection, String sql) {
        connection.query(sql).execute().await().atMost(SOON);
    }
}

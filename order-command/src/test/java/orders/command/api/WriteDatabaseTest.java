package orders.command.api;

import static orders.command.api.Commands.ONE_MUG;
import static orders.command.api.Commands.created;
import static orders.command.api.Commands.expectProblem;
import static orders.command.api.Commands.newOrderId;
import static orders.command.api.Commands.order;
import static orders.command.api.Commands.post;
import static orders.command.api.Commands.together;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import orders.command.CommandStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What commands answer when the database is set up as its operator likes.
@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class WriteDatabaseTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CLIENTS = 12;

    private static final String END_ALL_SESSIONS =
            "select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() order by pid = pg_backend_pid()";

    @Inject Pool database;

    @Test
    void while_it_is_read_only_commands_answer_that_it_is_unavailable() {
        try {
            setForAllSessions("default_transaction_read_only = on");
            // Reading works by then, so that it is not the connection that fails.
            await().atMost(SOON).ignoreExceptions().until(this::isReadOnly);
            expectProblem(503, "store-unavailable", post("/orders", order(newOrderId())));
        } finally {
            resetForAllSessions("default_transaction_read_only");
        }

        await().atMost(SOON)
                .until(
                        () -> post("/orders", order(newOrderId())).statusCode(),
                        status -> status == 202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void a_lost_race_is_tried_again_whatever_the_isolation(String isolation) {
        try {
            setForAllSessions("default_transaction_isolation = '" + isolation + "'");
            await().atMost(SOON)
                    .until(
                            () -> post("/orders/none/submit", "").statusCode(),
                            status -> status == 404);
            String items = "/orders/" + created() + "/items";

            List<Integer> answers =
                    together(CLIENTS, _ -> post(items, ONE_MUG).statusCode()).stream()
                            .sorted()
                            .toList();

            assertTrue(
                    answers.stream().allMatch(status -> status == 202 || status == 409),
                    answers::toString);
            assertTrue(answers.contains(202), answers::toString);
        } finally {
            resetForAllSessions("default_transaction_isolation");
        }
    }

    private boolean isReadOnly() {
        return database.query("show default_transaction_read_only")
                .execute()
                .await()
                .atMost(SOON)
                .iterator()
                .next()
                .getString(0)
                .equals("on");
    }

    private void setForAllSessions(String setting) {
        alterDatabase("set " + setting);
    }

    private void resetForAllSessions(String name) {
        alterDatabase("reset " + name);
    }

    /// Of sessions that begin from now on; so all are ended.
    private void alterDatabase(String change) {
        String alter =
                "do $do$ begin execute format($$alter database %%I %s$$, current_database()); end $do$"
                        .formatted(change);
        await().atMost(SOON).ignoreExceptions().until(() -> isDone(alter));
        // It ends its own session too, as the last.
        assertThrows(
                RuntimeException.class,
                () -> database.query(END_ALL_SESSIONS).execute().await().atMost(SOON));
    }

    private boolean isDone(String alter) {
        SqlConnection connection = database.getConnection().await().atMost(SOON);
        try {
            run(connection, "set session characteristics as transaction read write");
            run(connection, alter);
            return true;
        } finally {
            connection.close().await().atMost(SOON);
        }
    }

    private static void run(SqlConnection connection, String sql) {
        connection.query(sql).execute().await().atMost(SOON);
    }
}

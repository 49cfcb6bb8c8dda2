package orders.query.readmodel;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderSummariesContractTest extends ReadModelContractTest {

    @Inject Pool pool;

    @Override
    protected String projection() {
        return "order-summaries";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        JsonPath page =
                given().header("Prefer", "wait=30")
                        .header(
                                "Consistency-Token",
                                new ConsistencyToken(Kind.ORDER, orderId, version).encode())
                        .get("/customers/{id}/orders", customerId)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
        String item = "items.find { it.orderId == '" + orderId + "' }.";
        return new View(
                page.getString(item + "customerName"),
                page.getString(item + "status"),
                page.getString(item + "total"),
                page.getInt(item + "itemCount"),
                page.getString(item + "updatedAt"),
                page.getLong(item + "version"));
    }

    @Test
    void who_discards_a_letter_makes_way_for_a_batch_that_changes_the_same() {
        publish(
                Events.record(orderId, 1, created()),
                Events.record(orderId, 3, Events.SUBMITTED),
                Events.record(orderId, 4, Events.PAID));
        awaitAllApplied();
        String letter = letterOf(orderId).getString("id");
        SqlConnection batch = pool.getConnection().await().atMost(SOON);
        try {
            batch.query("begin").execute().await().atMost(SOON);
            lockLetter(batch, "desc");
            var discarding =
                    CompletableFuture.runAsync(
                            () -> act(letter, "discard", "{\"reason\": \"came too late\"}"));
            await().atMost(SOON).until(this::isAnybodyWaiting);
            lockLetter(batch, "asc");
            batch.query("commit").execute().await().atMost(SOON);
            discarding.join();
        } finally {
            batch.close().await().atMost(SOON);
        }
    }

    /// Its offsets begin again, and checkpoints of before are beyond its end.
    @Test
    void a_rebuild_ends_though_a_topic_was_made_anew() {
        publishSubmitted();
        awaitAllApplied();
        moveCheckpoints(1_000);

        awaitRebuild(() -> {});

        assertEquals("SUBMITTED 25.21 3", query(orderId, customerId, 3).statusTotalAndVersion());
        moveCheckpoints(-1_000);
    }

    private void moveCheckpoints(long by) {
        pool.preparedQuery(
                        """
                        update checkpoints set next_offset = next_offset + $2
                        where projection = $1 and topic = 'customer-events'
                        """)
                .execute(Tuple.of(projection(), by))
                .await()
                .atMost(SOON);
    }

    private void lockLetter(SqlConnection batch, String order) {
        batch.preparedQuery(
                        """
                        select from dead_letters where projection = $1 and event_key = $2
                        order by event_offset %s limit 1 for update
                        """
                                .formatted(order))
                .execute(Tuple.of(projection(), orderId))
                .await()
                .atMost(SOON);
    }

    private boolean isAnybodyWaiting() {
        return pool.query("select from pg_locks where not granted")
                        .execute()
                        .await()
                        .atMost(SOON)
                        .size()
                > 0;
    }

    @Test
    void a_customer_event_that_cannot_be_read_is_parked_and_everything_else_flows() {
        publish(
                Events.record(customerId, 1, Events.registered("A\u0000da")),
                Events.record(orderId, 1, created()));
        assertEquals(1, query(orderId, customerId, 1).version());
        awaitAllApplied();

        String letter = "items.find { it.customerId == '" + customerId + "' }?.id";
        String letters = "/projections/order-summaries/dead-letters";
        given().contentType("application/json")
                .body("{\"reason\": \"not a name\"}")
                .post(letters + "/{id}/discard", get(letters).getString(letter))
                .then()
                .statusCode(202);
        await().atMost(SOON).until(() -> get(letters).getString(letter) == null);
    }

    /// As between two statements of a batch. Its partitions go to another, not its locks.
    @Test
    void an_instance_that_is_frozen_in_a_transaction_holds_nobody_up_for_long() {
        publish(Events.record(orderId, 1, created()));
        query(orderId, customerId, 1);
        SqlConnection frozen = pool.getConnection().await().atMost(SOON);
        try {
            frozen.begin().await().atMost(SOON);
            assertEquals("10s", sql(frozen, "show idle_in_transaction_session_timeout"));
            sql(frozen, "set local idle_in_transaction_session_timeout = '1s'");
            sql(
                    frozen,
                    "select order_id from order_summaries where order_id = '%s' for update"
                            .formatted(orderId));

            publish(Events.record(orderId, 2, Events.ITEM_ADDED));
            assertEquals(2, query(orderId, customerId, 2).version());
        } finally {
            frozen.closeAndForget();
        }
    }

    /// The first value that a statement answers, if any.
    private static String sql(SqlConnection connection, String statement) {
        RowSet<Row> rows = connection.query(statement).execute().await().atMost(SOON);
        return rows.size() == 0 ? null : rows.iterator().next().getString(0);
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/customers/{id}/orders", customerId).getBoolean("stale");
    }
}

package orders.query.readmodel.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orders.query.QueryStack;
import orders.query.readmodel.summaries.ListQuery.Position;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
@TestInstance(Lifecycle.PER_CLASS)
class ListSelectTest {

    private static final int LIMIT = 20;
    private static final Optional<String> BUSY = Optional.of("busy");
    private static final Optional<String> CANCELLED = Optional.of("CANCELLED");
    private static final Instant MIDDLE = Instant.parse("2026-01-01T12:00:00Z");

    /// This connection alone sees these orders: one in twenty of one customer, and of those one in
    /// twenty cancelled.
    private static final List<String> MANY_ORDERS =
            List.of(
                    "create temporary table order_summaries (like order_summaries including all)",
                    """
                    insert into order_summaries (order_id, customer_id, status, total, currency, item_count,
                                                 created_at, updated_at, version)
                    select 'o-' || i, case when i % 20 = 0 then 'busy' else 'c-' || i % 1000 end,
                           case when i % 20 = 1 or i % 400 = 0 then 'CANCELLED' else 'PAID' end, 1, 'EUR', 1,
                           timestamptz '2026-01-01 00:00Z' + i * interval '2 seconds',
                           timestamptz '2026-01-02 00:00Z' + (i * 7919 % 40000) * interval '1 second', 1
                    from generate_series(1, 40000) i order by md5(i::text)
                    """,
                    "analyze order_summaries");

    @Inject Pool pool;

    private SqlConnection connection;

    @BeforeAll
    void create() {
        connection = pool.getConnectionAndAwait();
        MANY_ORDERS.forEach(sql -> connection.query(sql).executeAndAwait());
    }

    @AfterAll
    void drop() {
        connection.query("drop table pg_temp.order_summaries").executeAndAwait();
        connection.closeAndAwait();
    }

    static Stream<ListQuery> filters() {
        return Arrays.stream(ListedBy.values())
                .flatMap(sort ->
                        Stream.of(
                                first(sort, Optional.empty(), Optional.empty()),
                                first(sort, BUSY, Optional.empty()),
                                first(sort, Optional.empty(), CANCELLED),
                                first(sort, BUSY, CANCELLED)));
    }

    private static ListQuery first(
            ListedBy sort, Optional<String> customerId, Optional<String> status) {
        return new ListQuery(
                customerId,
                status,
                Optional.empty(),
                Optional.empty(),
                sort,
                LIMIT,
                Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("filters")
    void the_first_page_reads_the_orders_that_it_shows_and_no_others(ListQuery first) {
        assertReadsOnlyWhatItShows(first);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void a_later_page_reads_the_orders_that_it_shows_and_no_others(ListQuery first) {
        boolean isByCreation = first.sort().column().equals("created_at");
        assertReadsOnlyWhatItShows(
                new ListQuery(
                        first.customerId(),
                        first.status(),
                        isByCreation ? Optional.of(MIDDLE.minusSeconds(30_000)) : first.from(),
                        isByCreation ? Optional.of(MIDDLE.plusSeconds(30_000)) : first.to(),
                        first.sort(),
                        LIMIT,
                        Optional.of(
                                new Position(
                                        isByCreation ? MIDDLE : MIDDLE.plusSeconds(60_000), "o"))));
    }

    private void assertReadsOnlyWhatItShows(ListQuery query) {
        ListSelect select = ListSelect.of(query);
        JsonObject plan =
                connection
                        .preparedQuery("explain (analyze, format json) " + select.sql())
                        .executeAndAwait(Tuple.from(select.values()))
                        .iterator()
                        .next()
                        .getJsonArray(0)
                        .getJsonObject(0)
                        .getJsonObject("Plan");
        assertEquals("Limit", plan.getString("Node Type"));
        assertEquals(LIMIT + 1, plan.getNumber("Actual Rows").intValue());
        JsonArray below = plan.getJsonArray("Plans");
        assertEquals(1, below.size());
        JsonObject scan = below.getJsonObject(0);
        assertEquals("Index Scan", scan.getString("Node Type"), scan::encodePrettily);
        assertEquals(0, scan.getInteger("Rows Removed by Filter", 0), scan::encodePrettily);
    }
}
